import Wire

/// What takes long, as the line at the end of the terminal says it.
extension Sentences {
    /// What the agent does meanwhile.
    static func underWay(_ type: MessageType) -> String {
        switch type {
        case .initialize, .unlock, .passphrase, .approve, .accessCodes, .accessAdd, .accessRemove, .accessRotate:
            "deriving the key"
        case .restoreOpen: "opening the backup"
        case .restorePreview, .restoreCommit, .undoImport, .joinUndo: "merging"
        case .commit: "saving"
        case .backupNow: "sealing a backup"
        case .backupVerify: "examining the backup"
        case .export: "sealing the export"
        default: "waiting for the agent"
        }
    }
    static let reading = "reading the files"
    static func readSoFar(_ count: UInt32) -> String { "reading the files: \(Count.text(count, "entry", "entries"))" }
    static let writing = "writing the export"
}

import Wire

/// What takes long, as the line at the end of the terminal says it.
extension Sentences {
    /// What the agent does meanwhile.
    static func underWay(_ type: MessageType) -> String {
        switch type {
        case .initialize, .unlock, .passphrase, .approve, .accessCodes, .accessAdd, .accessRemove, .accessRotate:
            tr("deriving the key")
        case .restoreOpen: tr("opening the backup")
        case .restorePreview, .restoreCommit, .undoImport, .joinUndo: tr("merging")
        case .commit: tr("saving")
        case .backupNow: tr("sealing a backup")
        case .backupVerify: tr("examining the backup")
        case .export: tr("sealing the export")
        default: tr("waiting for the agent")
        }
    }
    static let reading = tr("reading the files")
    static func readSoFar(_ count: UInt32) -> String {
        tr("reading the files: \(Count.text(count, "entry", "entries"))")
    }
    static func waiting(for path: String) -> String { tr("waiting for \(Label.shown(path))") }
    static let writing = tr("writing the export")
}

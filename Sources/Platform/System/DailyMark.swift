/// A file beside the vault whose time says when something was last done that is done once a day.
package struct DailyMark: Sendable {
    /// Where the file is.
    package let path: String

    /// Seconds for which it stands.
    private static let pause: UInt64 = 86_400

    /// When somebody at a terminal was last to be reminded of backups; nil without a home.
    package static var backupReminder: DailyMark? { Paths.data.map { DailyMark(path: $0 + "/backup/reminded") } }

    /// Whether a day has passed. A time of the future is one of a clock that was wrong.
    package var isDue: Bool {
        guard let last = FileStatus(at: path)?.modified else { return true }
        let utc = Clock.utc
        return last + Self.pause <= utc || last > utc
    }
}

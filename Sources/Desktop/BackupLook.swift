/// How the backup at a destination looks: green, amber or red, and the sentence that helps.
package struct BackupLook: Equatable, Sendable {
    package let icon: String
    /// A class of the style sheet.
    package let style: String
    package let text: String

    package init(_ place: Destination) {
        let why = [place.reason, place.remedy].filter { !$0.isEmpty }.joined(separator: "\n")
        switch place.health {
        case "verified": (icon, style) = ("emblem-ok-symbolic", "fob-good")
        case "stale": (icon, style) = ("dialog-error-symbolic", "fob-bad")
        default: (icon, style) = ("dialog-warning-symbolic", "fob-fair")
        }
        let state =
            switch place.health {
            case "verified": tr("whole, and verified")
            case "shipped": tr("uploaded, not verified yet")
            case "stale": tr("too old: nothing has come there for long")
            case "failing": tr("the last try failed")
            default: place.health
            }
        let when = place.success.map { tr("last backup: %1", Words.moment($0)) } ?? tr("never backed up there")
        text = ([state, when] + (why.isEmpty ? [] : [why])).joined(separator: "\n")
    }
}

/// How the backup at a destination looks: green, amber or red, and the sentence that helps.
package struct BackupLook: Equatable, Sendable {
    package let icon: String
    /// A class of the style sheet.
    package let style: String
    package let text: String

    package init(_ place: Destination) {
        let why = [place.reason, place.remedy].filter { !$0.isEmpty }.map(Words.heard).joined(separator: "\n")
        switch place.health {
        case "verified": (icon, style) = ("emblem-ok-symbolic", "fob-good")
        case "stale": (icon, style) = ("dialog-error-symbolic", "fob-bad")
        default: (icon, style) = ("dialog-warning-symbolic", "fob-fair")
        }
        let state =
            switch place.health {
            case "verified": tr("Whole, and verified")
            case "shipped": tr("Uploaded, not verified yet")
            case "stale": tr("Too old: nothing has come there for long")
            case "failing": tr("The last try failed")
            default: place.health
            }
        let when = place.success.map { tr("Last backup: %1", Words.moment($0)) } ?? tr("Never backed up there")
        text = ([state, when] + (why.isEmpty ? [] : [why])).joined(separator: "\n")
    }
}

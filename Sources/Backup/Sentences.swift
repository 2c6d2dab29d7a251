/// What this module says to people.
enum Sentences {
    static func listing(_ place: String) -> String { "listing \(place)" }
    static func uploading(_ place: String) -> String { "uploading to \(place)" }
    static func readingBack(_ place: String) -> String { "reading from \(place)" }
    static func removing(_ place: String) -> String { "removing older backups from \(place)" }
    static let noConfigurationPath = "there is no place for the configuration: HOME is not set"
    static let setHome = "set HOME, XDG_CONFIG_HOME or FOB_HOME"
    static func noDestination(_ name: String) -> String { "there is no destination \(name)" }
    static let listDestinations = "see fob backup list"
    static func badName(_ name: String) -> String { "\(name) cannot be the name of a destination" }
    static let knownNames = "names have up to 32 letters, digits, hyphens and underscores, and begin with no hyphen"
    static let noValue = "a setting has no value"
    static func tooManyDestinations(_ most: Int) -> String { "there are more than \(most) destinations" }
    static func badDestination(_ path: String, _ name: String) -> String {
        "\(path): the section of \(name) is not that of a destination"
    }
    static func badPlan(_ path: String, _ name: String, _ key: String, _ range: ClosedRange<UInt16>) -> String {
        "\(path): the section of \(name): \(key) is a number from \(range.lowerBound) to \(range.upperBound)"
    }
    static let seeConfiguration = "see FILES in fob-backup(1), or remove the section and use fob backup add"
    static func destinationExists(_ name: String) -> String { "there is a destination \(name) already" }
    static let otherName = "choose another name, or remove it first"
    static let badValue = "an empty setting, or one of several lines"

    static let cameBackAltered = "what came back from it is not what was sent"
    static func otherName(_ named: UInt64, _ held: UInt64) -> String {
        "a backup's name says save \(named), and it is save \(held): somebody has put an older one under a newer name"
    }
    static let cameBackEmpty = "what came back from it is empty"
    static func cameBackShort(_ got: Int, _ wanted: Int) -> String {
        "only \(got) of \(wanted) bytes came back from it"
    }
    static func damagedHere(_ name: String) -> String { "\(name) is damaged on this machine, and whole there" }
    static func nameTaken(_ name: String) -> String { "another file has the name \(name) there" }
    static let notThere = "what was sent is not there"
    static func onlyListed(_ name: String) -> String { "\(name) is listed there and cannot be read" }
    static let noAgent = "no agent answers"
    static let startAgent = "run fob status"
    static let interrupted = "it was interrupted"
    static func elsewhere(_ marker: String) -> String {
        "this is not the place that backups were put into before: \(marker) is not there"
    }
    static let elsewhereUnmarked = "this is not the place that backups were put into before: none of them is there"
    static func vanished(_ names: [String], restored: Int) -> String {
        let which = names.count > 3 ? "\(names.count) backups" : names.joined(separator: ", ")
        let count = restored == 1 ? "1 was" : "\(restored) were"
        let again = restored == 0 ? "" : "; \(restored == names.count ? "all were" : count) put there again"
        return "somebody has removed \(which) there\(again)"
    }
    static func acceptVanished(_ name: String) -> String {
        "see who removes files there; what is not there again may be in a bin. Then run: fob backup accept \(name)"
    }
    static func notOurProgram(_ name: String) -> String { "a file of somebody else's is called \(name) there" }
    static let placeText = """
        This file tells fob that this is the place that it puts backups into, and no other one, such as an empty mount
        point. Leave it where it is.

        """
    static let anotherRun = "another run is in progress"
    static let waitForIt = "wait until it has ended"
    static let noDataPath = "there is no place for fob's data: HOME is not set"
    static let setDataHome = "set HOME, XDG_DATA_HOME or FOB_HOME"
    static let nothingSealed = "there is no finished backup yet"
    static let sealOne = "unlock the vault and run: fob backup now"
}

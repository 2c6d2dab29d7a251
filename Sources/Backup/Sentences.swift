import Client

/// What this module says to people.
enum Sentences {
    static func listing(_ place: String) -> String { tr("listing \(place)") }
    static func uploading(_ place: String) -> String { tr("uploading to \(place)") }
    static func readingBack(_ place: String) -> String { tr("reading from \(place)") }
    static func removing(_ place: String) -> String { tr("removing older backups from \(place)") }
    static let noConfigurationPath = tr("there is no place for the configuration: HOME is not set")
    static let setHome = tr("set HOME, XDG_CONFIG_HOME or FOB_HOME")
    static func noDestination(_ name: String) -> String { tr("there is no destination \(name)") }
    static let listDestinations = tr("see fob backup list")
    static func badName(_ name: String) -> String { tr("\(name) cannot be the name of a destination") }
    static let knownNames = tr("names have up to 32 letters, digits, hyphens and underscores, and begin with no hyphen")
    static let noValue = tr("a setting has no value")
    static func tooManyDestinations(_ most: Int) -> String { tr("there are more than \(most) destinations") }
    static func badDestination(_ path: String, _ name: String) -> String {
        tr("\(path): the section of \(name) is not that of a destination")
    }
    static func badPlan(_ path: String, _ name: String, _ key: String, _ range: ClosedRange<UInt16>) -> String {
        tr("\(path): the section of \(name): \(key) is a number from \(range.lowerBound) to \(range.upperBound)")
    }
    static let seeConfiguration = tr("see FILES in fob-backup(1), or remove the section and use fob backup add")
    static func destinationExists(_ name: String) -> String { tr("there is a destination \(name) already") }
    static let otherName = tr("choose another name, or remove it first")
    static let badValue = tr("an empty setting, or one of several lines")

    static let cameBackAltered = noted("the data read back differs from what was sent")
    static func otherName(_ named: UInt64, _ held: UInt64) -> String {
        noted(
            "a backup's name says save \(named), and it is save \(held): somebody has put an older one under a newer name"
        )
    }
    static let cameBackEmpty = noted("the file read back is empty")
    static func cameBackShort(_ got: Int, _ wanted: Int) -> String {
        noted("only \(got) of \(wanted) bytes came back from it")
    }
    static func damagedHere(_ name: String) -> String { noted("\(name) is damaged on this machine, and whole there") }
    static func damagedForGood(_ name: String) -> String {
        noted("\(name) is damaged there, and nothing can be removed there")
    }
    static func nameTaken(_ name: String) -> String { noted("another file has the name \(name) there") }
    static func isNotThere(_ path: String) -> String { noted("\(path) is not there") }
    static let notThere = noted("the uploaded file is not there")
    static func onlyListed(_ name: String) -> String { noted("\(name) is listed there and cannot be read") }
    static let noAgent = tr("no agent answers")
    static let startAgent = tr("run fob status")
    static let interrupted = noted("it was interrupted")
    static func elsewhere(_ marker: String) -> String {
        noted("this is not the place that backups were put into before: \(marker) is not there")
    }
    static func notPluggedIn(_ marker: String) -> String {
        noted(
            "this is not the place that backups were put into before: the disk is not plugged in or not mounted, and \(marker) is not there"
        )
    }
    static let elsewhereUnmarked = noted(
        "this is not the place that backups were put into before: none of them is there")
    static func vanished(_ names: [String], restored: Int) -> String {
        let which = names.count > 3 ? "\(names.count) backups" : names.joined(separator: ", ")
        guard restored > 0 else { return noted("somebody has removed \(which) there") }
        guard restored < names.count else {
            return noted("somebody has removed \(which) there; all were put there again")
        }
        return restored == 1
            ? noted("somebody has removed \(which) there; 1 was put there again")
            : noted("somebody has removed \(which) there; \(restored) were put there again")
    }
    static func acceptVanished(_ name: String) -> String {
        noted(
            "find out who removes files there; what is still missing may be in a trash folder. Then run: fob backup accept \(name)"
        )
    }
    static func notOurProgram(_ name: String) -> String { noted("a file of somebody else's is called \(name) there") }
    static let placeText = """
        This file tells fob that this is the place that it puts backups into, and no other one, such as an empty mount
        point. Leave it where it is.

        """
    static let noDataPath = tr("there is no place for fob's data: HOME is not set")
    static let setDataHome = tr("set HOME, XDG_DATA_HOME or FOB_HOME")
}

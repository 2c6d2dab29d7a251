import Client
import Wire

/// What is said about recovery codes.
extension Sentences {
    private static func codes(_ count: Int) -> String { Count.text(count, "recovery code") }

    // Exporting accounts.
    static let recoveryCodesStay = tr("its recovery codes are not in the file; export them with fob recovery export")

    // Importing.
    static func understoodCodes(_ service: String, _ count: Int, used: Int, inOrder: Bool) -> String {
        (service.isEmpty ? "" : "\(service): ") + codes(count) + (used > 0 ? tr(", \(used) of them used") : "")
            + (inOrder ? tr(", to be used in their order") : "")
    }
    static func firstAndLast(_ first: String, _ last: String) -> String {
        tr("the first is \(first), the last is \(last)")
    }
    static func replaceCodes(_ set: RecoverySet) -> String {
        tr("Replace the \(codes(Int(set.total))) of \(Label.shown(set.label)), \(set.left) of them left? [y/N] ")
    }
    static func replaceNeedsYes(_ set: RecoverySet) -> String {
        tr("\(set.label) has \(codes(Int(set.total))) already, \(set.left) of them left")
    }
    static let sayYesToReplace = tr("services void the old codes when they make new ones; replace them with --yes")
    static func codesImported(_ set: RecoverySet, replaced: Bool) -> String {
        tr("\(Label.shown(set.label)) has \(codes(Int(set.total))) now, \(set.left) left")
            + (replaced ? tr("; those before are kept for 30 days") : "")
    }
    static let noCodesFromConverter = tr("fob-convert found no codes, and did not say why")
    static let accountExists = tr("there is an account of that name already")

    // The file that they came from.
    static func fileIsSynced(_ program: String) -> String {
        tr(
            "the file lies in a folder of \(program), which has copied it to other places: make new codes at the service "
                + "if others can read those")
    }
    static let fileIsDownload = tr("the file lies among the downloads, which is where malware looks for recovery codes")
    static func fileRemoved(_ path: String) -> String {
        tr(
            "\(path) is overwritten and removed; an SSD, a file system that copies on write, a snapshot or a backup may "
                + "still hold it")
    }
    static let notOnePlainFile = tr("it is not a file of your own that has only this name")

    // Listing.
    static let noRecoveryCodes = tr("no account has recovery codes; import a file with fob recovery import")
    static func recoveryColumns(_ set: RecoverySet) -> [String] {
        var remarks: [String] = []
        if set.shown > 0 { remarks.append(tr("\(set.shown) shown")) }
        if set.isInOrder { remarks.append(tr("in order")) }
        if set.supersededUntil > 0 { remarks.append(tr("former set until \(Moment.text(set.supersededUntil))")) }
        return [
            Label.shown(set.label), Label.shown(set.service), tr("\(set.left) of \(set.total) left"),
            remarks.joined(separator: ", "),
        ]
    }
    static func noRecoveryCodeLeft(_ label: String) -> String {
        tr("\(label) has no recovery code left: sign in while you can, have new ones made, and import them")
    }
    static func fewRecoveryCodes(_ set: RecoverySet) -> String {
        tr(
            "\(Label.shown(set.label)) has only \(codes(Int(set.left))) left: have new ones made while you are signed in"
        )
    }
    static func bothFactors(_ labels: [String]) -> String {
        tr(
            "one-time password and recovery codes lie here together for \(labels.joined(separator: ", ")): anyone who "
                + "opens this vault has both factors")
    }

    // Showing and using.
    static func recoveryCodeShown(_ set: RecoverySet, _ number: Int) -> String {
        tr("code \(number) of \(set.total)\(set.isInOrder ? ", the codes go in order" : ""), \(set.left) left")
    }
    static let recoveryCodePrompt = tr("Recovery code that was used (not shown): ")
    static func recoveryCodeUsed(_ set: RecoverySet) -> String {
        tr("noted as used; \(Label.shown(set.label)) has \(set.left) of \(set.total) left")
    }

    // Pages and files.
    static let recoveryField = tr("Recovery codes")
    static let recoveryUsedMark = tr("used")
    static func recoveryPageCounts(_ set: RecoverySet) -> String {
        (set.service.isEmpty ? "" : "\(Label.shown(set.service)), ")
            + tr("\(Count.text(set.total, "code")), \(set.left) left, imported ")
            + Moment.text(set.imported)
    }
    static let recoveryPageOnce = tr("Each code works once. Keep this page where only you find it.")
    static let recoveryPageInOrder =
        tr("Each code works once, and only in this order. Keep this page where only you find it.")
    static let usePage = tr("install cups-client, or write a page with --page FILE")
    static func printFailed(_ reason: String) -> String { tr("lp did not print: \(reason)") }
    static let printed = tr("sent to the printer, whose memory may keep it for a while")
    static func codesWritten(_ path: String) -> String { tr("wrote \(path), mode 0600; it is not encrypted") }
    static let codesPlaintext = tr(
        "the file holds recovery codes in plain text: anyone who reads it can sign in with them")
}

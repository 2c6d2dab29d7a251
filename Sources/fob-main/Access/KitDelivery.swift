import ArgumentParser
import Backup
import Client
import Platform
import Vault
import Wire

/// Where a new set of recovery codes goes: they are shown this once.
struct KitDelivery: ParsableArguments {
    @Option(name: .long, help: .init(tr("How many codes, 8 to 32."), valueName: "n")) var count = KitCode.usualCount
    @Option(name: .long, help: Help.kitDownload, completion: .file()) var download: String?
    @Option(name: .long, help: Help.kitPage, completion: .file()) var page: String?
    @Flag(name: .customLong("print"), help: .init(tr("Print the kit, through lp."))) var isPrinted = false
    @Flag(name: .customLong("copy"), help: .init(tr("Put the codes on the clipboard."))) var isCopied = false
    @Option(name: .customLong("clear-after"), help: Help.clearAfter) var clearAfter: TimeSpan?
    @Flag(name: .long, help: .init(tr("End the codes that are left without a question."))) var yes = false

    /// What is made ready before the set that there is ends.
    private struct Targets {
        var download: OutputFile?
        var page: OutputFile?
        var printer: Printer?
        var clipboard: ClipboardProgram?

        var isEmpty: Bool { download == nil && page == nil && printer == nil && clipboard == nil }
    }

    func validate() throws {
        guard Limits.kitCodes.contains(count) else { throw ValidationError(Sentences.kitCount(Limits.kitCodes)) }
        if !isCopied, clearAfter != nil { throw ValidationError(Sentences.clearIsCopy) }
    }

    /// Makes a new set, hands it over, and says what became of the one before.
    func run(_ common: Common, _ descriptor: Int32?) throws(ClientError) {
        var targets = Targets()
        if isPrinted { targets.printer = try Printer.find() }
        if isCopied { targets.clipboard = try ClipboardProgram.find() }
        for path in [download, page] { try OutputFile.check(path) }
        if page != nil, Child.companion("fob-convert") == nil {
            throw ClientError(.system, Sentences.noConverterForPage, remedy: Sentences.useDownload)
        }
        try Owner.prove(common, descriptor) { (connection, passphrase) throws(ClientError) in
            let before: AccessReply = try connection.request(AccessRequest())
            if before.left > 0, !yes { try confirm(Int(before.left), mayAsk: !common.noAsk) }
            var targets = targets
            if let download { targets.download = try OutputFile(download) }
            if let page { targets.page = try OutputFile(page) }
            let places = Self.places
            try connection.makeCodes(count, for: places.map(\.onWire), passphrase: passphrase) {
                (reply: AccessCodesReply) throws(ClientError) in
                let kit = try VaultKit(reply, places: places)
                do throws(ClientError) {
                    try deliver(kit, targets, common)
                } catch {
                    Output.note(Sentences.codesLost)
                    throw error
                }
            }
            if before.made > 0 { try Owner.tellOfEnd(&connection) }
        }
    }

    /// Where the backups are. A configuration that cannot be read keeps nobody from codes.
    private static var places: [PlaceDescription] {
        guard Paths.configuration != nil, let entries = try? BackupConfiguration().entries else { return [] }
        return entries.map { PlaceDescription($0) }
    }

    private func confirm(_ left: Int, mayAsk: Bool) throws(ClientError) {
        guard mayAsk, let answer = try Question.confirm(Sentences.voidCodes(left)) else {
            throw ClientError(.usage, Sentences.codesAreThere(left), remedy: tr("end them with --yes"))
        }
        guard answer else { throw ClientError(.interrupted, tr("the kit codes are unchanged")) }
    }

    private func deliver(
        _ kit: borrowing VaultKit, _ targets: Targets, _ common: Common
    ) throws(ClientError) {
        guard !targets.isEmpty else {
            let text = common.json ? try kit.json() : try kit.page()
            Output.keepsSecret()
            return Output.write(text.bytes)
        }
        if let file = targets.download {
            let text = try kit.page()
            try file.finish(text.bytes)
            if !common.json { Output.note(Sentences.codesWritten(Label.shown(file.path))) }
        }
        if let file = targets.page {
            let page = try KitPage(kit)
            try file.finish(page.text.bytes)
            if !common.json { Output.note(Sentences.codesWritten(Label.shown(file.path))) }
        }
        if let printer = targets.printer {
            let text = try kit.page()
            try printer.print(text.bytes)
            if !common.json { Output.note(Sentences.printed) }
        }
        if let clipboard = targets.clipboard {
            let lines = try kit.lines()
            let seconds = clearAfter?.seconds ?? 60
            try clipboard.copy(lines.bytes, clearAfter: seconds)
            if !common.json { Output.note(Sentences.codesCopied(clearAfter: seconds)) }
        }
        common.done(
            tr("made \(Count.text(kit.count, "kit code")), set \(kit.set); they are never shown again"),
            [
                ("set", .number(kit.set)), ("count", .number(kit.count)), ("vault", .string(kit.vault)),
                ("fingerprint", .string(kit.fingerprint)), ("download", download.map(JSON.string) ?? .null),
                ("page", page.map(JSON.string) ?? .null),
            ])
    }
}

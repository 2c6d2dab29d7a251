import ArgumentParser
import Client
import Platform
import Wire

/// What the verbs share that hand out a whole set.
enum RecoveryPage {
    /// Asks for the codes of an account and lends them, as `format` wants them, to `use`.
    static func withCodes(
        of name: String, for purpose: RecoveryUse, superseded: Bool, as format: RecoveryDocument.Format,
        _ common: Common, _ use: (RecoverySet, Span<UInt8>) throws(ClientError) -> Void
    ) throws(ClientError) {
        try common.unlocked { (connection) throws(ClientError) in
            let found = try connection.account(Selector(argument: name))
            let request = RecoveryShowRequest(.id(found.id), for: purpose, isSuperseded: superseded)
            try connection.request(request) { (reply: RecoveryCodesReply) throws(ClientError) in
                let document = try RecoveryDocument(reply, of: found, as: format)
                try use(reply.set, document.text.bytes)
            }
        }
    }

    /// Writes a new file, mode 0600, and says so.
    static func write(
        _ text: Span<UInt8>, _ set: RecoverySet, to path: String, _ common: Common
    ) throws(ClientError) {
        try OutputFile(path).finish(text)
        if common.json {
            Output.json([("output", .string(path))] + JSON.members(set))
        } else {
            Output.note(Sentences.codesWritten(Label.shown(path)))
        }
    }
}

/// `fob recovery print`.
struct RecoveryPrintVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "print", abstract: Help.recoveryPrint, discussion: Help.recoveryPrintDiscussion)

    @Argument(help: Help.account, completion: Completions.accounts) var account: String
    @Option(name: .long, help: Help.recoveryPageFile, completion: .file()) var page: String?
    @Flag(name: .long, help: Help.superseded) var superseded = false
    @OptionGroup var common: Common

    func run() throws {
        if page != "-" { try OutputFile.check(page) }
        let printer = page == nil ? try Printer.find() : nil
        try RecoveryPage.withCodes(of: account, for: .print, superseded: superseded, as: .text, common) {
            (set, text) throws(ClientError) in
            switch page {
            case nil:
                try printer?.print(text)
                common.done(Sentences.printed, JSON.members(set))
            case "-":
                Output.keepsSecret()
                Output.write(text)
            case let path?: try RecoveryPage.write(text, set, to: path, common)
            }
        }
    }
}

/// `fob recovery download`.
struct RecoveryDownloadVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "download", abstract: Help.recoveryDownload)

    @Argument(help: Help.account, completion: Completions.accounts) var account: String
    @Argument(help: Help.recoveryOutput, completion: .file()) var file: String
    @Flag(name: .long, help: Help.superseded) var superseded = false
    @OptionGroup var common: Common

    func run() throws {
        try OutputFile.check(file)
        try RecoveryPage.withCodes(of: account, for: .copy, superseded: superseded, as: .text, common) {
            (set, text) throws(ClientError) in
            try RecoveryPage.write(text, set, to: file, common)
        }
    }
}

/// `fob recovery export`.
struct RecoveryExportVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: Help.recoveryExport, discussion: Help.recoveryExportDiscussion)

    @Argument(help: Help.account, completion: Completions.accounts) var account: String
    @Option(name: .long, help: Help.recoveryTo) var to: RecoveryDocument.Format
    @Argument(help: Help.recoveryExportFile, completion: .file()) var file: String
    @OptionGroup var common: Common

    func run() throws {
        if file != "-" { try OutputFile.check(file) }
        if !common.json { Output.note(Sentences.warning(Sentences.codesPlaintext)) }
        try RecoveryPage.withCodes(of: account, for: .copy, superseded: false, as: to, common) {
            (set, text) throws(ClientError) in
            if file == "-" {
                Output.keepsSecret()
                return Output.write(text)
            }
            try RecoveryPage.write(text, set, to: file, common)
        }
    }
}

extension RecoveryDocument.Format: ExpressibleByArgument {}

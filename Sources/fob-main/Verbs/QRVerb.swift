import ArgumentParser
import Client
import Platform
import Wire

/// `fob qr`.
struct QRVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "qr", abstract: Help.qr, discussion: Help.qrDiscussion)

    @Argument(help: Help.account, completion: Completions.codes) var account: String
    @Option(name: .long, help: Help.outputQR, completion: .file()) var output: String?
    @Flag(name: .long, help: Help.forceQR) var force = false
    @OptionGroup var common: Common

    /// The largest code, 177 squares and its quiet zone, with three bytes to a character and a line end.
    private static let mostText = 93 * (185 * 3 + 1)
    private static let otherPictures = [
        ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".pdf", ".heic", ".avif",
    ]

    func run() throws {
        let isShown = output == nil && Terminal.isTerminal(1)
        guard output != nil || isShown || force, output != nil || !common.json else {
            throw ClientError(.usage, Sentences.qrElsewhere, remedy: Sentences.qrForce)
        }
        // A name promises what is in the file.
        if let output, Self.otherPictures.contains(where: output.lowercased().hasSuffix) {
            throw ClientError(.usage, Sentences.qrOtherPicture(output), remedy: Sentences.qrPictures)
        }
        let file = try output.map { path throws(ClientError) in try OutputFile(path, overwrites: force) }
        var code = try ClientError.locked(Self.mostText)
        let label = try common.unlocked { (connection) throws(ClientError) in
            let found = try connection.account(Selector(argument: account))
            let ready: ExportReadyReply = try connection.request(
                ExportRequest(.entries, accounts: [found.id], recipients: []))
            try render(ready, &connection, into: &code)
            return Label.shown(found.label)
        }
        if let file {
            if let kind = QRPictureFile(path: file.path) { code = try kind.picture(of: code.bytes) }
            try file.finish(code.bytes)
            common.done(tr("the code of \(label) is in \(Label.shown(file.path))"), [("output", .string(file.path))])
        } else if isShown {
            try QRScreen.show(code.bytes, of: label, mayAsk: !common.noAsk)
        } else {
            Output.keepsSecret()
            Output.write(code.bytes)
        }
    }

    /// Appends the code of the one account of an export, as characters.
    private func render(
        _ ready: ExportReadyReply, _ connection: inout Connection, into text: inout LockedBuffer
    ) throws(ClientError) {
        var frame = try ClientError.locked(Converter.room)
        let request = ExportPageRequest(handle: ready.handle, start: 0)
        try connection.request(request) { (page: ExportEntriesReply) throws(ClientError) in
            for entry in page.entries { try frame.appendEntry(entry, page.text, position: 1) }
        }
        let start = ConversionStart(operation: .write, format: ExportFormat.qr.rawValue, time: Clock.utc)
        _ = try Converter.start().run(
            start,
            send: { (output: inout LockedBuffer) throws(ClientError) in
                output.append(copying: frame.bytes)
                frame.removeAll()
            },
            password: { (_) throws(ClientError) in throw Self.unexpected },
            receive: { (event, body) throws(ClientError) in
                switch event {
                case .data where body.count <= text.free: text.append(copying: body)
                case .problem(let problem):
                    throw ClientError(.badInput, "\(problem.label): \(Translation.heard(problem.reason))")
                case .warning(let warning): Output.note(Label.shown(warning))
                case .data, .file, .entry, .passkey, .codes, .outcome: throw Self.unexpected
                }
            })
    }

    private static var unexpected: ClientError { ClientError(.companionFailed, Sentences.qrUnexpected) }
}

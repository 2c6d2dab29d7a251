import ArgumentParser
import Client
import Platform
import Wire

/// Where a card, a deposit, a request or an answer goes: standard output, a file, or a QR code.
struct ExchangeOutput: ParsableArguments {
    @Option(name: .long, help: Help.exchangeOutput, completion: .file()) var output: String?
    @Flag(name: .customLong("qr"), help: .init(tr("Show it as a QR code."))) var isQR = false

    /// The largest code as characters.
    private static let mostCharacters = 93 * (185 * 3 + 1)

    /// Refuses a file that could not be made, before anybody is asked for anything.
    func check() throws(ClientError) { try OutputFile.check(output) }

    /// Puts a text where it should be.
    func put(_ text: String, of label: String, _ common: Common, _ members: [(String, JSON)]) throws(ClientError) {
        if let output {
            try Self.write(text, to: output)
            return common.done(
                Sentences.exchangeWritten(label, Label.shown(output)), members + [("output", .string(output))])
        }
        if isQR {
            let code = try Self.characters(text)
            return try QRScreen.show(code.bytes, of: label, mayAsk: !common.noAsk)
        }
        if common.json { return Output.json(members + [("text", .string(text))]) }
        Output.line(text)
    }

    /// Writes a text into a new file: as a picture where its name ends so.
    static func write(_ text: String, to path: String) throws(ClientError) {
        try write(text, to: OutputFile(path))
    }

    /// Writes it into one that was begun.
    static func write(_ text: String, to file: OutputFile) throws(ClientError) {
        guard let kind = QRPictureFile(path: file.path) else {
            let line = text + "\n"
            return try file.finish(line.utf8Span.span)
        }
        let code = try characters(text)
        let picture = try kind.picture(of: code.bytes)
        try file.finish(picture.bytes)
    }

    private static func characters(_ text: String) throws(ClientError) -> LockedBuffer {
        var code = try ClientError.locked(mostCharacters)
        var isSent = false
        let start = ConversionStart(operation: .render, format: ExportFormat.qr.rawValue, time: 0)
        _ = try Converter.start().run(
            start,
            send: { (output: inout LockedBuffer) throws(ClientError) in
                guard !isSent else { return }
                isSent = true
                try output.appendFrame(.data, text.utf8Span.span)
            },
            password: { (_) throws(ClientError) in throw unexpected },
            receive: { (event, body) throws(ClientError) in
                guard case .data = event, body.count <= code.free else { throw unexpected }
                code.append(copying: body)
            })
        return code
    }

    private static var unexpected: ClientError { ClientError(.companionFailed, Sentences.qrUnexpected) }
}

import OneTimePassword
import Platform
package import Wire

/// Where an export goes, and where is said what it could not take along.
package protocol FileSink: AnyObject {
    /// What is written from here on belongs to this file, a path below the directory of the export. Only trees do this.
    func file(_ name: String) throws(ConversionError)
    /// The next bytes, at most `TextOutput.block`.
    func write(_ bytes: Span<UInt8>) throws(ConversionError)
    /// An entry that is not written, or not whole: its label and why, as a lower case sentence without a full stop, and
    /// what it is written without; nothing for one that is not written.
    func problem(_ label: String, _ reason: String, lost: [String], at position: Int) throws(ConversionError)
    /// Something about the whole export.
    func warning(_ text: String) throws(ConversionError)
    /// The fingerprint of the vault that the accounts are of, for pages on paper; empty when it is not known.
    var vault: String { get }
}

extension FileSink {
    package var vault: String { "" }
}

/// One format of another authenticator, to be written.
///
/// What comes is what `holding` allows: `EntryWriting` sees to that.
package protocol FormatWriter: AnyObject {
    /// Which format.
    static var format: ExportFormat { get }
    /// What it can hold of an account.
    static var holding: Holding { get }
    /// Writes what stands in front of the accounts.
    ///
    /// - Parameters:
    ///   - time: seconds of UTC now.
    ///   - password: of encrypted formats; empty for the others.
    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError)
    /// Writes one account; its tags are those that the format holds. What it says is why the account, that `holding`
    /// allows, is not written all the same; nil when it is.
    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String?
    /// Writes one passkey, behind all accounts: why it is not written, or what it is written without.
    func write(_ passkey: borrowing PasskeyItem) throws(ConversionError) -> (reason: String?, lost: [String])
    /// Writes what stands behind the accounts.
    func finish() throws(ConversionError)
}

extension FormatWriter {
    /// Most formats have none.
    package func write(_ passkey: borrowing PasskeyItem) throws(ConversionError) -> (reason: String?, lost: [String]) {
        ("the format has no passkeys", [])
    }
}

extension Formats {
    /// Everything that can be written, but for age files: the agent seals them itself.
    package static var writers: [any FormatWriter.Type] {
        [
            URIWriter.self, AegisWriter.self, AegisEncryptedWriter.self, TwoFASWriter.self, TwoFASEncryptedWriter.self,
            BitwardenWriter.self, BitwardenEncryptedWriter.self, EnteWriter.self, KeePassXCWriter.self,
            KeePassXMLWriter.self, OnePasswordWriter.self, KeeperCSVWriter.self, KeeperJSONWriter.self,
            LastPassWriter.self, GoogleWriter.self, GoogleHTMLWriter.self, PassWriter.self, HTMLWriter.self,
            QRWriter.self, CXFWriter.self,
        ]
    }

    /// The writer that `--to` names.
    package static func writer(named name: String) -> (any FormatWriter.Type)? {
        writers.first { $0.format.rawValue == name }
    }
}

/// An export: accounts go in, one by one; the file and what it cannot hold go to the sink.
package final class EntryWriting {
    private let type: any FormatWriter.Type
    private let writer: any FormatWriter
    private let sink: any FileSink
    /// Accounts that were written.
    package private(set) var written = 0

    /// Starts a file in a format.
    package init(
        _ type: any FormatWriter.Type, into sink: any FileSink, time: UInt64, password: Span<UInt8>
    ) throws(ConversionError) {
        self.type = type
        self.sink = sink
        writer = try type.init(sink, time: time, password: password)
    }

    /// Writes an account, or says why not.
    package func write(_ entry: borrowing Entry, at position: Int) throws(ConversionError) {
        let holding = type.holding
        if let reason = holding.refusal(of: entry) {
            return try sink.problem(entry.label, "not written: \(reason)", lost: [], at: position)
        }
        if let reason = try writer.write(entry, tags: holding.tags.kept(of: entry.tags)) {
            return try sink.problem(entry.label, "not written: \(reason)", lost: [], at: position)
        }
        written += 1
        let losses = holding.losses(of: entry)
        if !losses.isEmpty {
            try sink.problem(
                entry.label, "written without \(losses.joined(separator: ", "))", lost: losses, at: position)
        }
    }

    /// Writes a passkey, or says why not.
    package func write(_ passkey: borrowing PasskeyItem, at position: Int) throws(ConversionError) {
        let (reason, lost) = try writer.write(passkey)
        if let reason {
            return try sink.problem("passkey \(passkey.label)", "not written: \(reason)", lost: [], at: position)
        }
        if !lost.isEmpty {
            try sink.problem(
                "passkey \(passkey.label)", "written without \(lost.joined(separator: ", "))", lost: lost, at: position)
        }
    }

    /// Ends the file.
    package func finish() throws(ConversionError) { try writer.finish() }
}

extension Entry {
    /// The account that came in a frame.
    package init(_ frame: ConversionEntry, _ body: Span<UInt8>) throws(ConversionError) {
        let account = frame.account
        let parameters: Parameters?
        do throws(OneTimePasswordError) {
            parameters = try Parameters(account.credential)
        } catch {
            throw .malformed(error.message.text)
        }
        let key = try ConversionError.copy(body.extracting(frame.secrets.key))
        let pin = try ConversionError.copy(body.extracting(frame.secrets.pin))
        let note = try ConversionError.copy(body.extracting(frame.secrets.note))
        try self.init(issuer: account.issuer, name: account.name, parameters: parameters, key: key)
        self.pin = pin
        self.note = note
        tags = account.tags
        (state, extras) = (frame.more.state, frame.more.extras)
        lost = frame.lost
    }
}

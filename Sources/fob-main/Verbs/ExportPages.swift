import Client
import OneTimePassword
import Platform
import Wire

/// An approved export, page by page, on its way to where it goes. Secrets are in locked memory, a page of them at a time.
struct ExportPages {
    private let ready: ExportReadyReply

    init(_ ready: ExportReadyReply) { self.ready = ready }

    /// Copies the sealed file.
    func copySealed(from connection: inout Connection, to target: ExportTarget) throws(ClientError) {
        var next: UInt32 = 0
        repeat {
            let request = ExportPageRequest(handle: ready.handle, start: next)
            next = try connection.request(request) { (page: ExportBytesReply) throws(ClientError) in
                try target.write(page.bytes)
                return page.next
            }
        } while next != 0
    }

    /// Has the converter write the accounts in a format.
    func convert(
        _ format: ExportFormat, password: Span<UInt8>, from connection: inout Connection, to target: ExportTarget
    ) throws(ClientError) -> ExportReport {
        // What a writer has to keep until the end: a few hundred bytes of each account.
        var start = ConversionStart(
            operation: .write, format: format.rawValue, time: Clock.utc, size: UInt64(ready.entries) << 8)
        if format.isPage {
            let access: AccessReply = try connection.request(AccessRequest())
            start.vault = VaultKit.grouped(access.fingerprint)
        }
        var report = ExportReport(accounts: 0)
        var next: UInt32? = 0
        var position: UInt32 = 0
        var needsPassword = !password.isEmpty
        // Where passkeys begin: they come behind all accounts.
        var firstPasskey: UInt32?
        var nextKey: UInt32? = format.hasPasskeys ? 0 : nil
        func appendPasskeys(_ output: inout LockedBuffer) throws(ClientError) {
            guard let from = nextKey else { return }
            let request = KeyExportPageRequest(handle: ready.handle, start: from)
            let following: UInt32 = try connection.request(request) { (page: KeyExportedReply) throws(ClientError) in
                for key in page.keys {
                    position += 1
                    if firstPasskey == nil { firstPasskey = position }
                    report.passkeys += 1
                    try output.appendPasskey(key, page.text, position: position)
                }
                return page.next
            }
            nextKey = following == 0 ? nil : following
        }
        let end = try Converter.start().run(
            start,
            send: { (output: inout LockedBuffer) throws(ClientError) in
                if needsPassword {
                    needsPassword = false
                    return try output.appendFrame(.password, password)
                }
                guard let from = next, ready.entries > 0 else { return try appendPasskeys(&output) }
                let request = ExportPageRequest(handle: ready.handle, start: from)
                let following: UInt32 = try connection.request(request) {
                    (page: ExportEntriesReply) throws(ClientError) in
                    for entry in page.entries {
                        position += 1
                        try output.appendEntry(entry, page.text, position: position)
                    }
                    return page.next
                }
                next = following == 0 ? nil : following
            },
            password: { (_) throws(ClientError) in
                throw ClientError(.companionFailed, Sentences.unexpectedFiles, remedy: Sentences.reportIt)
            },
            receive: { (event, bytes) throws(ClientError) in
                switch event {
                case .file(let name): try target.begin(name)
                case .data: try target.write(bytes)
                case .problem(let problem):
                    report.lost.append(problem)
                    if problem.lost.isEmpty, let firstPasskey, problem.position >= firstPasskey { report.passkeys -= 1 }
                case .warning(let text): report.warnings.append(text)
                case .entry, .passkey, .codes, .outcome:
                    throw ClientError(.companionFailed, Sentences.unexpectedFiles, remedy: Sentences.reportIt)
                }
            })
        report.accounts = Int(end.entries)
        return report
    }

    /// Writes `{"accounts":[...]}` with the URI of each account.
    func writeJSON(from connection: inout Connection, to target: ExportTarget) throws(ClientError) {
        var next: UInt32 = 0
        var isFirst = true
        try target.write("{\"accounts\":[")
        repeat {
            let request = ExportPageRequest(handle: ready.handle, start: next)
            next = try connection.request(request) { (page: ExportEntriesReply) throws(ClientError) in
                for entry in page.entries {
                    let told: Parameters?
                    do throws(OneTimePasswordError) { told = try Parameters(entry.account.credential) } catch {
                        throw ClientError(error)
                    }
                    guard let parameters = told else {
                        Output.note(tr("\(Label.shown(entry.account.label)) has no one-time password and is left out"))
                        continue
                    }
                    try target.write(isFirst ? "" : ",")
                    isFirst = false
                    try Self.writeJSON(entry, parameters, page.text, to: target)
                }
                return page.next
            }
        } while next != 0
        try target.write("]}\n")
    }

    private static func writeJSON(
        _ entry: ExportEntry, _ parameters: Parameters, _ body: Span<UInt8>, to target: ExportTarget
    ) throws(ClientError) {
        let uri = AccountURI(issuer: entry.account.issuer, name: entry.account.name, parameters: parameters)
        var text = try ClientError.locked(uri.writtenCount(key: entry.secrets.key.count, pin: entry.secrets.pin.count))
        text.append { output in
            uri.write(key: body.extracting(entry.secrets.key), pin: body.extracting(entry.secrets.pin), into: &output)
        }
        let labels = JSON.object([
            ("id", .string(entry.account.id.description)), ("issuer", .string(entry.account.issuer)),
            ("name", .string(entry.account.name)),
        ])
        // A URI has nothing in it that JSON would escape.
        try target.write(labels.text.dropLast() + ",\"uri\":\"")
        try target.write(text.bytes)
        try target.write("\"}")
    }
}

import Age
import Platform
import Vault
import Wire

/// An approved export, until it is fetched: the vault as it was then, or the finished file.
struct Export {
    let owner: UInt64
    /// Since boot.
    let deadline: UInt64
    let what: What

    enum What {
        case entries(Contents, [Vault.Identifier])
        case sealed([UInt8])
    }
}

// EXPORT and EXPORT_PAGE: the one unlock method which a stored secret leaves.
extension Agent {
    func export(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(ExportRequest.self, body)
        let contents = try use().contents
        for account in request.accounts {
            guard let found = contents[account.inVault], found.removed == 0 else {
                throw Refusal(VaultError.notFound)
            }
        }
        var recipients: [X25519Recipient] = []
        for text in request.recipients {
            do { recipients.append(try X25519Recipient(text)) } catch {
                throw Refusal(
                    .badInput, "this is not an age recipient that can be sealed to: \(text)",
                    "give one that begins with age1, as age-keygen prints it")
            }
        }
        exports = exports.filter { $0.value.owner != connection.token }
        guard exports.count < AgentLimits.exports else { throw .tooManyExports }
        let what =
            request.accounts.isEmpty
            ? "export the secrets of all \(contents.count) accounts"
            : "export the secrets of \(request.accounts.count) accounts"
        let only = request.accounts.count == 1 ? contents[request.accounts[0].inVault] : nil
        try raise(.export, what, for: only, needsPassphrase: true, connection, id) { [unowned self] requester in
            export(request, recipients, requester)
        }
    }

    private func export(_ request: ExportRequest, _ recipients: [X25519Recipient], _ requester: Requester) {
        guard let vault = open, !isLocking else { return reply(Refusal.locked, to: requester) }
        let contents = vault.contents
        let ids =
            request.accounts.isEmpty
            ? contents.inOrder.map(\.id) : request.accounts.map(\.inVault).filter { contents[$0] != nil }
        guard audit.failure == nil else { return reply(Refusal.auditNotWritten, to: requester) }
        let connection = server.connection(requester.connection)
        for account in ids { log(.exported, account.onWire, outcome: .done, by: connection) }
        if request.kind == .entries { return ready(.entries(contents, ids), ids.count, requester) }
        let targets = recipients.isEmpty ? contents.unlockMethods.map(\.recipient) : recipients
        let epoch = lockEpoch
        connection?.waiting += 1
        let accepted = completions.run(
            on: files, SealJob(contents: contents, ids: ids, recipients: targets), { $0.seal() }
        ) { [unowned self] result in
            release(requester)
            switch result {
            case .success(let sealed) where epoch == lockEpoch: ready(.sealed(sealed), ids.count, requester)
            case .success: reply(Refusal.locked, to: requester)
            case .failure(let error): reply(Refusal(error), to: requester)
            }
            if isLocking { finishLock() }
        }
        if !accepted {
            release(requester)
            reply(Refusal.busyOpening, to: requester)
        }
    }

    private struct SealJob: Sendable {
        let contents: Contents
        let ids: [Vault.Identifier]
        let recipients: [X25519Recipient]

        func seal() -> Result<[UInt8], VaultError> {
            Result { () throws(VaultError) in try VaultFile.export(ids, of: contents, to: recipients) }
        }
    }

    private func ready(_ what: Export.What, _ entries: Int, _ requester: Requester) {
        // Nobody else may fetch it.
        guard server.connection(requester.connection) != nil else { return }
        lastExport += 1
        exports[lastExport] = Export(
            owner: requester.connection, deadline: now + AgentLimits.exportMilliseconds, what: what)
        var size: UInt64 = 0
        if case .sealed(let file) = what { size = UInt64(file.count) }
        reply(ExportReadyReply(handle: lastExport, entries: UInt32(entries), bytes: size), to: requester)
    }

    func exportPage(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(ExportPageRequest.self, body)
        _ = try use()
        // The lines of this export were written after it was approved.
        guard audit.failure == nil else { throw .auditNotWritten }
        guard let export = exports[request.handle], export.owner == connection.token else { throw .noExport }
        let start = Int(request.start)
        switch export.what {
        case .sealed(let bytes):
            guard start <= bytes.count else { throw .noExport }
            let end = min(start + Limits.page, bytes.count)
            let part = bytes.span.extracting(start..<end)
            let next = end == bytes.count ? 0 : UInt32(end)
            server.send(ExportBytesReply(next: next, bytes: part), to: connection, request: id)
            if next == 0 { exports[request.handle] = nil }
        case .entries(let contents, let ids):
            guard start <= ids.count else { throw .noExport }
            let next = sendEntries(contents, ids, from: start, to: connection, id)
            if next == 0 { exports[request.handle] = nil }
        }
    }

    private func sendEntries(
        _ contents: Contents, _ ids: [Vault.Identifier], from start: Int, to connection: Connection, _ id: UInt32
    ) -> UInt32 {
        struct Entry {
            let account: Vault.Account
            let onWire: Wire.Account
        }
        var entries: [Entry] = []
        var count = ExportEntriesReply.headCount
        var next: UInt32 = 0
        for index in start..<ids.count {
            guard let account = contents[ids[index]] else { continue }
            let entry = Entry(account: account, onWire: Wire.Account(account))
            let size = ExportEntry.encodedCount(
                entry.onWire, note: account.noteCount, key: account.credential?.keyCount ?? 0,
                pin: account.credential?.pinCount ?? 0)
            if !entries.isEmpty, count + size > Limits.page || entries.count == Limits.pageEntries {
                next = UInt32(index)
                break
            }
            count += size
            entries.append(entry)
        }
        connection.holdsSecrets = true
        server.send(to: connection, count: Limits.frameHeader + count) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try Frame.append(.exportEntries, id: id, bodyCount: count, into: &output) {
                (output: inout OutputSpan<UInt8>) throws(WireError) in
                try ExportEntriesReply.encodeHead(next: next, entries: entries.count, into: &output)
                for entry in entries { try encode(entry.account, entry.onWire, of: contents, into: &output) }
            }
        }
        return next
    }

    private func encode(
        _ account: Vault.Account, _ onWire: Wire.Account, of contents: Contents, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try contents.withNote(of: account.id) { (note: Span<UInt8>) throws(WireError) in
            guard let credential = account.credential else {
                return try ExportEntry.encode(onWire, note: note, key: Span(), pin: Span(), into: &output)
            }
            try credential.withSecrets { (key: Span<UInt8>, pin: Span<UInt8>) throws(WireError) in
                try ExportEntry.encode(onWire, note: note, key: key, pin: pin, into: &output)
            }
        }
    }
}

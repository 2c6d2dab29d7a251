import Age
import Platform
import Vault
import Wire

/// An approved export, until it is fetched: the vault as it was then, or the finished file.
struct Export {
    let owner: UInt64
    let what: What

    enum What {
        case entries(Contents, [Identifier])
        case sealed([UInt8])
        /// With passkeys too.
        case passkeys(Contents, [Identifier], keys: [Identifier])
    }
}

// EXPORT and EXPORT_PAGE: the one unlock method which a stored secret leaves.
extension Agent {
    func export(_ request: ExportRequest, _ call: Call) throws(Refusal) {
        let contents = try use().contents
        for account in request.accounts {
            guard let found = contents[account], found.removed == 0 else {
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
        exports = exports.filter { $0.value.owner != call.connection.token }
        guard exports.count < AgentLimits.exports else { throw .tooManyExports }
        let count = request.accounts.isEmpty ? contents.count : request.accounts.count
        let ids = request.accounts.isEmpty ? contents.inOrder.map(\.id) : request.accounts
        let keys = request.kind == .passkeys ? contents.passkeys(of: ids).count : 0
        let passkeys = keys == 1 ? noted("1 passkey") : noted("\(keys) passkeys")
        let accounts =
            count == 1
            ? noted("1 account")
            : request.accounts.isEmpty ? noted("all \(count) accounts") : noted("\(count) accounts")
        let what =
            keys == 0
            ? noted("export the secrets of \(accounts)") : noted("export the secrets of \(accounts) and \(passkeys)")
        let only = request.accounts.count == 1 ? contents[request.accounts[0]] : nil
        try raise(.export, what, for: only, needsPassphrase: true, call) { [unowned self] requester in
            answer(requester) { () throws(Refusal) in try export(request, recipients, requester) }
        }
    }

    private func export(
        _ request: ExportRequest, _ recipients: [X25519Recipient], _ requester: Requester
    ) throws(Refusal) {
        guard let vault = open, !isLocking else { throw .locked }
        let contents = vault.contents
        let ids =
            request.accounts.isEmpty
            ? contents.inOrder.map(\.id) : request.accounts.filter { contents[$0] != nil }
        guard audit.failure == nil else { throw .auditNotWritten }
        let connection = server.connection(requester.connection)
        for account in ids { log(.exported, account, outcome: .done, by: connection) }
        if request.kind == .entries { return ready(.entries(contents, ids), ids.count, requester) }
        if request.kind == .passkeys {
            let keys = contents.passkeys(of: ids)
            for key in keys { log(.keyExported, key.account, outcome: .done, by: connection) }
            // An account that has nothing but passkeys is in the file with them.
            let owners = Set(keys.map(\.account))
            let rest = ids.filter { id in
                guard owners.contains(id), let account = contents[id] else { return true }
                return account.credential != nil || account.noteCount > 0
            }
            return ready(.passkeys(contents, rest, keys: keys.map(\.id)), rest.count, requester)
        }
        let targets = recipients.isEmpty ? nil : recipients
        let held = hold(requester)
        try offload(
            SealJob(contents: contents, ids: ids, recipients: targets), on: files, for: held, { $0.seal() }
        ) { [unowned self] result throws(Refusal) in
            let sealed = try result.made()
            try checkNotLocked(since: held)
            ready(.sealed(sealed), ids.count, requester)
        }
    }

    private struct SealJob: Sendable {
        let contents: Contents
        let ids: [Identifier]
        let recipients: [X25519Recipient]?

        func seal() -> Result<[UInt8], VaultError> {
            Result { () throws(VaultError) in try VaultFile.export(ids, of: contents, to: recipients) }
        }
    }

    private func ready(_ what: Export.What, _ entries: Int, _ requester: Requester) {
        // Nobody else may fetch it.
        guard server.connection(requester.connection) != nil else { return }
        lastExport += 1
        let handle = lastExport
        exports[handle] = Export(owner: requester.connection, what: what)
        timers.add(at: now + AgentLimits.exportMilliseconds) { [unowned self] in exports[handle] = nil }
        var size: UInt64 = 0
        if case .sealed(let file) = what { size = UInt64(file.count) }
        reply(ExportReadyReply(handle: handle, entries: UInt32(entries), bytes: size), to: requester)
    }

    func exportPage(_ request: ExportPageRequest, _ call: Call) throws(Refusal) {
        _ = try use()
        // The lines of this export were written after it was approved.
        guard audit.failure == nil else { throw .auditNotWritten }
        guard let export = exports[request.handle], export.owner == call.connection.token else { throw .noExport }
        let start = Int(request.start)
        switch export.what {
        case .sealed(let bytes):
            guard start <= bytes.count else { throw .noExport }
            let end = min(start + Limits.page, bytes.count)
            let part = bytes.span.extracting(start..<end)
            let next = end == bytes.count ? 0 : UInt32(end)
            server.send(ExportBytesReply(next: next, bytes: part), to: call)
            if next == 0 { exports[request.handle] = nil }
        case .entries(let contents, let ids):
            guard start <= ids.count else { throw .noExport }
            let next = sendEntries(contents, ids, from: request.start, to: call.connection, call.id)
            if next == 0 { exports[request.handle] = nil }
        case .passkeys(let contents, let ids, _):
            // The passkeys come after the accounts.
            guard start <= ids.count else { throw .noExport }
            _ = sendEntries(contents, ids, from: request.start, to: call.connection, call.id)
        }
    }

    private func sendEntries(
        _ contents: Contents, _ ids: [Identifier], from start: UInt32, to connection: Connection, _ id: UInt32
    ) -> UInt32 {
        struct Entry {
            let account: Vault.Account
            let onWire: Wire.Account
        }
        let page = Page(of: ids, from: start, head: ExportEntriesReply.headCount) { (entry: Entry) in
            let (account, credential) = (entry.account, entry.account.credential)
            return ExportEntry.encodedCount(
                entry.onWire, note: account.noteCount, key: credential?.keyCount ?? 0, pin: credential?.pinCount ?? 0)
        } _: { id in
            contents[id].map { Entry(account: $0, onWire: Wire.Account($0, in: connection.version)) }
        }
        connection.holdsSecrets = true
        server.send(to: connection, count: Limits.frameHeader + page.count) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try Frame.append(.exportEntries, id: id, bodyCount: page.count, into: &output) {
                (output: inout OutputSpan<UInt8>) throws(WireError) in
                try ExportEntriesReply.encodeHead(next: page.next, entries: page.entries.count, into: &output)
                for entry in page.entries { try encode(entry.account, entry.onWire, of: contents, into: &output) }
            }
        }
        return page.next
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

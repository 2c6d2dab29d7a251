import Age
import Backup
import Client
import Platform
import Vault
import Wire

/// One run of rehearsals: a backup, what the vault holds that it is compared with, and what came of each way.
final class Rehearsal {
    /// What came of a way.
    private enum Outcome {
        /// So many accounts came back, and so many of the vault did not.
        case restored(accounts: Int, missing: Int)
        /// It was opened, and nothing was restored.
        case opened
        /// Others have to answer first.
        case waits
        case failed(ClientError)
    }

    /// Where the backup lies, and its name there.
    let name: String
    /// The backup.
    let sealed: [UInt8]
    /// What opens the vault.
    let access: AccessReply
    /// Who keeps shares.
    let keepers: KeepersReply
    private let file: String
    private let accounts: Set<Identifier>
    private let common: Common
    private let directory: String
    private let lock: FileLock
    private var outcomes: [(way: RehearsedWay, outcome: Outcome, milliseconds: UInt64)] = []

    /// Takes the newest backup of this vault at a place; without one, of those that are configured.
    init(_ source: String?, _ common: Common) throws(ClientError) {
        let (access, keepers, accounts) = try common.unlocked { (connection) throws(ClientError) in
            let access: AccessReply = try connection.request(AccessRequest())
            let keepers: KeepersReply = try connection.request(KeepersRequest())
            // What was changed since the last backup comes into this one.
            let _: BackupMadeReply = try connection.request(BackupNowRequest(force: false))
            return (access, keepers, Set(try connection.accounts().map(\.id)))
        }
        (self.access, self.keepers, self.accounts, self.common) = (access, keepers, accounts, common)
        guard let home = Paths.data else { throw ClientError(.configuration, Sentences.noHome) }
        directory = home + "/rehearsal"
        lock = try Uploads.held(try LocalBackups())
        let place = try Self.place(source, home)
        let own = String(access.vault.description.prefix(8))
        let files = try place.list()
        guard let found = files.first(where: { $0.backup?.vault == own }) ?? files.first(where: { $0.backup == nil })
        else { throw ClientError(.inputMissing, Sentences.nothingThere(place.name), remedy: Sentences.otherPlace) }
        (name, file) = (place.name, found.name)
        sealed = try place.read(found)
    }

    private static func place(_ source: String?, _ home: String) throws(ClientError) -> any RestorePlace {
        if source == nil, try BackupConfiguration().entries.isEmpty { return BackupFolder(path: home + "/sealed") }
        return try RestorePlaces.place(source)
    }

    /// The ways that the vault has, but for those that take a file.
    var possible: [RehearsedWay] {
        RehearsedWay.allCases.filter { way in
            switch way {
            case .passphrase: access.ways.contains { $0.kind == .passphrase }
            case .code: access.left > 0
            case .age, .identity: false
            case .securityKey: access.ways.contains { $0.kind == .hardware }
            case .keepers: !keepers.keepers.isEmpty
            }
        }
    }

    /// Whether the stock program is here.
    var hasAge: Bool { Programs.path(of: "age") != nil }

    // MARK: - Ways

    /// Notes what comes of a way: the others are rehearsed all the same, unless their owner has had enough.
    func note(_ way: RehearsedWay, _ body: () throws(ClientError) -> Void) throws(ClientError) {
        do throws(ClientError) { try body() } catch {
            guard error.code != .interrupted else { throw error }
            tell(way, .failed(error), since: Clock.sinceBoot)
        }
    }

    /// A restore of the backup into a new vault.
    ///
    /// - Throws: `permission` when the secret opens it not.
    func restore(_ way: RehearsedWay, by key: RestoreKey, _ secret: Span<UInt8>) throws(ClientError) {
        let start = Clock.sinceBoot
        let found = try ProgressLine.during(Sentences.rehearsing(way)) { () throws(ClientError) in
            try ScratchAgent.run(in: directory) { (connection) throws(ClientError) in
                try connection.beginRestore(sealed)
                let summary = try connection.openRestore(.restore, key, secret)
                let passphrase = try Self.passphrase(isNeeded: summary.needsPassphrase)
                _ = try connection.commitRestore(source: file, passphrase: passphrase.bytes)
                return Set(try connection.accounts().map(\.id))
            }
        }
        tell(way, .restored(accounts: found.count, missing: accounts.subtracting(found).count), since: start)
    }

    /// For a vault that nobody opens again.
    private static func passphrase(isNeeded: Bool) throws(ClientError) -> LockedBuffer {
        var text = try ClientError.locked(64)
        guard isNeeded else { return text }
        text.append { output in
            let bytes = [UInt8](capacity: 64) { Sodium.randomBytes(into: &$0, count: 64) }
            for byte in bytes { output.append(UInt8(ascii: "a") + byte & 15) }
        }
        return text
    }

    /// Has the stock age program open the backup by the identity of a code, and throw away what is in it.
    func openWithAge(by code: borrowing KitCode) throws(ClientError) {
        guard let program = Programs.path(of: "age") else {
            throw ClientError(.system, Sentences.noAge, remedy: tr("install it; on Debian: apt-get install age"))
        }
        let start = Clock.sinceBoot
        var text = try ClientError.locked(X25519Identity.textCount + 1)
        do throws(VaultError) {
            let identity = try code.identity()
            text.append { output in identity.appendText(to: &output) }
        } catch { throw ClientError(.system, error.message, remedy: error.remedy) }
        text.append { output in output.append(UInt8(ascii: "\n")) }
        FileTree.remove(directory)
        defer { FileTree.remove(directory) }
        let status: Int32
        do throws(DirectoryError) { _ = try Directory.open(directory, create: true) } catch { throw ClientError(error) }
        do throws(SystemError) {
            let file = try FileDescriptor.creating(directory + "/backup.age")
            let sealed = sealed
            try file.writeAll(sealed.span)
            var child = try Child.start(
                program, ["--decrypt", "--identity", "-", directory + "/backup.age"],
                environment: [Programs.searchPath], input: .connected, newSession: true)
            // One that has gone away says so by its status.
            try? child.send(text.bytes)
            child.input = nil
            status = child.wait()
        } catch { throw ClientError(error) }
        guard status == 0 else {
            throw ClientError(.permission, Sentences.ageOpensNot(status), remedy: Sentences.otherBackup)
        }
        if let set = try Drills.set(of: code, in: access) {
            try Drills.change { $0.passByAge(withCodeOf: set, at: Clock.utc) }
        }
        tell(.age, .opened, since: start)
    }

    /// The unlock method of an identity, by its id.
    func way(ofIdentity text: Span<UInt8>) throws(ClientError) -> String? {
        let recipient: String
        do throws(AgeError) { recipient = try X25519Identity(text: text).recipient.text } catch { return nil }
        return access.ways.first { $0.kind == .recipient && $0.recipient == recipient }?.id.description
    }

    /// Notes that a keeper has given back a share.
    func prove(_ token: Identifier, _ share: Span<UInt8>) throws(ClientError) {
        var connection = try common.open()
        try connection.request(KeeperProvenRequest(token: token, share: share))
    }

    /// Others have to answer first.
    func waits(_ way: RehearsedWay) { outcomes.append((way, .waits, 0)) }

    // MARK: - Results

    private func tell(_ way: RehearsedWay, _ outcome: Outcome, since start: UInt64) {
        let milliseconds = Clock.sinceBoot - start
        outcomes.append((way, outcome, milliseconds))
        log(way, outcome, milliseconds)
        guard !common.json else { return }
        switch outcome {
        case .restored(let accounts, let missing):
            Output.line(Sentences.rehearsedBy(way, accounts, Self.seconds(milliseconds)))
            if missing > 0 { Output.note(Sentences.warning(Sentences.rehearsalLacks(missing))) }
        case .opened: Output.line(tr("opened by the age program and a kit code in \(Self.seconds(milliseconds)) s"))
        case .waits: break
        case .failed(let error):
            Output.note(Sentences.rehearsedNot(way, Label.shown(error.message)))
            for detail in error.details { Output.note(Label.shown(detail)) }
            if !error.remedy.isEmpty { Output.hint(Label.shown(error.remedy)) }
        }
    }

    /// Has the agent note it in the audit log. What came of the way is the same without.
    private func log(_ way: RehearsedWay, _ outcome: Outcome, _ milliseconds: UInt64) {
        let (works, accounts) =
            switch outcome {
            case .restored(let accounts, let missing): (missing == 0, accounts)
            case .opened: (true, 0)
            case .waits, .failed: (false, 0)
            }
        do throws(ClientError) {
            var connection = try common.open()
            try connection.request(
                RehearsedRequest(
                    way.logged, works: works, milliseconds: milliseconds, accounts: UInt32(clamping: accounts)))
        } catch { Output.note(Sentences.warning(Sentences.rehearsalNotLogged(error.message))) }
    }

    private static func seconds(_ milliseconds: UInt64) -> String {
        let tenths = (milliseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// Ends with an error when a way has not led back.
    func finish() throws {
        var first: (way: RehearsedWay, error: ClientError)?
        var lacking = false
        for (way, outcome, _) in outcomes {
            if case .failed(let error) = outcome, first == nil { first = (way, error) }
            if case .restored(_, let missing) = outcome, missing > 0 { lacking = true }
        }
        let error =
            first.map {
                ClientError($0.error.code, Sentences.rehearsedNot($0.way, $0.error.message), remedy: $0.error.remedy)
            }
            ?? (lacking ? ClientError(.backupFailed, Sentences.rehearsalLacking, remedy: Sentences.makeAnother) : nil)
        if common.json, !outcomes.allSatisfy({ if case .waits = $0.outcome { true } else { false } }) {
            Output.json(
                [
                    ("place", .string(name)), ("backup", .string(file)),
                    ("rehearsed", .array(outcomes.map { Self.json($0.way, $0.outcome, $0.milliseconds) })),
                ] + (error.map { [JSON.member($0)] } ?? [])
            )
        }
        if let error { Program.end(afterResult: error) }
    }

    private static func json(_ way: RehearsedWay, _ outcome: Outcome, _ milliseconds: UInt64) -> JSON {
        var members: [(String, JSON)] = [("way", .string(way.rawValue))]
        switch outcome {
        case .restored(let accounts, let missing):
            members += [
                ("result", .string("works")), ("accounts", .number(accounts)), ("missing", .number(missing)),
                ("milliseconds", .number(milliseconds)),
            ]
        case .opened: members += [("result", .string("works")), ("milliseconds", .number(milliseconds))]
        case .waits: members += [("result", .string("waits"))]
        case .failed(let error): members += [("result", .string("failed")), ("reason", .string(error.message))]
        }
        return .object(members)
    }
}

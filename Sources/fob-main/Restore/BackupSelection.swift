import Age
import Backup
import Client
import Platform
import Vault
import Wire

/// Which of the backups of a place is opened when nobody picks one: of each vault in turn the newest that is what its
/// name says. What is passed over is told.
struct BackupSelection {
    /// One that is open in the agent.
    struct Opened {
        let index: Int
        let sealed: [UInt8]
        let summary: RestoreSummary
    }

    /// What opens a file, which the agent has.
    typealias Key = ([UInt8], inout Connection) throws(ClientError) -> RestoreSummary

    let files: [FoundBackup]
    private let place: any RestorePlace
    private let utc: UInt64
    /// Positions of files by vault, in the order in which they are tried.
    private var rows: [[Int]]
    /// It was picked: nothing else is tried.
    private let isPicked: Bool
    private var loaded: [Int: [UInt8]] = [:]
    /// Those that open and are not what their names say, and the first of them.
    private var renamed: Set<Int> = []
    private var kept: [Int: [UInt8]] = [:]
    /// What was passed over, and why, by position.
    private(set) var passed: [Int: String] = [:]
    /// What the owner should know of others that are there.
    private(set) var notes: [String] = []
    private(set) var opened: Opened?
    /// The agent has a file.
    private var isBegun = false

    /// So many files of a vault that the passphrase does not open are tried: more than one when somebody else's bear names
    /// of the vault's.
    private static let mostShut = 3

    /// The position of the one that was picked by its number, of a list of `count`.
    static func position(_ pick: Int?, of count: Int) throws(ClientError) -> Int? {
        guard let pick else { return nil }
        guard 1...max(count, 1) ~= pick else {
            throw ClientError(.usage, Sentences.noSuchBackup(count), remedy: Sentences.pickOne)
        }
        return pick - 1
    }

    /// - Parameters:
    ///   - pick: the position of the one that is wanted; nil for the newest.
    ///   - own: the beginning of the id of the vault here, which comes before others; nil when there is none.
    init(
        _ files: [FoundBackup], in place: any RestorePlace, pick: Int?, own: String?, at utc: UInt64
    ) {
        (self.files, self.place, self.utc, isPicked) = (files, place, utc, pick != nil)
        if let pick {
            rows = [[pick]]
            return
        }
        var vaults: [String] = []
        var byVault: [String: [Int]] = [:]
        for (index, file) in files.enumerated() {
            // What has no name of a backup is one of its own.
            let vault = file.backup?.vault ?? "\(index)/"
            if byVault[vault] == nil { vaults.append(vault) }
            byVault[vault, default: []].append(index)
        }
        if let own, let position = vaults.firstIndex(of: own) { vaults.insert(vaults.remove(at: position), at: 0) }
        rows = vaults.map { byVault[$0] ?? [] }
    }

    /// Vaults whose backups are there: the beginning of each id, how many, and the newest.
    var vaults: [(id: String, count: Int, newest: UInt64)] {
        rows.compactMap { row in
            files[row[0]].backup.map { (id: $0.vault, count: row.count, newest: $0.utc) }
        }
    }

    /// Looks at the first of each vault before anybody is asked for anything.
    mutating func prepare(asksPassphrase: Bool) throws(ClientError) {
        var isOpenable = false
        for row in rows.indices {
            while let first = rows[row].first, try sealed(first) == nil { rows[row].removeFirst() }
            guard let first = rows[row].first, let bytes = try sealed(first) else { continue }
            isOpenable = isOpenable || !asksPassphrase || !IdentityFile.isNeeded(for: bytes.span)
        }
        rows.removeAll(where: \.isEmpty)
        guard !rows.isEmpty else {
            throw ClientError(.damaged, Sentences.noneIsWhole(place.name), remedy: Sentences.otherPlace)
        }
        guard isOpenable else {
            throw ClientError(.permission, Sentences.opensByIdentity, remedy: Sentences.giveIdentity)
        }
    }

    /// The bytes of a file; nil when it is none that could be opened, which is told once.
    private mutating func sealed(_ index: Int) throws(ClientError) -> [UInt8]? {
        if let bytes = loaded[index] { return bytes }
        if passed[index] != nil { return nil }
        do throws(ClientError) {
            let bytes = try place.read(files[index])
            guard !VaultFile.hasDamagedHeader(bytes.span) else {
                throw ClientError(.damaged, Sentences.damagedHeader, remedy: Sentences.otherBackup)
            }
            if !isPicked {
                do throws(AgeError) { _ = try AgeHeader(parsing: bytes.span) } catch {
                    throw ClientError(.damaged, Sentences.notSealed, remedy: Sentences.otherBackup)
                }
            }
            loaded[index] = bytes
            return bytes
        } catch {
            // What a place does not give now may be the newest, and whole.
            guard !isPicked, files.count > 1, ![.interrupted, .backupFailed].contains(error.code) else { throw error }
            pass(index, error.message)
            return nil
        }
    }

    private mutating func pass(_ index: Int, _ reason: String) {
        guard passed.updateValue(reason, forKey: index) == nil else { return }
        loaded[index] = nil
    }

    /// Opens one.
    ///
    /// - Throws: `permission` when the key opens none of them.
    mutating func open(_ connection: inout Connection, isPassphrase: Bool, _ key: Key) throws(ClientError) {
        var refusal: ClientError?
        for row in rows {
            do throws(ClientError) {
                guard let found = try open(row, &connection, isPassphrase: isPassphrase, key) else { continue }
                opened = found
                if !isPicked { try lookHigher(row, &connection, key) }
                return
            } catch {
                guard error.code == .permission, rows.count > 1 else { throw error }
                refusal = error
            }
        }
        throw refusal.map { ClientError(.permission, Sentences.opensNone(vaults.map(\.id)), remedy: $0.remedy) }
            ?? ClientError(.damaged, Sentences.noneIsWhole(place.name), remedy: Sentences.otherPlace)
    }

    /// Opens the newest of a vault that is what its name says; nil when there is none.
    private mutating func open(
        _ row: [Int], _ connection: inout Connection, isPassphrase: Bool, _ key: Key
    ) throws(ClientError) -> Opened? {
        var shut: [(index: Int, mark: [String]?)] = []
        var refusal: ClientError?
        for index in row {
            guard let bytes = try sealed(index) else { continue }
            do throws(ClientError) {
                guard let summary = try take(index, bytes, &connection, key) else { continue }
                let mark = Self.passphraseMark(of: bytes)
                // Of another passphrase: this one is older than the newest, and nobody has asked for that.
                if let refusal, shut.contains(where: { $0.mark != nil && $0.mark != mark }) {
                    throw refusal
                }
                for other in shut { pass(other.index, Sentences.notSealedHere) }
                return Opened(index: index, sealed: bytes, summary: summary)
            } catch {
                switch error.code {
                case .damaged where !isPicked && files.count > 1: pass(index, error.message)
                case .permission where isPassphrase && !isPicked && shut.count < Self.mostShut:
                    shut.append((index, Self.passphraseMark(of: bytes)))
                    refusal = refusal ?? error
                default: throw refusal ?? error
                }
            }
        }
        return try misnamed(row, shut.map(\.mark), &connection, key, refusal)
    }

    /// Where no file is what its name says, the first that opens, which is told: a person has named it anew.
    private mutating func misnamed(
        _ row: [Int], _ shut: [[String]?], _ connection: inout Connection, _ key: Key, _ refusal: ClientError?
    ) throws(ClientError) -> Opened? {
        let first = row.first { renamed.contains($0) }
        if let first, let bytes = kept[first] {
            let mark = Self.passphraseMark(of: bytes)
            if shut.allSatisfy({ $0 == nil || $0 == mark }) {
                try begin(bytes, &connection)
                passed[first] = nil
                return Opened(index: first, sealed: bytes, summary: try key(bytes, &connection))
            }
        }
        if let refusal { throw refusal }
        return nil
    }

    /// Hands it over and opens it; nil when it is another one than its name says.
    private mutating func take(
        _ index: Int, _ bytes: [UInt8], _ connection: inout Connection, _ key: Key
    ) throws(ClientError) -> RestoreSummary? {
        try begin(bytes, &connection)
        let summary = try key(bytes, &connection)
        guard !isPicked, let named = files[index].backup, !Self.agree(named, summary) else { return summary }
        renamed.insert(index)
        if kept.isEmpty { kept[index] = bytes }
        pass(index, Sentences.otherName(named.sequence, summary.sequence))
        return nil
    }

    private mutating func begin(_ bytes: [UInt8], _ connection: inout Connection) throws(ClientError) {
        if isBegun { try connection.request(RestoreAbortRequest()) }
        isBegun = true
        try connection.beginRestore(bytes)
    }

    /// Whether a name says what the file says of itself.
    static func agree(_ name: BackupName, _ summary: RestoreSummary) -> Bool {
        name.sequence == summary.sequence && name.utc == summary.time
            && summary.vault.description.hasPrefix(name.vault)
    }

    /// What a passphrase is stretched with; nil when no passphrase opens the file.
    private static func passphraseMark(of sealed: [UInt8]) -> [String]? {
        (try? AgeHeader(parsing: sealed.span))?.stanzas.first { $0.type == PassphraseDerivation.stanzaType }?.arguments
    }

    /// A higher save of the same machine is newer, whatever the clock said. One of another machine, or of the future, is
    /// told.
    private mutating func lookHigher(
        _ row: [Int], _ connection: inout Connection, _ key: Key
    ) throws(ClientError) {
        guard let found = opened, files[found.index].backup != nil else { return }
        let higher = row.filter { passed[$0] == nil && (files[$0].backup?.sequence ?? 0) > found.summary.sequence }
            .sorted { (files[$0].backup?.sequence ?? 0) > (files[$1].backup?.sequence ?? 0) }
        for index in higher where files[index].isFuture(at: utc) && !files[found.index].isFuture(at: utc) {
            notes.append(Sentences.futureThere(files[index].name, pick: index + 1))
        }
        let candidates = higher.filter { files[$0].isFuture(at: utc) == files[found.index].isFuture(at: utc) }
        for index in candidates {
            var other: RestoreSummary?
            if let bytes = try sealed(index) {
                do throws(ClientError) {
                    other = try take(index, bytes, &connection, key)
                    if let other, other.machine == found.summary.machine {
                        opened = Opened(index: index, sealed: bytes, summary: other)
                        return notes.append(Sentences.clockWentBack(files[index].name))
                    }
                } catch {
                    guard error.code == .damaged || error.code == .permission else { throw error }
                    pass(index, error.message)
                }
            }
            if let other {
                notes.append(
                    Sentences.otherMachine(files[index].name, Label.shown(other.machine), pick: index + 1))
                break
            }
        }
        guard !candidates.isEmpty else { return }
        // What was looked at has taken its place in the agent.
        try begin(found.sealed, &connection)
        opened = Opened(index: found.index, sealed: found.sealed, summary: try key(found.sealed, &connection))
    }

    /// How many of the same vault are newer than the one that was opened, and not passed over.
    var newer: Int {
        guard let opened, let vault = files[opened.index].backup?.vault else { return opened?.index ?? 0 }
        return files[..<opened.index].indices.count { files[$0].backup?.vault == vault && passed[$0] == nil }
    }
}

import Age
import Backup
import Client
import Platform
import Wire

/// A sealed file that can be restored from.
struct FoundBackup {
    /// Its name in its place.
    let name: String
    /// What its name tells, also that of a copy; nil for a file of another name.
    let backup: BackupName?
    /// The destinations that have it; empty for a file or a folder that was named.
    var places: [String] = []
    /// Whether it was read back and looked into; nil when this machine did not put it there.
    var isVerified: Bool?
    /// How many accounts it holds, where that is known without opening it.
    var accounts: Int?

    /// A file of that name.
    init(_ name: String) {
        self.name = name
        backup = BackupName(name) ?? BackupName(copied: name)
    }

    /// Whether it says that it was sealed in the future, by a clock that says `utc`.
    func isFuture(at utc: UInt64) -> Bool { backup.map { BackupOrder.isFuture($0.utc, at: utc) } ?? false }

    /// Those, the newest first, each before its copies; what has no name of a backup behind them.
    static func sorted(_ files: some Sequence<FoundBackup>, at utc: UInt64) -> [FoundBackup] {
        files.sorted { a, b in
            guard let first = a.backup, let second = b.backup else { return a.backup != nil && b.backup == nil }
            return first == second ? a.isItself && !b.isItself : BackupOrder.precedes(first, second, at: utc)
        }
    }

    private var isItself: Bool { backup?.description == name }
}

/// Where sealed files are. A place that keeps backups is another conforming type.
protocol RestorePlace {
    /// For people.
    var name: String { get }
    /// What is there, the newest first.
    func list() throws(ClientError) -> [FoundBackup]
    /// The bytes of one of them.
    func read(_ file: FoundBackup) throws(ClientError) -> [UInt8]
}

/// Which place a person means.
enum RestorePlaces {
    /// The place that is named: a path, a remote of rclone, or a destination; without a name, all destinations.
    static func place(_ source: String?) throws(ClientError) -> any RestorePlace {
        guard let source else {
            let isConfigured = Paths.configuration != nil
            return try BackupPlaces(isConfigured ? BackupConfiguration().entries : [])
        }
        if FileTree.isDirectory(source) { return BackupFolder(path: source) }
        if source == "-" || Child.isReadable(source) { return SingleBackup(path: source) }
        // A remote's name has no slash, so that no path is taken for one.
        if RcloneDestination.isPlain(source) { return try BackupPlaces(remote: source) }
        if Paths.configuration != nil,
            let entry = try BackupConfiguration().entries.first(where: { $0.name == source })
        {
            return try BackupPlaces([entry])
        }
        return SingleBackup(path: source)
    }
}

/// One file that was named.
final class SingleBackup: RestorePlace {
    let path: String
    /// A pipe is read once.
    private var sealed: [UInt8]?

    init(path: String) { self.path = path }

    var name: String { path }

    func list() throws(ClientError) -> [FoundBackup] {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if case .recoveryKey = StoredName(name) {
            throw ClientError(.badInput, Sentences.recoveryKeyNamed(path), remedy: Sentences.otherFolder)
        }
        let bytes = try bytes()
        do throws(AgeError) { _ = try AgeHeader(parsing: bytes.span) } catch {
            // What begins as an age file was one.
            let (code, told) =
                error == .notAge ? (ErrorCode.badInput, Sentences.notSealed) : (.damaged, Sentences.damagedHeader)
            throw ClientError(code, "\(path): \(told)", remedy: Sentences.otherBackup)
        }
        return [FoundBackup(name)]
    }

    func read(_ file: FoundBackup) throws(ClientError) -> [UInt8] { try bytes() }

    private func bytes() throws(ClientError) -> [UInt8] {
        if let sealed { return sealed }
        let read = try SealedFile.read(path)
        sealed = read
        return read
    }
}

/// A folder: of backups, or the directory of another machine's vault.
struct BackupFolder: RestorePlace {
    let path: String

    var name: String { path }

    func list() throws(ClientError) -> [FoundBackup] {
        let files: [FoundBackup]
        do throws(SystemError) { files = try FileTree.files(in: path).map(FoundBackup.init) } catch {
            throw ClientError(reading: path, error)
        }
        let found =
            FoundBackup.sorted(files.filter { $0.backup != nil }, at: Clock.utc)
            + files.filter { $0.name == Self.vault }
            // Whatever else bears fob's name may be one.
            + files.filter { file in
                let name = file.name
                return file.backup == nil && name.hasPrefix("fob-") && name.hasSuffix(".age")
                    && !BackupName.isNoVault(name)
            }
        if let name = inCloudOnly, BackupName(name).map({ isBefore($0, found) }) ?? false {
            let told = ClientError(.inputMissing, Sentences.inCloudOnly(name), remedy: Sentences.fetchFromCloud)
            guard !found.isEmpty else { throw told }
            Output.note(Sentences.warning(told.message))
            Output.hint(told.remedy)
        }
        guard found.isEmpty else { return found }
        throw ClientError(
            .inputMissing, Sentences.nothingThere(path),
            remedy: below.map { Sentences.folderBelow(Shell.quoted($0)) } ?? Sentences.otherFolder)
    }

    /// The newest backup of which a program that synchronises the folder shows that it exists, and no more.
    private var inCloudOnly: String? {
        let stubs = ((try? FileTree.hiddenNames(in: path)) ?? []).filter { $0.hasSuffix(Self.stub) }
        let names = stubs.map { FoundBackup(String($0.dropFirst().dropLast(Self.stub.count))) }
        return FoundBackup.sorted(names.filter { $0.backup != nil }, at: Clock.utc).first?.name
    }

    /// iCloud's ending for what it has not fetched.
    private static let stub = ".icloud"

    private func isBefore(_ name: BackupName, _ found: [FoundBackup]) -> Bool {
        found.compactMap(\.backup).allSatisfy { $0.vault != name.vault || $0 < name }
    }

    /// A folder below this one in which backups are.
    private var below: String? {
        let files = (try? FileTree.files(below: path, suffix: ".age", isEager: true)) ?? []
        let found = files.lazy.compactMap { file in
            file.lastIndex(of: "/").flatMap { slash in
                BackupName(String(file[file.index(after: slash)...])).map { _ in String(file[..<slash]) }
            }
        }
        return found.first.map { "\(path.hasSuffix("/") ? String(path.dropLast()) : path)/\($0)" }
    }

    func read(_ file: FoundBackup) throws(ClientError) -> [UInt8] { try SealedFile.read("\(path)/\(file.name)") }

    private static let vault = "vault.age"
}

/// Reads sealed files, also in armor.
enum SealedFile {
    /// In armor a file is by a third larger.
    private static let longest = Limits.sealed / 48 * 65 + 4096

    static func read(_ path: String) throws(ClientError) -> [UInt8] {
        var bytes = try OpenFile.named(path).bytes(limit: longest)
        guard !bytes.isEmpty else {
            throw ClientError(.badInput, Sentences.backupEmpty(path), remedy: Sentences.otherBackup)
        }
        if Armor.isArmored(bytes.span) {
            do throws(AgeError) { bytes = try Armor.decode(bytes.span) } catch {
                throw ClientError(.damaged, tr("\(path): the age armor is damaged"), remedy: Sentences.otherBackup)
            }
        }
        guard bytes.count <= Limits.sealed else {
            throw ClientError(.badInput, Sentences.backupSize, remedy: Sentences.otherBackup)
        }
        return bytes
    }
}

import Client
import Platform
import Wire

/// The copies of the vault from before later saves, and what else stays when its file goes: how fob(1) gets at them while
/// no vault is open.
struct OlderCopies {
    private static let vault = "vault.age"
    private static let number = "generation"
    private static let owner = "vault-id"
    private static let temporary = ".vault.age.new"

    private let directory: Directory
    private let generations: Directory
    /// Their names, the oldest first.
    let names: [String]

    init() throws(ClientError) {
        guard let path = Paths.data else {
            throw ClientError(.configuration, Sentences.noHome, remedy: Sentences.setHome)
        }
        do throws(DirectoryError) {
            directory = try Directory.open(path, create: false)
            generations = try directory.subdirectory("generations")
            names = try generations.names().filter { $0.hasPrefix("vault-") && $0.hasSuffix(".age") }.sorted()
        } catch { throw ClientError(error) }
    }

    /// The one with a number; nil when there is none.
    func name(numbered number: UInt64) -> String? {
        names.last { name in
            name.dropFirst(6).split(separator: "-").first.flatMap { UInt64($0) } == number
        }
    }

    /// Makes a copy the vault. A vault file that is there is kept under the name that is returned.
    func putBack(_ name: String) throws(ClientError) -> String? {
        do throws(DirectoryError) {
            guard let bytes = try generations.read(name, limit: Limits.sealed) else { return nil }
            var kept: String?
            if try directory.status(of: Self.vault) != nil {
                let other = "vault.age.before-\(CompactTime.text(Clock.utc))"
                // Never over another one that was set aside.
                try directory.link(Self.vault, to: other)
                kept = other
            }
            do throws(DirectoryError) { try directory.remove(Self.temporary) } catch {
                guard error.fault == .absent else { throw error }
            }
            let file = try directory.openFile(Self.temporary, for: .creatingNew)
            do throws(SystemError) {
                try file.writeAll(bytes.span)
                try file.sync()
            } catch { throw directory.failure(error, of: Self.temporary) }
            try directory.rename(Self.temporary, to: Self.vault)
            try directory.sync()
            return kept
        } catch { throw ClientError(error) }
    }

    /// Puts them, and the number of the last save, into a directory of their own, out of the way of a new vault; nil when
    /// there is nothing.
    func setAside() throws(ClientError) -> String? {
        do throws(DirectoryError) {
            let hasNumber = try directory.status(of: Self.number) != nil
            guard hasNumber || !names.isEmpty else { return nil }
            let former = try directory.subdirectory("former-\(CompactTime.text(Clock.utc))")
            for name in names { try generations.rename(name, to: name, in: former) }
            for name in try directory.names() where name == Self.number || name == Self.owner {
                try directory.rename(name, to: name, in: former)
            }
            try former.sync()
            try generations.sync()
            try directory.sync()
            return former.path
        } catch { throw ClientError(error) }
    }
}

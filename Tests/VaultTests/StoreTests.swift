import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Vault

@Suite struct StoreTests {
    private let scratch: Scratch
    private let home: String
    private let noon: UInt64 = 1_800_000_000

    init() throws {
        scratch = try Scratch()
        home = scratch.path("fob")
    }

    /// Opens a store. A program that another test is just starting has our descriptors, and with them the lock of a
    /// store that we have let go, until it begins to run.
    private func open(
        _ path: String, before: @escaping @Sendable (Store.Step) throws(DirectoryError) -> Void = { _ in }
    ) throws -> Store {
        for _ in 0..<6000 {
            do { return try Store(path: path, before: before) } catch StoreError.lockedByAnother { usleep(10_000) }
        }
        return try Store(path: path, before: before)
    }

    private func failure(_ body: () throws -> Void) -> StoreError? {
        do {
            try body()
            return nil
        } catch { return error as? StoreError }
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func generations() throws -> [String] {
        try Directory.open(home + "/generations", create: false).names().sorted()
    }

    private func leftovers(in path: String? = nil) throws -> [String] {
        let directory = try Directory.open(path ?? home, create: false)
        let names = try directory.names() + directory.subdirectory("generations").names()
        return names.filter { $0.hasPrefix(".") }
    }

    // MARK: - Without failures

    @Test func `a new directory has no vault`() throws {
        let store = try open(home)
        #expect(try !store.hasVault())
        #expect(failure { _ = try store.load() } == .noVault(path: home))
        #expect(store.highestGeneration() == 0)
        for name in ["fob", "fob/generations"] { #expect(try scratch.mode(name) == 0o700) }
        #expect(try scratch.mode("fob/lock") == 0o600)
    }

    @Test func `what is saved is loaded, by the next store too`() throws {
        var store = try Optional(open(home))
        let sealed = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try store?.save(sealed, generation: 1, at: noon)
        #expect(try store?.load() == sealed)
        #expect(try store?.hasVault() == true)
        store = nil
        let next = try open(home)
        #expect(try next.load() == sealed)
        #expect(next.highestGeneration() == 1)
        for name in ["vault.age", "generation"] { #expect(try scratch.mode("fob/" + name) == 0o600) }
        #expect(try next.directory.read("generation", limit: 9) == bytes("1\n"))
        #expect(try leftovers().isEmpty)
    }

    @Test func `the vault from before is kept under its own number and time`() throws {
        var store = try Optional(open(home))
        try store?.save(bytes("one"), generation: 1, at: noon)
        #expect(try generations().isEmpty)
        try store?.save(bytes("two"), generation: 2, at: noon + 60)
        store = nil
        // The number now comes from the file.
        try open(home).save(bytes("three"), generation: 3, at: noon + 120)
        let names = [1, 2].map { Generation(number: UInt64($0), utc: noon + UInt64($0 - 1) * 60).name }
        #expect(try generations() == names)
        let kept = try Directory.open(home + "/generations", create: false)
        #expect(try kept.read(names[0], limit: 9) == bytes("one"))
        #expect(try kept.read(names[1], limit: 9) == bytes("two"))
        #expect(try scratch.mode("fob/generations/" + names[0]) == 0o600)
    }

    @Test func `a burst of saves keeps the last ten copies and one of each hour`() throws {
        let store = try open(home)
        for number in 0..<40 as Range<UInt64> {
            try store.save(bytes("\(number)"), generation: number + 1, at: noon + number * 1800)
        }
        for number in 40..<140 as Range<UInt64> {
            try store.save(bytes("\(number)"), generation: number + 1, at: noon + 72000 + number)
        }
        let kept = try generations().compactMap { Generation(name: $0) }
        let hours = Set(kept.map { $0.utc / 3600 })
        #expect(hours == Set((0..<40).map { (noon + $0 * 1800) / 3600 }).union([(noon + 72040) / 3600]))
        #expect(kept.suffix(10).map(\.number) == Array(130...139))
        #expect(kept.count <= hours.count + 10)
        #expect(try store.load() == bytes("139"))
    }

    @Test func `a copy of the same number and second that is another vault stays`() throws {
        try open(home).save(bytes("one"), generation: 1, at: noon)
        try scratch.write("fob/generations/" + Generation(number: 1, utc: noon).name, "another")
        try open(home).save(bytes("two"), generation: 2, at: noon)
        let kept = try Directory.open(home + "/generations", create: false)
        #expect(try kept.read(Generation(number: 1, utc: noon).name, limit: 9) == bytes("another"))
        #expect(try kept.read(Generation(number: 2, utc: noon).name, limit: 9) == bytes("one"))
    }

    @Test(arguments: [
        "", "x\n", "12", "-1\n", "99999999999999999999\n", "1\n\n", "000000000000000000000000000000000000001\n",
    ])
    func `a file of the number that is not understood counts as none`(text: String) throws {
        let store = try open(home)
        try scratch.write("fob/generation", text)
        #expect(store.highestGeneration() == 0)
        try store.save(bytes("one"), generation: 7, at: noon)
        #expect(store.highestGeneration() == 7)
    }

    @Test func `foreign files among the generations are left alone`() throws {
        let store = try open(home)
        try scratch.write("fob/generations/notes.txt", "mine")
        for number in 1...15 as ClosedRange<UInt64> {
            try store.save(bytes("\(number)"), generation: number, at: 1000 + number)
        }
        #expect(try generations().contains("notes.txt"))
        try store.save(bytes("16"), generation: 16, at: noon)
        #expect(try generations().count == 11)
    }

    // MARK: - Two agents, killed agents

    @Test func `two stores do not share a directory`() throws {
        var store = try Optional(open(home))
        try store?.save(bytes("one"), generation: 1, at: noon)
        try scratch.write("fob/.vault.age.new", "a save that is under way")
        let error = failure { _ = try Store(path: home) }
        #expect(error == .lockedByAnother(path: home) && error?.kind == .busy)
        #expect(try leftovers() == [".vault.age.new"])
        store = nil
        #expect(try open(home).load() == bytes("one"))
        #expect(try leftovers().isEmpty)
    }

    @Test func `what killed saves left behind is removed, and nothing else`() throws {
        try open(home).save(bytes("one"), generation: 1, at: noon)
        for name in [".vault.age.new", ".vault.age.x", "generations/.vault.age.new", ".vault.agent", "audit.log"] {
            try scratch.write("fob/" + name, "x")
        }
        _ = try open(home)
        #expect(try leftovers() == [".vault.agent"])
        let names = try Directory.open(home, create: false).names().sorted()
        #expect(names == [".vault.agent", "audit.log", "generation", "generations", "lock", "vault.age"])
    }

    @Test(arguments: Store.Step.allCases)
    func `a save that is killed at any step leaves one whole vault`(step: Store.Step) throws {
        let (home, copy) = (home, scratch.path("killed"))
        let isArmed = Armed()
        let store = try open(home) { (reached) throws(DirectoryError) in
            if reached == step, isArmed.value { try StoreTests.copy(home, to: copy) }
        }
        try store.save(bytes("one"), generation: 1, at: noon)
        isArmed.value = true
        try store.save(bytes("the second"), generation: 2, at: noon + 1)
        let next = try Store(path: copy)
        #expect(try next.load() == (step == .finish ? bytes("the second") : bytes("one")))
        #expect(try leftovers(in: copy).isEmpty)
        try next.save(bytes("third"), generation: 3, at: noon + 2)
        #expect(try next.load() == bytes("third"))
    }

    // MARK: - Failing steps

    @Test(arguments: Store.Step.allCases)
    func `the vault from before is intact after any step that fails`(step: Store.Step) throws {
        let isArmed = Armed()
        let cause = DirectoryError.system(SystemError("write", code: 5, on: "disk"))
        let store = try open(home) { (reached) throws(DirectoryError) in
            if reached == step, isArmed.value { throw cause }
        }
        isArmed.value = true
        let error = failure { try store.save(bytes("none"), generation: 1, at: noon) }
        #expect(error == .notSaved(cause) && error?.kind == .inputOutput)
        #expect(try !store.hasVault())

        isArmed.value = false
        try store.save(bytes("one"), generation: 1, at: noon)
        isArmed.value = true
        #expect(failure { try store.save(bytes("two"), generation: 2, at: noon + 1) } == .notSaved(cause))
        #expect(try store.load() == bytes("one"))
        #expect(store.highestGeneration() == 1)
        #expect(try leftovers().isEmpty)
        #expect(try store.directory.status(of: "vault.age")?.modified == noon)

        isArmed.value = false
        try store.save(bytes("three"), generation: 2, at: noon + 2)
        #expect(try store.load() == bytes("three"))
        #expect(try generations() == [Generation(number: 1, utc: noon).name])
    }

    @Test func `what comes back altered from the disk is not saved`() throws {
        let (scratch, isArmed) = (scratch, Armed())
        let store = try open(home) { (reached) throws(DirectoryError) in
            if reached == .verify, isArmed.value { try? scratch.write("fob/.vault.age.new", "twO") }
        }
        try store.save(bytes("one"), generation: 1, at: noon)
        isArmed.value = true
        let error = failure { try store.save(bytes("two"), generation: 2, at: noon) }
        #expect(error == .notVerified(path: home + "/.vault.age.new") && error?.kind == .inputOutput)
        #expect(try store.load() == bytes("one"))
        #expect(try leftovers().isEmpty)
    }

    @Test func `a number that cannot be written does not stop a save`() throws {
        let store = try open(home)
        try scratch.makeDirectory("fob/generation")
        try store.save(bytes("one"), generation: 1, at: noon)
        try store.save(bytes("two"), generation: 2, at: noon + 1)
        #expect(try store.load() == bytes("two"))
        #expect(try generations() == [Generation(number: 1, utc: noon).name])
        #expect(store.highestGeneration() == 0)
        #expect(try leftovers().isEmpty)
    }

    @Test(arguments: ["", "7", "x\n", "-1\n", "281474976710657\n", "18446744073709551615\n", "18446744073709551616\n"])
    func `a number of saves that nobody has made is not believed`(_ text: String) throws {
        let store = try open(home)
        try store.save(bytes("one"), generation: 1, at: noon)
        try scratch.write("fob/generation", text)
        #expect(store.highestGeneration() == 0)
        try scratch.write("fob/generation", "281474976710656\n")
        #expect(store.highestGeneration() == 1 << 48)
    }

    @Test(.enabled(if: Scratch.canMount, "needs the right to mount"))
    func `a full disk leaves the vault from before, and later saves fit again`() throws {
        try scratch.makeDirectory("fob")
        try scratch.mount("fob", bytes: 65536)
        defer { scratch.unmount("fob") }
        let store = try open(home)
        let old = [UInt8](repeating: 1, count: 30000)
        try store.save(old, generation: 1, at: noon)
        let error = failure { try store.save([UInt8](repeating: 2, count: 40000), generation: 2, at: noon + 1) }
        #expect(error?.kind == .inputOutput)
        #expect(error?.message.text == "the vault was not saved: \(home)/.vault.age.new: the disk is full (write)")
        #expect(error?.remedy == "make room on the disk")
        #expect(try store.load() == old)
        #expect(try leftovers().isEmpty && generations().isEmpty)
        try store.save([UInt8](repeating: 3, count: 20000), generation: 2, at: noon + 2)
        #expect(try store.load().count == 20000)
    }

    @Test(.enabled(if: Scratch.canMount, "needs the right to mount"))
    func `where names cannot be doubled the vault from before is copied`() throws {
        // A file system of their own for the generations: no link goes there.
        try scratch.makeDirectory("fob")
        try scratch.makeDirectory("fob/generations")
        try scratch.mount("fob/generations", bytes: 65536)
        defer { scratch.unmount("fob/generations") }
        let isArmed = Armed()
        let store = try open(home) { (reached) throws(DirectoryError) in
            if reached == .finish, isArmed.value { throw .system(SystemError("fsync", code: 5)) }
        }
        try store.save(bytes("one"), generation: 1, at: noon)
        try store.save(bytes("two"), generation: 2, at: noon + 1)
        let name = Generation(number: 1, utc: noon).name
        #expect(try generations() == [name])
        #expect(try Directory.open(home + "/generations", create: false).read(name, limit: 9) == bytes("one"))
        #expect(try scratch.mode("fob/generations/" + name) == 0o600)
        isArmed.value = true
        #expect(failure { try store.save(bytes("three"), generation: 3, at: noon + 2) }?.kind == .inputOutput)
        #expect(try store.load() == bytes("two"))
        #expect(try store.directory.status(of: "vault.age")?.modified == noon + 1)
        #expect(try leftovers().isEmpty)
    }

    @Test(.enabled(if: Scratch.canMount, "needs the right to mount"))
    func `a read-only file system is not a question of permission`() throws {
        try scratch.makeDirectory("fob")
        try scratch.mount("fob", bytes: 65536)
        defer { scratch.unmount("fob") }
        try open(home).save(bytes("one"), generation: 1, at: noon)
        try scratch.mount("fob", bytes: 65536, readOnly: true)
        let store = try open(home)
        #expect(store.isReadOnly)
        #expect(try store.load() == bytes("one"))
        let error = failure { try store.save(bytes("two"), generation: 2, at: noon) }
        #expect(error?.kind == .inputOutput)
        #expect(error?.remedy == "make the file system writable")
    }

    @Test(.enabled(if: !Scratch.isRoot, "root may write everywhere"))
    func `a directory that may not be written leaves the vault from before`() throws {
        var store = try Optional(open(home))
        try store?.save(bytes("one"), generation: 1, at: noon)
        try scratch.chmod("fob", 0o500)
        #expect(failure { try store?.save(bytes("two"), generation: 2, at: noon) }?.kind == .inputOutput)
        #expect(try store?.load() == bytes("one"))
        store = nil
        try scratch.chmod("fob", 0o000)
        #expect(failure { _ = try Store(path: home) }?.kind == .permission)
        try scratch.chmod("fob", 0o700)
    }

    // MARK: - What others put there

    @Test func `another file in the vault's place is not overwritten, and what was saved last can be kept`() throws {
        let store = try open(home)
        try store.save(bytes("one"), generation: 1, at: noon)
        let directory = try Directory.open(home, create: false)
        // Of the same size, time and name: only its number on the disk and its content are others.
        try directory.remove("vault.age")
        let file = try directory.openFile("vault.age", for: .creatingNew)
        try file.writeAll(bytes("two").span)
        try file.setModified(noon)
        let refused = failure { try store.save(bytes("three"), generation: 2, at: noon + 1) }
        #expect(refused == .replaced(path: home + "/vault.age", kept: nil) && refused?.kind == .inputOutput)
        #expect(try directory.read("vault.age", limit: 100) == bytes("two"))
        #expect(try leftovers().isEmpty)
        let kept = try store.keepAside(bytes("one"), generation: 1, at: noon)
        #expect(try generations().map { home + "/generations/" + $0 }.contains(kept))
        #expect(try store.load() == bytes("two"))
        try store.save(bytes("three"), generation: 2, at: noon + 1)
        #expect(try store.load() == bytes("three"))
    }

    @Test func `the same content in another file is no other vault, and one that is gone is written anew`() throws {
        let store = try open(home)
        try store.save(bytes("one"), generation: 1, at: noon)
        let directory = try Directory.open(home, create: false)
        try directory.remove("vault.age")
        try directory.openFile("vault.age", for: .creatingNew).writeAll(bytes("one").span)
        try store.save(bytes("two"), generation: 2, at: noon + 1)
        try directory.remove("vault.age")
        try store.save(bytes("three"), generation: 3, at: noon + 2)
        #expect(try store.load() == bytes("three"))
    }

    @Test func `what is left of a vault is told, set aside for another, and never pruned for it`() throws {
        let (one, other) = (Identifier(high: 1, low: 1), Identifier(high: 2, low: 2))
        var store = try Optional(open(home))
        for number in 1...4 {
            try store?.save(bytes("one \(number)"), generation: UInt64(number), at: noon, of: one)
        }
        #expect(try store?.remains() == nil)
        let directory = try Directory.open(home, create: false)
        try directory.remove("vault.age")
        store = nil
        store = try open(home)
        let remains = try store?.remains()
        #expect(remains?.copies == 3 && remains?.number == 4 && remains?.newest?.number == 3)
        for number in 1...20 {
            try store?.save(bytes("two \(number)"), generation: UInt64(number), at: noon + 1, of: other)
        }
        let former = try #require(try directory.names().first { $0.hasPrefix("former-") })
        let kept = try Directory.open(home + "/" + former, create: false)
        let names = try kept.names().filter { $0.hasSuffix(".age") }.sorted()
        #expect(names.count == 3)
        for (number, name) in names.enumerated() {
            #expect(try kept.read(name, limit: 100) == bytes("one \(number + 1)"))
        }
    }

    @Test func `a save that only remembers leaves no generation`() throws {
        let store = try open(home)
        try store.save(bytes("one"), generation: 1, at: noon)
        try store.save(bytes("one, remembered"), generation: 1, at: noon, keepingCurrent: false)
        #expect(try generations().isEmpty)
        #expect(try store.load() == bytes("one, remembered"))
        try store.save(bytes("two"), generation: 2, at: noon + 5)
        #expect(try generations().count == 1)
    }

    // MARK: - What is refused

    @Test func `a directory or a vault that others have access to is refused`() throws {
        try scratch.makeDirectory("fob", mode: 0o755)
        let error = failure { _ = try Store(path: home) }
        #expect(error == .refused(.tooOpen(path: home, mode: 0o755)) && error?.kind == .permission)
        try scratch.chmod("fob", 0o700)
        let store = try open(home)
        try scratch.write("fob/vault.age", "one", mode: 0o644)
        let refused = StoreError.refused(.tooOpen(path: home + "/vault.age", mode: 0o644))
        #expect(failure { _ = try store.hasVault() } == refused)
        #expect(failure { _ = try store.load() } == refused)
        #expect(failure { try store.save(bytes("two"), generation: 1, at: noon) } == refused)
        #expect(try leftovers().isEmpty)
        try scratch.chmod("fob/vault.age", 0o600)
        #expect(try store.load() == bytes("one"))
    }

    @Test func `symbolic links are refused, and what they lead to is untouched`() throws {
        try scratch.makeDirectory("real")
        try scratch.makeLink("fob", to: "real")
        #expect(failure { _ = try Store(path: home) } == .refused(.symbolicLink(path: home)))
        let real = scratch.path("real")
        let store = try Store(path: real)
        try scratch.write("outside", "mine")
        try scratch.makeLink("real/vault.age", to: "../outside")
        try scratch.makeLink("real/.vault.age.new", to: "../outside")
        let refused = StoreError.refused(.symbolicLink(path: real + "/vault.age"))
        #expect(failure { _ = try store.load() } == refused)
        #expect(failure { try store.save(bytes("two"), generation: 1, at: noon) } == refused)
        #expect(try Directory.open(scratch.path, create: false).read("outside", limit: 9) == bytes("mine"))
    }

    @Test(.enabled(if: Scratch.isRoot, "only root can give files away"))
    func `what belongs to another user is refused`() throws {
        var store = try Optional(open(home))
        try store?.save(bytes("one"), generation: 1, at: noon)
        try scratch.give("fob/vault.age", to: 4242)
        let error = failure { _ = try store?.load() }
        #expect(error == .refused(.foreignOwner(path: home + "/vault.age", user: 4242)))
        #expect(failure { try store?.save(bytes("two"), generation: 2, at: noon) } == error)
        store = nil
        try scratch.give("fob/lock", to: 4242)
        #expect(failure { _ = try Store(path: home) }?.kind == .permission)
    }

    @Test func `a file larger than any vault is damage, and is not written`() throws {
        let store = try open(home)
        let file = try store.directory.openFile("vault.age", for: .creatingNew)
        try file.truncate(to: UInt64(Limits.sealed) + 1)
        let error = failure { _ = try store.load() }
        #expect(error == .tooLarge(path: home + "/vault.age", limit: Limits.sealed) && error?.kind == .damage)
        let large = [UInt8](repeating: 0, count: Limits.sealed + 1)
        #expect(failure { try store.save(large, generation: 1, at: noon) }?.kind == .inputOutput)
    }

    // MARK: - Parts

    /// A switch that a store's thread reads.
    private final class Armed: Sendable {
        private let state = Mutex(false)
        var value: Bool {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }

    /// What a killed agent leaves behind: the files as they are.
    private static func copy(_ path: String, to other: String) throws(DirectoryError) {
        let source = try Directory.open(path, create: false)
        let target = try Directory.open(other, create: true)
        for name in try source.names() {
            if name == "generations" {
                try copy(path + "/" + name, to: other + "/" + name)
            } else if let bytes = try source.read(name, limit: 1000) {
                let file = try target.openFile(name, for: .creatingNew)
                do { try file.writeAll(bytes.span) } catch { throw .system(error) }
            }
        }
    }
}

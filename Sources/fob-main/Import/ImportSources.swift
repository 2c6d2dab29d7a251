import Client
import Platform
import Wire

/// The files of one import.
struct ImportSources {
    private(set) var sources: [any ConverterSource] = []

    /// Opens what the user named: files, `-` for standard input, directories of pass. What cannot be opened holds up no
    /// other.
    init(_ paths: [String], key: String?) throws(ClientError) {
        if let key { sources.append(try OpenFile(key, isKey: true)) }
        var failures: [ClientError] = []
        for path in paths {
            do throws(ClientError) { try add(path, among: paths) } catch {
                failures.append(error)
                sources.append(UnreadableFile(path, error))
            }
        }
        if failures.count == paths.count, let failure = failures.first { throw failure }
    }

    private mutating func add(_ path: String, among paths: [String]) throws(ClientError) {
        guard path != "-" else { return sources.append(OpenFile.standardInput) }
        guard !FileTree.isDirectory(path) else { return try addTree(path) }
        sources.append(try OpenFile(path))
        // Where a database was not closed well, its newest part is beside it.
        let log = path + "-wal"
        if Child.isReadable(log), !paths.contains(log) { sources.append(try OpenFile(log)) }
    }

    private mutating func addTree(_ path: String) throws(ClientError) {
        let files: [String]
        let plain: [String]
        do throws(SystemError) {
            files = try FileTree.files(below: path, suffix: PassFile.suffix)
            plain = files.isEmpty ? try FileTree.files(below: path, suffix: PlainFile.suffix) : []
        } catch {
            throw ClientError(reading: path, error)
        }
        if !plain.isEmpty { return sources += plain.map { PlainFile($0, below: path) } }
        guard !files.isEmpty else {
            throw ClientError(.badInput, Sentences.noPassFiles(path), remedy: Sentences.passTree)
        }
        guard let program = Programs.path(of: "gpg") else {
            throw ClientError(.system, Sentences.noGPG, remedy: Sentences.installGPG)
        }
        for file in files { sources.append(PassFile(file, below: path, program)) }
    }
}

/// What was named and cannot be opened: it is told, as all others are.
final class UnreadableFile: ConverterSource {
    let name: String
    let size: UInt64 = 0
    /// What became of it.
    private(set) var outcome: ConversionOutcome

    init(_ path: String, _ error: ClientError) {
        name = path
        outcome = ConversionOutcome(names: [Text.clipped(path)], format: "")
        outcome.fail(ConversionFailure(code: error.code, message: error.message, remedy: error.remedy))
    }

    func open() throws(ClientError) -> String? { outcome.reason }
    func read(into buffer: inout LockedBuffer) throws(ClientError) -> Int { 0 }
}

/// How the converter is told that a file is of a tree: by a slash in its name.
private enum TreeName {
    static func of(_ name: String) -> String {
        name.utf8.contains(UInt8(ascii: "/")) ? name : "./\(name)"
    }
}

/// A file of a tree like that of pass which is decrypted, as an export to pass makes it.
final class PlainFile: ConverterSource {
    static let suffix = ".txt"

    let name: String
    let size: UInt64 = 0
    private let path: String
    private var file: OpenFile?

    /// The file at a path below a tree.
    init(_ file: String, below tree: String) {
        name = TreeName.of(String(file.dropLast(Self.suffix.count)))
        path = "\(tree)/\(file)"
    }

    func open() throws(ClientError) -> String? {
        file = try OpenFile(path)
        return nil
    }

    func read(into buffer: inout LockedBuffer) throws(ClientError) -> Int {
        guard let file else { return 0 }
        let taken = try file.read(into: &buffer)
        if taken == 0 { self.file = nil }
        return taken
    }
}

/// A file of pass, which the owner's gpg decrypts when its turn comes: the plain text goes from its output to locked
/// memory and on.
final class PassFile: ConverterSource {
    static let suffix = ".gpg"
    /// More than any entry of pass with an account in it.
    private static let longest = 1 << 20
    private static let environment = Child.environment(keeping: [
        "HOME", "GNUPGHOME", "GPG_TTY", "GPG_AGENT_INFO", "PATH", "TERM", "LANG", "LC_ALL", "LC_CTYPE", "DISPLAY",
        "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS",
    ])

    let name: String
    let size: UInt64 = 0
    private let path: String
    private let program: String
    private var text: LockedFile?

    /// The file at a path below a tree.
    init(_ file: String, below tree: String, _ program: String) {
        // The ending says that it is of a store, and with that what its counters mean.
        name = TreeName.of(file)
        path = "\(tree)/\(file)"
        self.program = program
    }

    func open() throws(ClientError) -> String? {
        var plain = try ClientError.locked(Self.longest)
        let status: Int32
        do throws(SystemError) {
            let child = try Child.start(
                program, ["--quiet", "--batch", "--no-tty", "--decrypt", "--", path], environment: Self.environment,
                output: .connected)
            while plain.free > 0, try Self.read(child, into: &plain) > 0 {}
            if plain.free == 0 { child.kill() }
            status = child.wait()
        } catch {
            throw ClientError(.system, "\(program): \(error.told)")
        }
        guard plain.free > 0 else { return tr("it is too long for an entry of pass") }
        guard status == 0 else { return tr("gpg could not decrypt it (status \(status))") }
        var exact = try ClientError.locked(plain.count)
        exact.append(copying: plain.bytes)
        text = LockedFile(exact, name: name)
        return nil
    }

    private static func read(_ child: borrowing Child, into text: inout LockedBuffer) throws(SystemError) -> Int {
        switch child.output {
        case .some(let output): try output.read(into: &text)
        case nil: 0
        }
    }

    func read(into buffer: inout LockedBuffer) throws(ClientError) -> Int {
        guard let text else { return 0 }
        let taken = try text.read(into: &buffer)
        if taken == 0 { self.text = nil }
        return taken
    }
}

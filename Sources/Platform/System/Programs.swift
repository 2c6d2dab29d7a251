/// Where programs of the system are found that see something of the owner's: a passphrase, a code, a picture, a file.
///
/// Not in PATH: whoever can set a variable of one command must not get a passphrase for it. They are taken from fixed
/// directories, which belong to root, or from where the configuration says:
///
///     [programs]
///     pinentry = /opt/pinentry/bin/pinentry
package enum Programs {
    private static let directories = ["/usr/local/bin", "/usr/bin", "/bin"]
    /// PATH for such programs.
    package static let searchPath = "PATH=\(directories.joined(separator: ":"))"

    private static let section = "[programs]"
    /// Bytes of the configuration that are read.
    private static let limit = 1 << 20

    /// What the configuration says, read once.
    private static let configured: [String: String] = read()

    /// The path of a program; nil when it is not installed, or not where the configuration says.
    package static func path(of name: String) -> String? {
        if let path = configured[name] { return Child.isExecutable(path) ? path : nil }
        #if FOB_TESTING
        // Directories of programs that tests have made.
        let directories =
            Environment.value(of: "FOB_TEST_PROGRAMS")?.split(separator: ":").map(String.init) ?? directories
        #endif
        return directories.lazy.map { "\($0)/\(name)" }.first(where: Child.isExecutable)
    }

    private static func read() -> [String: String] {
        guard let path = Paths.configuration,
            let directory = try? Directory.open(Paths.directory(of: path), create: false),
            let bytes = try? directory.read(Paths.name(of: path), limit: limit)
        else { return [:] }
        return programs(in: String(decoding: bytes, as: UTF8.self))
    }

    /// The absolute paths that a configuration gives; what is none is left out.
    static func programs(in text: String) -> [String: String] {
        var found: [String: String] = [:]
        var isHere = false
        for line in text.split(separator: "\n") {
            let line = trimmed(line)
            if line.hasPrefix("[") {
                isHere = line == section
            } else if isHere, let sign = line.firstIndex(of: "=") {
                let path = trimmed(line[line.index(after: sign)...])
                if path.hasPrefix("/") { found[String(trimmed(line[..<sign]))] = String(path) }
            }
        }
        return found
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}

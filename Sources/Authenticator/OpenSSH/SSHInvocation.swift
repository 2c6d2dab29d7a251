/// What ssh was started with, as far as that says which host and which keys its user means: its arguments, and a
/// configuration file (ssh_config(5)) without regard to its `Host` and `Match` lines. Hints, of which nothing is believed.
package struct SSHInvocation: Equatable, Sendable {
    /// Names that the host may be known by, in the order in which they are tried.
    package private(set) var hosts: [String] = []
    /// Files that keys are named by.
    package private(set) var identityFiles: [String] = []
    /// The configuration file that was named, `none` for none; nil for the user's own.
    package private(set) var configurationFile: String?

    /// As many of each as are looked at.
    package static let most = 64
    /// Options of ssh(1) that take an argument.
    private static let withArgument = Set("BbcDEeFIiJLlmOoPpQRSWw".utf8)
    private static let programs: Set<String> = ["ssh", "scp", "sftp", "ssh-add", "ssh-keygen", "ssh-copy-id"]

    private var port = ""
    /// Those of a configuration file, of any host there.
    private var otherPorts: [String] = []

    /// - Parameters:
    ///   - arguments: how the program was started, its own name in front.
    ///   - configuration: text of configuration files.
    ///   - home: the user's home directory, for names that begin with `~` or `%d`.
    package init(arguments: [String], configuration: String = "", home: String) {
        read(arguments)
        for line in configuration.split(whereSeparator: \.isNewline).prefix(10_000) { read(option: line, home) }
        let ports = (port.isEmpty ? otherPorts : [port]).filter { $0 != "22" }
        if !ports.isEmpty { hosts = hosts.flatMap { host in ports.map { "[\(host)]:\($0)" } + [host] } }
        hosts = Array(hosts.prefix(Self.most))
        identityFiles = Array(identityFiles.prefix(Self.most)).map { Self.expanded($0, home) }
    }

    /// Whether it is a program of OpenSSH's that was started so.
    package static func isOpenSSH(_ arguments: [String]) -> Bool {
        guard let name = arguments.first?.split(separator: "/").last else { return false }
        return programs.contains(String(name))
    }

    private mutating func read(_ arguments: [String]) {
        var rest = arguments.dropFirst()
        while let word = rest.popFirst() {
            guard word.utf8.first == UInt8(ascii: "-"), word.utf8.count > 1 else {
                // The host, behind which comes the command that is run there.
                return add(destination: word)
            }
            var letters = word.utf8.dropFirst()
            while let letter = letters.popFirst() {
                guard Self.withArgument.contains(letter) else { continue }
                let value = letters.isEmpty ? rest.popFirst() ?? "" : String(Substring(letters))
                take(letter, value)
                break
            }
        }
    }

    private mutating func take(_ letter: UInt8, _ value: String) {
        switch letter {
        case UInt8(ascii: "i"): identityFiles.append(value)
        case UInt8(ascii: "F"): configurationFile = value
        case UInt8(ascii: "p"): port = value
        case UInt8(ascii: "o"): read(option: value[...], "")
        default: break
        }
    }

    /// `[user@]host`, or a URI.
    private mutating func add(destination word: String) {
        var host = word[...]
        if host.hasPrefix("ssh://") {
            host = host.dropFirst(6).prefix { $0 != "/" }
            if let at = host.lastIndex(of: "@") { host = host[host.index(after: at)...] }
            if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
                port = String(host[host.index(after: colon)...])
                host = host[..<colon]
            }
        } else if let at = host.lastIndex(of: "@") {
            host = host[host.index(after: at)...]
        }
        if !host.isEmpty { hosts.append(host.lowercased()) }
    }

    /// One line: a keyword and what belongs to it, with a `=` or blanks between them, or quotes around it.
    private mutating func read(option line: Substring, _ home: String) {
        let words = line.split { $0 == " " || $0 == "\t" || $0 == "=" }.map {
            $0.trimmingPrefix("\"").hasSuffix("\"") ? $0.trimmingPrefix("\"").dropLast() : $0.trimmingPrefix("\"")
        }
        guard words.count >= 2, let keyword = words.first?.lowercased() else { return }
        let values = words.dropFirst()
        switch keyword {
        case "hostname", "hostkeyalias":
            hosts += values.filter { !$0.contains("%") }.map { $0.lowercased() }
        case "host": hosts += values.filter { !$0.contains { "*?!".contains($0) } }.map { $0.lowercased() }
        case "identityfile": identityFiles += values.map(String.init)
        case "port" where port.isEmpty && home.isEmpty: port = values.first.map(String.init) ?? ""
        case "port": if otherPorts.count < 4 { otherPorts += values.prefix(1).map(String.init) }
        default: break
        }
    }

    private static func expanded(_ path: String, _ home: String) -> String {
        if path.hasPrefix("~/") { return home + path.dropFirst(1) }
        if path.hasPrefix("%d/") { return home + path.dropFirst(2) }
        return path
    }
}

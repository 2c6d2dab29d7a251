import OneTimePassword

/// The names that ssh has for host keys (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). Of a name that is hashed, and of a pattern, there
/// is only told whether a certain one is meant: those are tried that the asking program may mean.
package struct KnownHosts: Sendable {
    private let files: [[UInt8]]
    private let candidates: [String]

    /// Those in the text of a file.
    package init(_ text: [UInt8]) { self.init([text], candidates: []) }

    /// Those in the texts of files, the first one first.
    ///
    /// - Parameter candidates: names that are tried, the likeliest first.
    package init(_ files: [[UInt8]], candidates: [String]) { (self.files, self.candidates) = (files, candidates) }

    /// Those of this user and of the machine. They are read when somebody is to be asked, so that they are what ssh knows just
    /// now.
    static func ofUser(invocation: SSHInvocation) -> KnownHosts {
        KnownHosts(SSHFile.knownHosts(), candidates: invocation.hosts)
    }

    /// The name of the host that has that key: of those that the asking program may mean the first that is one of its names,
    /// else the first that stands in the open; nil when there is none.
    package func name(of key: Span<UInt8>) -> String? {
        let wanted = Array(SSHText.base64(key).utf8)
        var (meant, first): (Int?, String?)
        for file in files {
            for line in file.split(separator: UInt8(ascii: "\n")) {
                let fields = line.split(maxSplits: 3) { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
                // A marker (@revoked, @cert-authority) would be the first field, and the key another one.
                guard fields.count >= 3, fields[2].elementsEqual(wanted), let letter = fields[0].first,
                    letter != UInt8(ascii: "#"), letter != UInt8(ascii: "@")
                else { continue }
                let names = HostNames(String(decoding: fields[0], as: UTF8.self))
                meant = candidates[..<(meant ?? candidates.count)].firstIndex(where: names.contains) ?? meant
                first = first ?? names.shown
            }
        }
        return meant.map { candidates[$0] } ?? first
    }
}

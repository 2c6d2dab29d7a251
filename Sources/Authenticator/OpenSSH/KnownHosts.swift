import Encodings
import OneTimePassword

/// The names that ssh has for host keys (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). Of a name that is hashed there is only told
/// whether it is a certain one: those are tried that the asking program may mean.
package struct KnownHosts: Sendable {
    private let files: [[UInt8]]
    private let candidates: [String]

    /// Those in the text of a file.
    package init(_ text: [UInt8]) { self.init([text], candidates: []) }

    /// Those in the texts of files, the first one first.
    ///
    /// - Parameter candidates: names that are tried where names are hashed.
    package init(_ files: [[UInt8]], candidates: [String]) { (self.files, self.candidates) = (files, candidates) }

    /// Those of this user and of the machine. They are read when somebody is to be asked, so that they are what ssh knows just
    /// now.
    static func ofUser(invocation: SSHInvocation) -> KnownHosts {
        KnownHosts(SSHFile.knownHosts(), candidates: invocation.hosts)
    }

    /// The first name of the host that has that key; nil when there is none.
    package func name(of key: Span<UInt8>) -> String? {
        let wanted = Array(SSHText.base64(key).utf8)
        for file in files {
            for line in file.split(separator: UInt8(ascii: "\n")) {
                let fields = line.split(maxSplits: 3) { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
                // A marker (@revoked, @cert-authority) would be the first field, and the key another one.
                guard fields.count >= 3, fields[2].elementsEqual(wanted), let first = fields[0].first,
                    first != UInt8(ascii: "#"), first != UInt8(ascii: "@")
                else { continue }
                if first == UInt8(ascii: "|") {
                    if let name = name(hashed: fields[0]) { return name }
                } else if let name = fields[0].split(separator: UInt8(ascii: ",")).first {
                    return String(decoding: name, as: UTF8.self)
                }
            }
        }
        return nil
    }

    /// The candidate that a field `|1|salt|hash` is of.
    private func name(hashed field: ArraySlice<UInt8>) -> String? {
        let parts = String(decoding: field, as: UTF8.self).split(separator: "|")
        guard parts.count == 3, parts[0] == "1", let salt = BaseEncoding.base64.bytes(parts[1], isPadded: true),
            let hash = BaseEncoding.base64.bytes(parts[2], isPadded: true)
        else { return nil }
        return candidates.first { HashedName.hash($0.utf8Span.span, salt: salt.span) == hash }
    }
}

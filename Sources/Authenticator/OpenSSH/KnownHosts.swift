import Platform

/// The names that ssh has for host keys (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), as far as they are written in the open:
/// hashed ones tell nothing.
package struct KnownHosts: Sendable {
    private let text: [UInt8]
    /// Bytes that are read of a file.
    private static let most = 1 << 20

    /// Those in the text of a file.
    package init(_ text: [UInt8]) { self.text = text }

    /// Those of this user. They are read when somebody is to be asked, so that they are what ssh knows just now.
    package static func ofUser() -> KnownHosts {
        guard let home = Environment.value(of: "HOME"), !home.isEmpty, let folder = try? Folder(home + "/.ssh"),
            let text = try? folder.read("known_hosts", limit: most)
        else { return KnownHosts([]) }
        return KnownHosts(text)
    }

    /// The first name of the host that has that key; nil when there is none.
    package func name(of key: Span<UInt8>) -> String? {
        let wanted = Array(SSHText.base64(key).utf8)
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(maxSplits: 3) { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            // A marker (@revoked, @cert-authority) would be the first field, and the key another one.
            guard fields.count >= 3, fields[2].elementsEqual(wanted), let first = fields[0].first,
                first != UInt8(ascii: "|"), first != UInt8(ascii: "#"), first != UInt8(ascii: "@"),
                let name = fields[0].split(separator: UInt8(ascii: ",")).first
            else { continue }
            return String(decoding: name, as: UTF8.self)
        }
        return nil
    }
}

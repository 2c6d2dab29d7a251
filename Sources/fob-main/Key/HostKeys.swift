import Client
import Encodings
import OneTimePassword
import Platform
import Wire

/// The keys of a host, as ssh knows them: those of its known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), also where
/// names are hashed.
struct HostKeys {
    /// Lines of all files.
    private let lines: [String]
    /// Bytes that are read of a file.
    private static let most = 1 << 20

    /// Those in a text.
    init(_ text: String) { lines = text.split(separator: "\n").map(String.init) }

    /// Those of this user and of the machine.
    static func ofUser() -> HostKeys {
        var folders = ["/etc/ssh"]
        if let home = Environment.value(of: "HOME"), !home.isEmpty { folders.insert(home + "/.ssh", at: 0) }
        let texts = folders.flatMap { path in
            ["known_hosts", "known_hosts2", "ssh_known_hosts", "ssh_known_hosts2"].map { name in
                let bytes = try? Folder(path).read(name, limit: most)
                return String(decoding: bytes ?? [], as: UTF8.self)
            }
        }
        return HostKeys(texts.joined(separator: "\n"))
    }

    /// A limit as ssh-add(1) writes its constraints: `[user@]host`, or `host>[user@]host` for a login from the first one.
    func limit(_ text: String) throws(ClientError) -> HostLimit {
        let parts = text.split(separator: ">", omittingEmptySubsequences: false).map(String.init)
        guard let last = parts.last, parts.count <= 2, text.utf8.count < Limits.keyName else {
            throw ClientError(.usage, Sentences.badHost(text), remedy: Sentences.howHost)
        }
        // A user may have an @ in it, a host has none.
        let at = last.lastIndex(of: "@")
        let user = at.map { String(last[..<$0]) }
        let host = at.map { String(last[last.index(after: $0)...]) } ?? last
        let isFirst = parts.count == 1 || !parts[0].isEmpty && !parts[0].contains("@")
        guard user != "", !host.isEmpty, isFirst else {
            throw ClientError(.usage, Sentences.badHost(text), remedy: Sentences.howHost)
        }
        let from = parts.count == 2 ? try hashes(of: parts[0]) : []
        return HostLimit(from: from, to: try hashes(of: host), user: user ?? "", name: text)
    }

    /// SHA-256 of each key of a host, without those that are revoked.
    private func hashes(of host: String) throws(ClientError) -> [[UInt8]] {
        let name = host.lowercased()
        var (found, revoked): ([[UInt8]], [[UInt8]]) = ([], [])
        for line in lines {
            var fields = line.split { $0 == " " || $0 == "\t" }
            let marker = fields.first.flatMap { $0.hasPrefix("@") ? $0 : nil }
            if marker != nil { fields.removeFirst() }
            guard fields.count >= 3, !fields[0].hasPrefix("#"), HostNames(fields[0]).contains(name),
                let key = BaseEncoding.base64.bytes(fields[2], isPadded: true)
            else { continue }
            let digest = Sodium.sha256(key.span)
            let hash = digest.indices.map { digest[$0] }
            if marker == "@revoked" { revoked.append(hash) }
            // The key of a certificate authority is no host's.
            if marker == nil, !found.contains(hash) { found.append(hash) }
        }
        found.removeAll { revoked.contains($0) }
        guard !found.isEmpty else {
            throw ClientError(.notFound, Sentences.noHostKey(host), remedy: Sentences.loginFirst)
        }
        guard found.count <= Limits.hostKeys else { throw ClientError(.badInput, Sentences.tooManyHostKeys(host)) }
        return found
    }
}

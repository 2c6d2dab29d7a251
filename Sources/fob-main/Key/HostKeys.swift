import Client
import Encodings
import Platform
import Wire

/// The keys of a host, as ssh knows them: those of known_hosts, hashed names included, by ssh-keygen -F.
enum HostKeys {
    /// Bytes of the lines about one host that are read.
    private static let most = 1 << 20

    /// A limit as ssh-add(1) writes its constraints: `[user@]host`, or `host>[user@]host` for a login from the first one.
    static func limit(_ text: String) throws(ClientError) -> HostLimit {
        let parts = text.split(separator: ">", omittingEmptySubsequences: false).map(String.init)
        guard let last = parts.last, parts.count <= 2, text.utf8.count <= Limits.keyName else {
            throw ClientError(.usage, Sentences.badHost(text), remedy: Sentences.howHost)
        }
        // The user may have an @ in it, a host has none.
        let at = last.lastIndex(of: "@")
        let user = at.map { String(last[..<$0]) } ?? ""
        let host = at.map { String(last[last.index(after: $0)...]) } ?? last
        guard at == nil || !user.isEmpty else {
            throw ClientError(.usage, Sentences.badHost(text), remedy: Sentences.howHost)
        }
        let from = parts.count == 2 ? try hashes(of: parts[0]) : []
        return HostLimit(from: from, to: try hashes(of: host), user: user, name: text)
    }

    /// SHA-256 of each key of a host.
    static func hashes(of host: String) throws(ClientError) -> [[UInt8]] {
        guard !host.isEmpty, !host.hasPrefix("-"), !host.contains("@") else {
            throw ClientError(.usage, Sentences.badHost(host), remedy: Sentences.howHost)
        }
        guard let program = Programs.path(of: "ssh-keygen") else {
            throw ClientError(.configuration, Sentences.noSSHKeygen, remedy: Sentences.installOpenSSH)
        }
        var files = ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"]
        if let home = Environment.value(of: "HOME"), !home.isEmpty {
            files = [home + "/.ssh/known_hosts", home + "/.ssh/known_hosts2"] + files
        }
        var (found, revoked): ([[UInt8]], [[UInt8]]) = ([], [])
        for file in files {
            let text = try output(of: program, ["-F", host, "-f", file])
            for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                var fields = line.split(separator: " ")
                let marker = fields.first.flatMap { $0.hasPrefix("@") ? $0 : nil }
                if marker != nil { fields.removeFirst() }
                guard fields.count >= 3, let key = BaseEncoding.base64.bytes(fields[2], isPadded: true) else {
                    continue
                }
                let digest = Sodium.sha256(key.span)
                let hash = digest.indices.map { digest[$0] }
                switch marker {
                case nil: if !found.contains(hash) { found.append(hash) }
                case "@revoked": revoked.append(hash)
                // The key of a certificate authority is no host's.
                default: continue
                }
            }
        }
        found.removeAll { revoked.contains($0) }
        guard !found.isEmpty else {
            throw ClientError(.notFound, Sentences.noHostKey(host), remedy: Sentences.loginFirst)
        }
        guard found.count <= Limits.hostKeys else { throw ClientError(.badInput, Sentences.tooManyHostKeys(host)) }
        return found
    }

    private static func output(of program: String, _ arguments: [String]) throws(ClientError) -> String {
        do throws(SystemError) {
            let child = try Child.start(
                program, arguments, environment: Child.environment(keeping: ["HOME"]) + [Programs.searchPath],
                output: .connected)
            var bytes: [UInt8] = []
            var taken = 1
            while taken > 0, bytes.count < most {
                taken = 0
                try bytes.append(addingCapacity: 4096) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                    taken = try child.read(into: &output)
                }
            }
            // Its status says only whether anything was found.
            _ = child.wait()
            return String(decoding: bytes, as: UTF8.self)
        } catch { throw ClientError(.system, Sentences.sshKeygenFailed(error.reason)) }
    }
}

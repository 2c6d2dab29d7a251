package import Platform

/// The names that ssh has for host keys (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), as far as they are written in the open:
/// hashed ones tell nothing.
package struct KnownHosts: Sendable {
    private let text: [UInt8]
    /// Bytes that are read of a file.
    private static let most = 1 << 20

    /// Those in the text of a file.
    package init(_ text: [UInt8]) { self.text = text }

    /// Those of this user. They are read when somebody is to be asked, so that they are what ssh knows just now. A confined
    /// process gets the file from its broker, and nothing else of where ssh keeps its keys.
    package static func ofUser() -> KnownHosts {
        guard let broker = Broker.current else { return KnownHosts(contents(of: file())) }
        var answer = broker.ask(brokerNumber)
        return KnownHosts(contents(of: answer?.descriptor.take()))
    }

    /// What a confined process tells its broker to have the file opened.
    package static let brokerNumber: Int32 = 2

    /// The broker's work.
    package static func openForBroker() -> Broker.Answer {
        switch file() {
        case .some(let file): Broker.Answer(file)
        case nil: Broker.Answer(bytes: [])
        }
    }

    private static func file() -> FileDescriptor? {
        guard let home = Environment.value(of: "HOME"), !home.isEmpty, let folder = try? Folder(home + "/.ssh")
        else { return nil }
        return try? folder.reading("known_hosts")
    }

    /// Nothing of a file that is too long.
    private static func contents(of file: consuming FileDescriptor?) -> [UInt8] {
        guard let file else { return [] }
        var text: [UInt8] = []
        while text.count <= most {
            var count = 0
            do throws(SystemError) {
                try text.append(addingCapacity: 65_536) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                    count = try file.read(into: &output)
                }
            } catch { return [] }
            if count == 0 { return text }
        }
        return []
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

import Inbox
import Messages

/// What strangers send to a telephone.
enum MessageParsers {
    static let harnesses: [Harness] = [
        Harness(name: "message") { bytes in
            let text = String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
            if let bound = OriginBoundCode(in: text) {
                guard !bound.host.isEmpty, !bound.code.isEmpty else { fatalError("nothing is bound") }
            }
            guard let message = ReadMessage(text) else { return }
            guard message.code.utf8.allSatisfy({ 0x21..<0x7F ~= $0 }) else { fatalError("a code that nobody can type") }
            guard message.host.isEmpty || ReadMessage("@\(message.host) #1")?.host == message.host else {
                fatalError("a host that is another one when it is read again")
            }
        }
    ]
}

import Platform
import Wire

/// The host at the other end of a forwarded socket: what the ssh that forwards it was told to connect to. Its owner can
/// forge that; the host itself cannot.
enum ForwardingHost {
    /// Options of ssh(1) that take an argument.
    private static let withArgument = Set("BbcDEeFIiJLlmOoPpQRSWw".utf8)

    /// The host; one that is not known where another program forwards, or where ssh no longer says how it was started, as
    /// the master of shared connections.
    static func host(of caller: Caller) -> ChallengeHost {
        guard Paths.name(of: caller.executable) == "ssh", let name = host(in: caller.arguments) else {
            return ChallengeHost()
        }
        return ChallengeHost(.claimed, fingerprint: "", name: name)
    }

    /// The host in the arguments of ssh, its own name in front.
    static func host(in arguments: [String]) -> String? {
        guard let program = arguments.first, Paths.name(of: program) == "ssh" else { return nil }
        var rest = arguments.dropFirst()
        var isOption = true
        while let word = rest.popFirst() {
            guard isOption, word.utf8.first == UInt8(ascii: "-"), word.utf8.count > 1 else { return host(word) }
            if word == "--" { isOption = false }
            let letters = word.utf8.dropFirst()
            guard let place = letters.firstIndex(where: withArgument.contains) else { continue }
            // Its argument is the rest of the word, or the next one.
            if letters.index(after: place) == letters.endIndex { _ = rest.popFirst() }
        }
        return nil
    }

    /// `[USER@]HOST` or `ssh://[USER@]HOST[:PORT]`, without the rest.
    private static func host(_ destination: String) -> String? {
        var text = destination[...]
        let isURI = text.hasPrefix("ssh://")
        if isURI { text = text.dropFirst("ssh://".count) }
        if let sign = text.lastIndex(of: "@") { text = text[text.index(after: sign)...] }
        if isURI, let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") { text = text[..<colon] }
        return text.isEmpty ? nil : String(text)
    }
}

import Client
import Platform

/// The URIs of accounts from all pictures, one on a line, in locked memory: the parts of a Google Authenticator export
/// only make sense together.
struct FoundCodes: ~Copyable {
    private(set) var text: LockedBuffer

    init() throws(ClientError) { text = try ClientError.locked(0) }

    /// What a code is that is not of an account. Of several kinds in a picture, the first one here is told.
    enum Other: Int {
        /// A code of an emergency kit.
        case kitCode
        /// To pair an app that asks for a yes, and shows no codes: Microsoft's.
        case microsoftPush
        /// The same of Okta.
        case oktaPush
        /// The same of Duo.
        case duoPush
        /// To fetch a token into RSA's app.
        case rsaToken
        /// A page.
        case webAddress
        /// Not printable.
        case unprintable
        /// Anything else.
        case text

        fileprivate init(_ line: Span<UInt8>) {
            if Arguments.isKitCode(line) {
                self = .kitCode
            } else if line.count <= 1 {
                self = .unprintable
            } else if FoundCodes.begins(line, "phonefactor://") {
                self = .microsoftPush
            } else if FoundCodes.begins(line, "oktaverify://") || FoundCodes.has(line, "/oktaverify/") {
                self = .oktaPush
            } else if FoundCodes.begins(line, "duo://") || FoundCodes.has(line, ".duosecurity.com/")
                || FoundCodes.has(line, "-YXBpL")
            {
                // The last is what base64 makes of the name of its server.
                self = .duoPush
            } else if ["com.rsa.securid", "http://127.0.0.1/securid"].contains(where: { FoundCodes.begins(line, $0) }) {
                self = .rsaToken
            } else if FoundCodes.begins(line, "https://") || FoundCodes.begins(line, "http://") {
                self = .webAddress
            } else {
                self = .text
            }
        }
    }

    /// Codes of a picture.
    struct Tally {
        /// Those that are of accounts.
        var accounts = 0
        /// The others.
        var others: [Other] = []

        mutating func add(_ other: Tally) {
            accounts += other.accounts
            others += other.others
        }
    }

    /// Takes the lines that are URIs of accounts.
    mutating func add(_ lines: Span<UInt8>) throws(ClientError) -> Tally {
        var larger = try ClientError.locked(text.count + lines.count)
        larger.append(copying: text.bytes)
        var tally = Tally()
        var start = 0
        for index in lines.indices where lines[index] == UInt8(ascii: "\n") {
            let line = lines.extracting(start..<index + 1)
            if Self.isAccount(line) {
                larger.append(copying: line)
                tally.accounts += 1
            } else {
                tally.others.append(Other(line))
            }
            start = index + 1
        }
        text = larger
        return tally
    }

    private static func isAccount(_ line: Span<UInt8>) -> Bool {
        ["otpauth://", "otpauth-migration://", "motp://", "steam://"].contains { begins(line, $0) }
    }

    /// Whether a line has that in it.
    fileprivate static func has(_ line: Span<UInt8>, _ part: String) -> Bool {
        line.indices.contains { start in
            start + part.utf8.count <= line.count && part.utf8.enumerated().allSatisfy { line[start + $0] == $1 }
        }
    }

    /// Whether a line begins with a scheme. These are of ASCII letters, which differ in one bit between cases (RFC 3986,
    /// 3.1).
    fileprivate static func begins(_ line: Span<UInt8>, _ scheme: String) -> Bool {
        let scheme = scheme.utf8
        guard line.count > scheme.count else { return false }
        return zip(scheme, line.indices).allSatisfy { line[$1] | 0x20 == $0 | 0x20 }
    }
}

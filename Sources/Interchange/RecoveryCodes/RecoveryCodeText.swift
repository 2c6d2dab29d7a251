/// Recovery codes that were found in a text, as places in it: the codes themselves stay where they are.
package struct RecoveryCodeText: Equatable, Sendable {
    /// A code.
    package struct Code: Equatable, Sendable {
        /// The code as the service shows it.
        package let text: Range<Int>
        /// The text says that it is used.
        package let isUsed: Bool
    }

    /// The service, as a word; nil when nothing tells.
    package let service: String?
    /// The service takes the codes only in their order.
    package let isInOrder: Bool
    /// In the order of the service.
    package let codes: [Code]

    /// Bytes of a text at most.
    package static let most = 64 << 10
    /// Its lines at most.
    package static let mostLines = 1000
    /// Codes in it at most; as many as a set has.
    package static let mostCodes = 128
    /// Lines that are no codes: the longest text around codes that is known has 6.
    static let mostOthers = 12
    /// Codes of a service whose name is not known: the most that is given are 16.
    static let mostUnknown = 32
    /// Codes from which on a shape that they share is no chance.
    static let leastCodes = 3

    /// Why a text is not taken for recovery codes.
    package enum Refusal: Error, Equatable, Sendable {
        /// Nothing is in it.
        case empty
        /// More than `most` bytes or `mostLines` lines.
        case tooLarge
        /// It is no text.
        case binary
        /// So many lines look like codes, of so many, and that is not what codes of a service look like.
        case unlike(candidates: Int, lines: Int)
        /// One code is there twice.
        case twice
    }

    /// Reads a text: the download of a service, or what was pasted from its page.
    ///
    /// - Parameters:
    ///   - name: the file's name, which tells most services; may be empty.
    ///   - hint: the service, if the owner has named it. Then fewer codes than three, and other shapes, will do.
    package static func read(
        _ bytes: Span<UInt8>, name: String, hint: String? = nil
    ) throws(Refusal) -> RecoveryCodeText {
        guard bytes.count <= most else { throw .tooLarge }
        for index in bytes.indices where bytes[index] < 0x20 && !(0x09...0x0D).contains(bytes[index]) { throw .binary }
        guard let lines = RecoveryCodeLine.lines(of: bytes, most: mostLines) else { throw .tooLarge }
        guard !lines.isEmpty else { throw .empty }
        let known = hint?.lowercased() ?? RecoveryCodeService.named(name)
        var finder = RecoveryCodeFinder(
            lines: lines, isKnown: hint != nil || RecoveryCodeService.isUsual(name))
        guard finder.find(in: bytes) else {
            throw .unlike(candidates: lines.count { !$0.tokens.isEmpty }, lines: lines.count)
        }
        let tokens = finder.tokens
        for (index, token) in tokens.enumerated() {
            for other in tokens[..<index] where isSame(bytes.extracting(token.text), bytes.extracting(other.text)) {
                throw .twice
            }
        }
        let service =
            known ?? RecoveryCodeService.named(name, shape: finder.shape, signs: finder.signs)
            ?? RecoveryCodeService.spoken(of: finder.others, in: bytes) ?? finder.serviceOfShape
        return RecoveryCodeText(
            service: service, isInOrder: service == "keycloak",
            codes: tokens.map { Code(text: $0.text, isUsed: $0.isUsed) })
    }

    /// Appends the form of a code that does not depend on how it is written: small letters, no separators.
    package static func canonical(_ code: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
        for index in code.indices where RecoveryCodeSigns(code[index]) != [] { output.append(folded(code[index])) }
    }

    /// Whether two codes have one canonical form.
    static func isSame(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
        var (i, j) = (0, 0)
        while true {
            while i < a.count, RecoveryCodeSigns(a[i]) == [] { i += 1 }
            while j < b.count, RecoveryCodeSigns(b[j]) == [] { j += 1 }
            guard i < a.count, j < b.count else { return i == a.count && j == b.count }
            guard folded(a[i]) == folded(b[j]) else { return false }
            i += 1
            j += 1
        }
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}

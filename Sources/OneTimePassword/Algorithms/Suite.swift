/// An OCRA suite (RFC 6287, section 6), such as `OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1`.
///
/// Suites without truncation (0 digits) are refused: their answers are for machines. So are time steps over a day.
struct Suite: Equatable {
    /// How a question is written (section 6.3).
    enum QuestionFormat: Equatable { case alphanumeric, numeric, hexadecimal }

    /// The hash of the MAC.
    var algorithm = HashAlgorithm.sha1
    /// Digits of an answer, 4 to 10.
    var digits: UInt8 = 0
    /// `C`: the counter is part of the input.
    var hasCounter = false
    /// How questions are written.
    var format = QuestionFormat.numeric
    /// The longest question of one side, 4 to 64 characters.
    var questionCount = 0
    /// `P`: the hash of the PIN that is part of the input.
    var pinHash: HashAlgorithm?
    /// `S`: bytes of session information, 1 to 512.
    var sessionCount: Int?
    /// `T`: seconds of a time step, 1 to 86400.
    var step: UInt32?

    /// Longest suite text: all parts at their longest are under 50 characters.
    private static let longest = 64

    /// Reads a suite. Case matters not, as it did not in the reference implementation.
    init(_ text: String) throws(OneTimePasswordError) {
        let parts =
            text.utf8.count <= Self.longest && text.utf8.allSatisfy({ $0 < 0x80 })
            ? text.uppercased().split(separator: ":", omittingEmptySubsequences: false) : []
        guard parts.count == 3, parts[0] == "OCRA-1" else { throw .suiteMalformed }
        let function = parts[1].split(separator: "-", omittingEmptySubsequences: false)
        guard function.count == 3, function[0] == "HOTP",
            let algorithm = Self.hash(function[1]), let digits = Self.number(function[2]), (4...10).contains(digits)
        else { throw .suiteMalformed }
        self.algorithm = algorithm
        self.digits = UInt8(digits)
        var inputs = parts[2].split(separator: "-", omittingEmptySubsequences: false)[...]
        if inputs.first == "C" {
            hasCounter = true
            inputs.removeFirst()
        }
        guard let question = inputs.popFirst() else { throw .suiteMalformed }
        try readQuestion(question)
        if let input = inputs.first, input.hasPrefix("P") {
            inputs.removeFirst()
            guard let hash = input == "P" ? .sha1 : Self.hash(input.dropFirst()) else { throw .suiteMalformed }
            pinHash = hash
        }
        if let input = inputs.first, input.hasPrefix("S") {
            inputs.removeFirst()
            guard let count = input == "S" ? 64 : Self.number(input.dropFirst()), (1...512).contains(count),
                input.utf8.count == 4 || input == "S"
            else { throw .suiteMalformed }
            sessionCount = Int(count)
        }
        if let input = inputs.first, input.hasPrefix("T") {
            inputs.removeFirst()
            step = try Self.seconds(input)
        }
        guard inputs.isEmpty else { throw .suiteMalformed }
    }

    /// `QA08`: a letter for the format, two digits for the length.
    private mutating func readQuestion(_ input: Substring) throws(OneTimePasswordError) {
        switch input.prefix(2) {
        case "QA": format = .alphanumeric
        case "QN": format = .numeric
        case "QH": format = .hexadecimal
        default: throw .suiteMalformed
        }
        guard input.utf8.count == 4, let count = Self.number(input.dropFirst(2)), (4...64).contains(count)
        else { throw .suiteMalformed }
        questionCount = Int(count)
    }

    /// `T30S`, `T1M`, `T24H`; `T` alone is a minute.
    private static func seconds(_ input: Substring) throws(OneTimePasswordError) -> UInt32 {
        if input == "T" { return 60 }
        let unit: UInt32
        let longest: UInt32
        switch input.last {
        case "S": (unit, longest) = (1, 59)
        case "M": (unit, longest) = (60, 59)
        case "H": (unit, longest) = (3600, 24)
        default: throw .suiteMalformed
        }
        guard let count = number(input.dropFirst().dropLast()), (1...longest).contains(count)
        else { throw .suiteMalformed }
        return count * unit
    }

    private static func hash(_ name: Substring) -> HashAlgorithm? {
        switch name {
        case "SHA1": .sha1
        case "SHA256": .sha256
        case "SHA512": .sha512
        default: nil
        }
    }

    /// One to three digits and nothing else.
    private static func number(_ text: Substring) -> UInt32? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return UInt32(text)
    }
}

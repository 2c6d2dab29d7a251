import Backup
import Client
import Platform
import Vault
import Wire

/// A set of kit codes on its way to its owner, this once, in locked memory.
struct VaultKit: ~Copyable {
    /// The set, counted from 1.
    let set: UInt32
    /// Seconds of UTC.
    let madeAt: UInt64
    /// How people tell this vault from others: the beginning of its id.
    let vault: String
    /// 32 digits in groups of four.
    let fingerprint: String
    /// How many codes there are.
    let count: Int
    /// Where the backups are.
    let places: [PlaceDescription]
    /// The texts of the codes, `VaultCode.textCount` bytes for each.
    private let codes: LockedBuffer

    /// Takes the codes out of a reply.
    init(_ reply: AccessCodesReply, places: [PlaceDescription]) throws(ClientError) {
        var codes = try ClientError.locked(reply.codes.count * KitCode.textCount)
        for code in reply.codes {
            codes.append { (output: inout OutputSpan<UInt8>) in
                KitCode.append(reply.text.extracting(code), to: &output)
            }
        }
        set = reply.set
        madeAt = reply.madeAt
        vault = String(reply.vault.description.prefix(8))
        fingerprint = Self.grouped(reply.fingerprint)
        count = reply.codes.count
        self.places = places
        self.codes = codes
    }

    /// Digits of a fingerprint that people compare.
    static let fingerprintDigits = 32

    /// The first 32 digits of a fingerprint in groups of four.
    static func grouped(_ fingerprint: Digest) -> String {
        let digits = Array(fingerprint.hexadecimal.prefix(fingerprintDigits))
        return stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<$0 + 4]) }.joined(separator: " ")
    }

    /// Lends the text of a code, counted from 0.
    borrowing func withCode<R: ~Copyable, E: Error>(
        _ index: Int, _ use: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        try use(codes.bytes.extracting(index * KitCode.textCount..<(index + 1) * KitCode.textCount))
    }

    /// The codes alone, one on a line.
    borrowing func lines() throws(ClientError) -> LockedBuffer {
        var text = try ClientError.locked(count * (KitCode.textCount + 1))
        for index in 0..<count {
            withCode(index) { code in text.append(copying: code) }
            text.put("\n")
        }
        return text
    }

    /// The set as JSON.
    borrowing func json() throws(ClientError) -> LockedBuffer {
        let head = JSON.object([
            ("vault", .string(vault)), ("fingerprint", .string(fingerprint)), ("set", .number(set)),
            ("created", .number(madeAt)),
        ]).text.dropLast()
        var text = try ClientError.locked(head.utf8.count + count * (KitCode.textCount + 3) + 16)
        text.put(String(head) + ",\"codes\":[")
        for index in 0..<count {
            text.put(index > 0 ? ",\"" : "\"")
            withCode(index) { code in text.append(copying: code) }
            text.put("\"")
        }
        text.put("]}\n")
        return text
    }

    /// The page to be kept, as plain text.
    borrowing func page() throws(ClientError) -> LockedBuffer {
        let parts = KitSentences.parts(of: self)
        var text = try ClientError.locked(
            parts.reduce(256) { $0 + $1.utf8.count } + count * (KitCode.textCount + 16))
        text.put(parts[0])
        for index in 0..<count {
            text.put(index < 9 ? "  [ ]   \(index + 1)  " : "  [ ]  \(index + 1)  ")
            withCode(index) { code in text.append(copying: code) }
            text.put("\n")
        }
        text.put(parts[1])
        return text
    }
}

extension LockedBuffer {
    /// Appends text that is not secret, for which there is room.
    mutating func put(_ text: String) { append(copying: text.utf8.span) }
}

import Encodings
import ForeignLibraries

/// The clear part of a KeePass database, versions 3.1 and 4 (https://keepass.info/help/kb/kdbx.html).
struct KDBXHeader {
    /// The cipher of the contents.
    enum Outer { case aes, twofish, chaCha20 }

    /// How the key is derived from what the owner gives.
    enum Derivation {
        /// AES-256 over and over.
        case aes(seed: [UInt8], rounds: UInt64)
        /// Memory is in KiB.
        case argon2(KeyDerivation.Argon2, salt: [UInt8], passes: UInt64, memory: UInt64, lanes: UInt64)
    }

    /// Version 4.
    private(set) var isVersion4 = true
    /// How the contents are encrypted.
    private(set) var outer = Outer.aes
    /// The contents are gzip.
    private(set) var isCompressed = false
    /// Makes each save's keys different.
    private(set) var masterSeed: [UInt8] = []
    /// Of the cipher.
    private(set) var iv: [UInt8] = []
    /// How the key is derived.
    private(set) var derivation = Derivation.aes(seed: [], rounds: 0)
    /// Version 3.1: the first bytes of the contents.
    private(set) var startOctets: [UInt8] = []
    /// Version 3.1: the stream cipher of protected values, and its key.
    private(set) var stream = 0
    private(set) var streamKey: [UInt8] = []
    /// Where the header ends.
    private(set) var end = 0

    private static let mark: [UInt8] = [0x03, 0xD9, 0xA2, 0x9A, 0x67, 0xFB, 0x4B, 0xB5]

    /// Whether bytes begin as a database does.
    static func isDatabase(_ bytes: Span<UInt8>) -> Bool {
        bytes.count >= mark.count && mark.indices.allSatisfy { bytes[$0] == mark[$0] }
    }

    /// Reads the header. Costs over their bounds are refused here.
    init(_ bytes: Span<UInt8>) throws(ConversionError) {
        guard Self.isDatabase(bytes) else { throw .malformed("it is not a KeePass database") }
        var reader = LittleEndian(Self.mark.count)
        let minor = try reader.number(2, bytes)
        let major = try reader.number(2, bytes)
        guard major == 3 || major == 4 else { throw .version("\(major).\(minor)") }
        isVersion4 = major == 4
        var seed: [UInt8] = []
        var rounds: UInt64 = 0
        var parameters: VariantDictionary?
        while true {
            let kind = try reader.number(1, bytes)
            let range = try reader.take(reader.number(isVersion4 ? 4 : 2, bytes), bytes)
            let value = bytes.array(range)
            switch kind {
            case 0:
                end = range.upperBound
                if !isVersion4 { derivation = .aes(seed: seed, rounds: rounds) }
                if isVersion4, let parameters { derivation = try parameters.derivation() }
                try check()
                return
            case 2: outer = try Self.outer(value)
            case 3: isCompressed = try Self.number(value) != 0
            case 4: masterSeed = value
            case 5: seed = value
            case 6: rounds = try Self.number(value)
            case 7: iv = value
            case 8: streamKey = value
            case 9: startOctets = value
            case 10: stream = Int(clamping: try Self.number(value))
            case 11: parameters = try VariantDictionary(value.span)
            default: break
            }
        }
    }

    private func check() throws(ConversionError) {
        let ivBytes = outer == .chaCha20 ? 12 : 16
        guard masterSeed.count == 32, iv.count == ivBytes, isVersion4 || startOctets.count == 32 else {
            throw .malformed("its header is damaged")
        }
        switch derivation {
        case .aes(let seed, let rounds):
            guard seed.count == 32 else { throw .malformed("its header is damaged") }
            guard rounds <= KeyDerivation.mostBlockRounds else { throw .tooExpensive }
        case .argon2(_, let salt, let passes, let memory, let lanes):
            guard salt.count >= 8, passes > 0, memory > 0, lanes > 0 else { throw .malformed("its header is damaged") }
            try ConversionError.foreign { () throws(ForeignError) in
                try KeyDerivation.checkArgon2(passes: passes, memory: max(memory, 8), lanes: lanes)
            }
        }
    }

    private static func outer(_ id: [UInt8]) throws(ConversionError) -> Outer {
        switch BaseEncoding.base16.text(id.span) {
        case "31c1f2e6bf714350be5805216afc5aff": return .aes
        case "ad68f29f576f4bb9a36ad47af965346c": return .twofish
        case "d6038a2b8b6f4cb5a524339a31dbb59a": return .chaCha20
        default:
            throw .unsupported("the keepass file is encrypted with a cipher of a plug-in", remedy: Self.saveAgain)
        }
    }

    fileprivate static let saveAgain =
        "change the encryption settings of the database to AES and Argon2, and save it again"

    /// A number of four or eight bytes.
    fileprivate static func number(_ value: [UInt8]) throws(ConversionError) -> UInt64 {
        guard value.count == 4 || value.count == 8 else { throw .malformed("its header is damaged") }
        var reader = LittleEndian()
        return try reader.number(value.count, value.span)
    }
}

/// Named values in the header of version 4: the parameters of the key derivation.
private struct VariantDictionary {
    private var values: [String: [UInt8]] = [:]

    init(_ bytes: Span<UInt8>) throws(ConversionError) {
        var reader = LittleEndian()
        guard try reader.number(2, bytes) >> 8 == 1 else { throw .malformed("its header is damaged") }
        while try reader.number(1, bytes) != 0 {
            let name = bytes.array(try reader.take(reader.number(4, bytes), bytes))
            let value = bytes.array(try reader.take(reader.number(4, bytes), bytes))
            values[String(decoding: name, as: UTF8.self)] = value
        }
    }

    func derivation() throws(ConversionError) -> KDBXHeader.Derivation {
        let salt = values["S"] ?? []
        let method = values["$UUID"] ?? []
        switch BaseEncoding.base16.text(method.span) {
        case "c9d9f39a628a4460bf740d08c18a4fea", "7c02bb8279a74ac0927d114a00648238":
            return .aes(seed: salt, rounds: try number("R"))
        case "ef636ddf8c29444b91f7a9a403e30a0c": return try argon2(.d, salt)
        case "9e298b1956db4773b23dfc3ec6f0a1e6": return try argon2(.id, salt)
        default:
            throw .unsupported(
                "the keepass file derives its key by a method of a plug-in", remedy: KDBXHeader.saveAgain)
        }
    }

    private func argon2(
        _ variant: KeyDerivation.Argon2, _ salt: [UInt8]
    ) throws(ConversionError) -> KDBXHeader.Derivation {
        guard try number("V") == 0x13, values["K"]?.isEmpty ?? true, values["A"]?.isEmpty ?? true else {
            throw .unsupported("the keepass file uses an old variant of Argon2", remedy: KDBXHeader.saveAgain)
        }
        return .argon2(
            variant, salt: salt, passes: try number("I"), memory: try number("M") / 1024, lanes: try number("P"))
    }

    private func number(_ name: String) throws(ConversionError) -> UInt64 {
        guard let value = values[name] else { throw .malformed("its header is damaged") }
        return try KDBXHeader.number(value)
    }
}

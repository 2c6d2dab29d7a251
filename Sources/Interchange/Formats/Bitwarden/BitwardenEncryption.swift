import ForeignLibraries
import Platform

/// The encryption of Bitwarden's password protected export: AES-256-CBC, then HMAC-SHA-256.
struct BitwardenEnvelope {
    private let derivation: Derivation
    private let salt: LockedText
    private let validation: Sealed
    private let data: Sealed

    private enum Derivation {
        case pbkdf2(rounds: UInt64)
        /// Memory in KiB.
        case argon2id(passes: UInt64, memory: UInt64, lanes: UInt64)
    }

    /// `2.` IV `|` ciphertext `|` tag.
    fileprivate struct Sealed {
        fileprivate let iv: LockedText
        fileprivate let ciphertext: LockedText
        fileprivate let tag: LockedText

        fileprivate init(_ value: JSONValue?) throws(ConversionError) {
            guard let value, value.isString else { throw .malformed("it has no data") }
            guard value.withText({ $0.hasPrefix("2.") }) else {
                throw .unsupported(
                    "the bitwarden file is encrypted in a way that is not known here",
                    remedy: "export it again and choose \"password protected\"")
            }
            func part(_ number: Int) throws(ConversionError) -> LockedText {
                LockedText(try value.base64(part: number, of: 3, separator: UInt8(ascii: "|"), skipping: 2))
            }
            (iv, ciphertext, tag) = (try part(0), try part(1), try part(2))
            guard iv.count == 16, tag.count == 32, ciphertext.count > 0, ciphertext.count % 16 == 0 else {
                throw .malformed("its data is cut off")
            }
        }
    }

    /// The parts of an export. Costs over their bounds are refused here.
    init(_ export: JSONValue) throws(ConversionError) {
        let rounds = try export.required("kdfIterations")
        switch try export.required("kdfType") {
        case 0:
            try ConversionError.foreign { () throws(ForeignError) in try KeyDerivation.checkPBKDF2(rounds: rounds) }
            derivation = .pbkdf2(rounds: rounds)
        case 1:
            let lanes = try export.required("kdfParallelism")
            let (memory, isOver) = try export.required("kdfMemory").multipliedReportingOverflow(by: 1024)
            guard !isOver else { throw .tooExpensive }
            try ConversionError.foreign { () throws(ForeignError) in
                try KeyDerivation.checkArgon2(passes: rounds, memory: memory, lanes: lanes)
            }
            derivation = .argon2id(passes: rounds, memory: memory, lanes: lanes)
        case let type: throw .version("\(type) of its key derivation")
        }
        guard let salt = try export["salt"]?.secret(), salt.count > 0 else { throw .malformed("it has no salt") }
        // It is base64, but its characters are the salt.
        self.salt = LockedText(salt)
        validation = try Sealed(export["encKeyValidation_DO_NOT_EDIT"])
        data = try Sealed(export["data"])
    }

    /// The plain export.
    func open(_ password: Span<UInt8>) throws(ConversionError) -> LockedText {
        let master = try masterKey(password)
        let cipherKey = try Self.expand(master.bytes, "enc")
        let tagKey = try Self.expand(master.bytes, "mac")
        guard validation.isAuthentic(tagKey.bytes), data.isAuthentic(tagKey.bytes) else { throw .wrongPassword }
        return LockedText(try data.decrypt(cipherKey.bytes))
    }

    private func masterKey(_ password: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        try salt.withBytes { (salt: Span<UInt8>) throws(ConversionError) in
            switch derivation {
            case .pbkdf2(let rounds):
                return try Decryption.pbkdf2(.sha256, password, salt: salt, rounds: rounds)
            case .argon2id(let passes, let memory, let lanes):
                let hashed = Sodium.sha256(salt)
                return try Decryption.argon2(
                    .id, password, salt: hashed.span, passes: passes, memory: memory, lanes: lanes)
            }
        }
    }

    /// A key for a purpose, by HKDF.
    static func expand(_ key: Span<UInt8>, _ purpose: String) throws(ConversionError) -> LockedBuffer {
        let info = Array(purpose.utf8)
        var result = try ConversionError.buffer(32)
        result.append { output in Sodium.hkdfExpandSHA256(key: key, info: info.span, into: &output) }
        return result
    }
}

extension BitwardenEnvelope.Sealed {
    /// Whether the tag is that of IV and ciphertext. All bytes are compared whatever the first ones are.
    fileprivate func isAuthentic(_ key: Span<UInt8>) -> Bool {
        let made = iv.withBytes { iv in
            ciphertext.withBytes { ciphertext in Sodium.hmacSHA256(key: key, iv, ciphertext) }
        }
        return tag.withBytes { tag in
            var difference: UInt8 = 0
            for index in 0..<32 { difference |= tag[index] ^ made[index] }
            return difference == 0
        }
    }

    fileprivate func decrypt(_ key: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        try iv.withBytes { (iv: Span<UInt8>) throws(ConversionError) in
            try ciphertext.withBytes { (ciphertext: Span<UInt8>) throws(ConversionError) in
                try Decryption.cbc(ciphertext, key: key, iv: iv)
            }
        }
    }
}

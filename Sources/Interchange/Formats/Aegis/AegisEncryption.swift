import ForeignLibraries
import Platform

/// The encryption of an Aegis vault: a master key in slots, each sealed in its own way; AES-256-GCM throughout.
struct AegisEnvelope {
    /// What scrypt computes for all slots together, so that many of them cannot keep it busy for ever: as much as one
    /// slot with the highest costs, or 128 of those that Aegis writes.
    private static let mostWork: UInt64 = 1 << 25

    private let slots: [Slot]
    private let parameters: Sealed
    private let ciphertext: LockedText

    /// Nonce and tag.
    private struct Sealed {
        let nonce: LockedText
        let tag: LockedText

        init(_ value: JSONValue?) throws(ConversionError) {
            guard let value else { throw .malformed("it has no nonce and tag") }
            nonce = LockedText(try value.hexadecimal("nonce", count: 12))
            tag = LockedText(try value.hexadecimal("tag", count: 16))
        }

        func open(_ ciphertext: LockedText, key: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
            try ciphertext.withBytes { (ciphertext: Span<UInt8>) throws(ConversionError) in
                try nonce.withBytes { (nonce: Span<UInt8>) throws(ConversionError) in
                    try tag.withBytes { (tag: Span<UInt8>) throws(ConversionError) in
                        try Decryption.gcm(ciphertext, tag: tag, key: key, nonce: nonce)
                    }
                }
            }
        }
    }

    /// A slot that a password opens.
    private struct Slot {
        let n: UInt64
        let r: UInt64
        let p: UInt64
        let salt: LockedText
        let key: LockedText
        let parameters: Sealed
        /// Its key was certainly not made of a password with NUL behind it.
        let isRepaired: Bool

        init(_ value: JSONValue) throws(ConversionError) {
            let (n, r, p) = (try value.required("n"), try value.required("r"), try value.required("p"))
            try ConversionError.foreign { () throws(ForeignError) in try KeyDerivation.checkScrypt(n: n, r: r, p: p) }
            (self.n, self.r, self.p) = (n, r, p)
            salt = LockedText(try value.hexadecimal("salt", count: 32))
            key = LockedText(try value.hexadecimal("key", count: 32))
            parameters = try Sealed(value["key_params"])
            isRepaired = value["repaired"]?.bool ?? false
        }

        /// The master key.
        func open(_ password: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
            let slotKey = try salt.withBytes { (salt: Span<UInt8>) throws(ConversionError) in
                try Decryption.scrypt(password, salt: salt, n: n, r: r, p: p)
            }
            return try parameters.open(key, key: slotKey.bytes)
        }
    }

    /// The parts of an encrypted vault. Costs over their bounds are refused here.
    init(_ vault: JSONValue) throws(ConversionError) {
        guard let header = vault["header"] else { throw .malformed("it has no header") }
        var slots: [Slot] = []
        var work: UInt64 = 0
        for slot in try header.list("slots") where try slot.required("type") == 1 {
            let slot = try Slot(slot)
            work += slot.n * slot.r * slot.p
            guard work <= Self.mostWork else { throw .tooExpensive }
            slots.append(slot)
        }
        guard !slots.isEmpty else {
            throw .unsupported(
                "the aegis file is encrypted, but not with a password",
                remedy: "export it again from Aegis and choose a password")
        }
        self.slots = slots
        parameters = try Sealed(header["params"])
        ciphertext = LockedText(try vault.base64("db"))
    }

    /// The contents.
    func open(_ password: Span<UInt8>) throws(ConversionError) -> LockedText {
        let padded = try Self.withOldTail(password)
        for slot in slots {
            if let text = try open(slot, password) { return text }
            if !slot.isRepaired, padded.count > 0, let text = try open(slot, padded.bytes) { return text }
        }
        throw .wrongPassword
    }

    /// Nil when the password does not open the slot.
    private func open(_ slot: Slot, _ password: Span<UInt8>) throws(ConversionError) -> LockedText? {
        guard let master = try Decryption.ifRight({ () throws(ConversionError) in try slot.open(password) }) else {
            return nil
        }
        return LockedText(try parameters.open(ciphertext, key: master.bytes))
    }

    /// The password as old versions took it: with the NUL that filled the rest of the encoder's buffer. That had room
    /// for 1.1 bytes per UTF-16 unit, and was made twice as large and one more while that was too little. Empty where
    /// it makes no difference: HMAC pads a key of up to 64 bytes with NUL itself.
    static func withOldTail(_ password: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        var units = 0
        for index in password.indices {
            // Every character has one byte that is no continuation; those of four bytes are two units.
            if password[index] & 0xC0 != 0x80 { units += password[index] >= 0xF0 ? 2 : 1 }
        }
        var room = Int(Float(units) * 1.1)
        while room < password.count { room = 2 * room + 1 }
        guard room > 64, room > password.count else { return try ConversionError.buffer(0) }
        var padded = try ConversionError.buffer(room)
        padded.append(copying: password)
        padded.append { output in for _ in password.count..<room { output.append(0) } }
        return padded
    }
}

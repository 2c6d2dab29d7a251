import ForeignLibraries
import Platform

/// Ente Auth: its encrypted export, a list of URIs inside.
enum EnteReader: FormatReader {
    static var name: String { "ente" }

    static func recognizes(_ source: Source) -> Bool {
        source.isJSON { $0["kdfParams"] != nil && $0["encryptionNonce"] != nil }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let export = try source.json()
        let version = try export.required("version")
        guard version == 1 else { throw .version("\(version)") }
        guard let costs = export["kdfParams"] else { throw .malformed("it has no kdfParams") }
        let passes = try costs.required("opsLimit")
        // Bytes.
        let memory = try costs.required("memLimit")
        try ConversionError.foreign { () throws(ForeignError) in
            try KeyDerivation.checkArgon2(passes: passes, memory: memory / 1024, lanes: 1)
        }
        let salt = try costs.base64("salt")
        let header = try export.base64("encryptionNonce")
        let sealed = try export.base64("encryptedData")
        guard salt.count == 16 else { throw .malformed("its salt does not have 16 bytes") }
        guard header.count == Sodium.secretStreamHeaderBytes else {
            throw .malformed("its nonce does not have 24 bytes")
        }
        guard sealed.count >= Sodium.secretStreamOverhead else { throw .malformed("its data is cut off") }
        let text = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
            var key = try ConversionError.buffer(32)
            do throws(MemoryError) {
                try key.append { (output: inout OutputSpan<UInt8>) throws(MemoryError) in
                    try Sodium.argon2id(
                        passphrase: password, salt: salt.bytes, operations: passes, memoryBytes: Int(memory),
                        into: &output)
                }
            } catch {
                throw .memory(error)
            }
            var plain = try ConversionError.buffer(sealed.count)
            let isOpen = plain.append { output in
                Sodium.openSecretStream(sealed.bytes, key: key.bytes, header: header.bytes, into: &output)
            }
            guard isOpen else { throw .wrongPassword }
            return LockedText(plain)
        }
        try URIListReader.read(text: text, to: sink)
    }
}

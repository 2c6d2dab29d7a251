import ForeignLibraries
import OneTimePassword
import Platform

/// Authenticator Plus: its database, which SQLCipher 3 encrypts. It bears no mark and must be named.
enum AuthenticatorPlusDatabaseReader: FormatReader {
    static let name = "authenticator-plus"
    static let isUnmarked = true

    static func recognizes(_ source: Source) -> Bool { false }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let text = source.text
        let size = SQLCipher.pageBytes
        guard text.count >= size, text.count % size == 0 else { throw .malformed("it is no database of this app") }
        let image = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
            try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
                LockedText(try SQLCipher.decrypt(bytes, password))
            }
        }
        let files = [SourceFile(name: "", text: image)]
        let database = try DatabaseFile.open(files)
        let columns = try DatabaseTables(database).accounts
        guard columns.contains("email"), columns.contains("secret") else { throw .malformed("it has no accounts") }
        try GoogleDatabaseReader.read(database, columns, to: sink)
    }
}

/// Databases that SQLCipher 3 has encrypted with its usual settings
/// (https://www.zetetic.net/sqlcipher/design/): AES-256-CBC and HMAC-SHA-1 for each page of 1024 bytes.
enum SQLCipher {
    static let pageBytes = 1024
    /// At the end of a page: vector, tag, and what fills the block.
    private static let reserved = 48
    private static let saltBytes = 16
    private static let rounds: UInt64 = 64_000

    /// The database, with the mark that the salt stands in place of.
    static func decrypt(_ bytes: Span<UInt8>, _ password: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        let salt = bytes.extracting(0..<saltBytes)
        let key = try derive(password, salt, rounds)
        var other = try ConversionError.copy(salt)
        other.withMutableBytes { bytes in for index in bytes.indices { bytes[index] ^= 0x3A } }
        let tagKey = try derive(key.bytes, other.bytes, 2)
        var image = try ConversionError.buffer(bytes.count)
        for page in 0..<bytes.count / pageBytes {
            let own = bytes.extracting(page * pageBytes..<(page + 1) * pageBytes)
            let start = page == 0 ? saltBytes : 0
            let end = pageBytes - reserved
            var message = try ConversionError.buffer(pageBytes + 4)
            message.append(copying: own.extracting(start..<end + 16))
            message.append { output in
                for place in 0..<4 { output.append(UInt8(truncatingIfNeeded: (page + 1) >> (8 * place))) }
            }
            do throws(ForeignError) {
                try Authentication.check(
                    message.bytes, .sha1, key: tagKey.bytes, tag: own.extracting(end + 16..<end + 36))
            } catch {
                guard error == .notAuthentic, page > 0 else { throw ConversionError(error) }
                throw .malformed("it is damaged")
            }
            if page == 0 { image.append(copying: "SQLite format 3\0".utf8Span.span) }
            let plain = try Decryption.key(end - start) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
                try Cipher.decryptCBC(
                    own.extracting(start..<end), padding: .none, key: key.bytes, iv: own.extracting(end..<end + 16),
                    into: &output)
            }
            image.append(copying: plain.bytes)
            image.append { output in for _ in 0..<reserved { output.append(0) } }
        }
        return image
    }

    private static func derive(
        _ password: Span<UInt8>, _ salt: Span<UInt8>, _ rounds: UInt64
    ) throws(ConversionError) -> LockedBuffer {
        try Decryption.pbkdf2(.sha1, password, salt: salt, rounds: rounds)
    }
}

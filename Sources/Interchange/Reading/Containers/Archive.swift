import ForeignLibraries
import Platform

/// ZIP archives that come as files.
enum Archive {
    /// What is in one.
    static func members(_ text: LockedText) throws(ConversionError) -> [Zip.Member] {
        do throws(ForeignError) {
            return try text.withBytes { (bytes: Span<UInt8>) throws(ForeignError) in try Zip.members(of: bytes) }
        } catch {
            throw failure(error)
        }
    }

    /// What a member unfolds to, after asking for a password where it needs one.
    static func unfold(_ member: Zip.Member, of text: LockedText, _ format: String, _ passwords: any PasswordSource)
        throws(ConversionError) -> LockedText
    {
        guard !member.isTooLarge else { throw failure(.tooLarge) }
        guard member.isEncrypted else { return try unfold(member, of: text, Span()) }
        return try passwords.open(format) { (password: Span<UInt8>) throws(ConversionError) in
            try unfold(member, of: text, password)
        }
    }

    /// What a member unfolds to with that password.
    static func unfold(
        _ member: Zip.Member, of text: LockedText, _ password: Span<UInt8>
    ) throws(ConversionError) -> LockedText {
        guard !member.isTooLarge else { throw failure(.tooLarge) }
        var buffer = try ConversionError.buffer(member.size)
        do throws(ForeignError) {
            try text.withBytes { (bytes: Span<UInt8>) throws(ForeignError) in
                try buffer.append { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
                    try Zip.unfold(member, of: bytes, password: password, into: &output)
                }
            }
        } catch {
            throw failure(error)
        }
        return LockedText(buffer)
    }

    private static func failure(_ error: ForeignError) -> ConversionError {
        switch error {
        case .damaged: .malformed("the archive is cut off or damaged")
        case .tooLarge: .tooLarge("the archive unfolds to more than 64 MiB, or has more than 10,000 members")
        default: ConversionError(error)
        }
    }
}

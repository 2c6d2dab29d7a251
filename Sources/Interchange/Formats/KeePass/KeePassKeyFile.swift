import ForeignLibraries
import Platform

/// A key file of KeePass: XML of version 1 or 2, 32 bytes, those in hexadecimal, or any file at all.
enum KeePassKeyFile {
    /// The 32 bytes that it stands for.
    static func key(of text: LockedText) throws(ConversionError) -> LockedText {
        if let key = try xml(text) { return key }
        if text.count == 32 { return text }
        if text.count == 64,
            let key = try? text.withBytes({ (bytes: Span<UInt8>) throws(ConversionError) in
                LockedText(try KeyText.decode(bytes, .hexadecimal))
            }), key.count == 32
        {
            return key
        }
        return try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            LockedText(try Decryption.hash(.sha256, bytes))
        }
    }

    /// What the XML holds; nil for another file.
    private static func xml(_ text: LockedText) throws(ConversionError) -> LockedText? {
        guard let root = try? XMLText.parse(text), root.isNamed("KeyFile"),
            let data = root.descendant("Key", "Data")
        else { return nil }
        // Version 2 writes its digits in groups on several lines.
        let written = try data.secret()
        var digits = try ConversionError.buffer(written.count)
        for index in 0..<written.count where ![0x20, 0x09, 0x0A, 0x0D].contains(written.bytes[index]) {
            digits.append(copying: written.bytes.extracting(index..<index + 1))
        }
        let value = LockedText(digits)
        let isFirst = root.descendant("Meta", "Version")?.text?.hasPrefix("1") ?? true
        let key: LockedText
        do throws(ConversionError) {
            key = try value.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
                LockedText(try KeyText.decode(bytes, isFirst ? .base64 : .hexadecimal))
            }
        } catch {
            throw .malformed("the key file is damaged")
        }
        guard key.count == 32 else { throw .malformed("the key file does not have 32 bytes") }
        return key
    }
}

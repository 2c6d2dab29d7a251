package import Platform

/// Bytes in locked memory that many values point into: a file, or what came out of one.
package final class LockedText: Sendable {
    private let buffer: LockedBuffer

    /// Takes the bytes over.
    package init(_ buffer: consuming LockedBuffer) { self.buffer = buffer }

    /// Bytes.
    package var count: Int { buffer.count }

    /// Lends the bytes.
    package func withBytes<R: ~Copyable, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try buffer.lend(body)
    }

    /// A copy of a part.
    package func copy(_ range: Range<Int>) throws(ConversionError) -> LockedBuffer {
        var copy = try ConversionError.buffer(range.count)
        withBytes { bytes in copy.append(copying: bytes.extracting(range)) }
        return copy
    }

    /// A part as text that is not secret; nil when it is not UTF-8.
    package func string(_ range: Range<Int>) -> String? {
        withBytes { bytes in
            guard let text = try? UTF8Span(validating: bytes.extracting(range)) else { return nil }
            return String(copying: text)
        }
    }
}

/// A file that is to be read.
package struct SourceFile: Sendable {
    /// Its name or its path below the directory that was named; a hint and for display, never trusted.
    package let name: String
    /// Its contents.
    package let text: LockedText

    /// It is not to be read itself, but opens others.
    package let isKey: Bool

    /// A file.
    package init(name: String, text: LockedText, isKey: Bool = false) {
        (self.name, self.text, self.isKey) = (name, text, isKey)
    }
}

extension ConversionError {
    /// An empty buffer for up to `capacity` bytes.
    package static func buffer(_ capacity: Int) throws(ConversionError) -> LockedBuffer {
        do throws(MemoryError) {
            return try LockedBuffer(capacity: capacity)
        } catch {
            throw .memory(error)
        }
    }

    /// A copy of bytes, in a buffer that is no longer than they are.
    static func copy(_ bytes: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        var copy = try buffer(bytes.count)
        copy.append(copying: bytes)
        return copy
    }
}

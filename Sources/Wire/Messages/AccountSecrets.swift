/// Where the secrets of an account lie in a body that was read; and how they are written there from where they are.
package struct AccountSecrets: Equatable, Sendable {
    /// The note; UTF-8.
    package private(set) var note = 0..<0
    /// The key.
    package private(set) var key = 0..<0
    /// The PIN.
    package private(set) var pin = 0..<0

    @_lifetime(text: copy text, copy coder)
    mutating func fields<C: Coder & ~Copyable & ~Escapable>(
        _ coder: inout C, in text: inout Span<UInt8>
    ) throws(WireError) {
        try coder.part(&note, of: &text, 0...Limits.note)
        try coder.part(&key, of: &text, 0...Limits.key)
        try coder.part(&pin, of: &text, 0...Limits.pin)
    }

    /// Bytes of secrets of these lengths.
    static func encodedCount(note: Int, key: Int, pin: Int) -> Int { 6 + note + key + pin }

    /// Appends secrets that are here and there.
    static func encode(
        note: Span<UInt8>, key: Span<UInt8>, pin: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try output.appendCounted(note, 0...Limits.note)
        try output.appendCounted(key, 0...Limits.key)
        try output.appendCounted(pin, 0...Limits.pin)
    }
}

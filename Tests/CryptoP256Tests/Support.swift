import Platform
import Testing

@testable import CryptoP256

/// The bytes that hexadecimal digits stand for.
func bytes(_ digits: String) -> [UInt8] {
    let digits = Array(digits.utf8.filter { $0 != 32 && $0 != 10 })
    func value(_ digit: UInt8) -> UInt8 { digit < 58 ? digit - 48 : (digit | 0x20) - 87 }
    return stride(from: 0, to: digits.count, by: 2).map { value(digits[$0]) << 4 | value(digits[$0 + 1]) }
}

func array(_ bytes: [64 of UInt8]) -> [UInt8] { bytes.indices.map { bytes[$0] } }

func array(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }

/// What `body` appends to a locked buffer of `count` bytes.
func gathered(
    _ count: Int, _ body: (inout OutputSpan<UInt8>) throws(CryptoP256Error) -> Void
) throws -> [UInt8] {
    var buffer = try LockedBuffer(capacity: count)
    try buffer.append { (output: inout OutputSpan<UInt8>) throws(CryptoP256Error) in try body(&output) }
    return array(buffer.bytes)
}

func refusal(_ body: () throws(CryptoP256Error) -> Void) -> CryptoP256Error? {
    do { try body() } catch { return error }
    return nil
}

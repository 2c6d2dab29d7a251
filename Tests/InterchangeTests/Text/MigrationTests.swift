import Interchange
import OneTimePassword
import Testing

@Suite struct MigrationTests {
    /// The fields of an account as Google Authenticator writes them.
    private func account(
        _ key: [UInt8], name: String, issuer: String = "", more: [UInt8] = [0x20, 1, 0x28, 1, 0x30, 2]
    )
        -> [UInt8]
    {
        field(1, key) + field(2, Array(name.utf8)) + (issuer.isEmpty ? [] : field(3, Array(issuer.utf8))) + more
    }

    private func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [number << 3 | 2] + varint(UInt64(bytes.count)) + bytes
    }

    private func varint(_ value: UInt64) -> [UInt8] {
        value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
    }

    private func uri(_ accounts: [[UInt8]], index: UInt8 = 0, of size: UInt8 = 1, batch: Int64 = -5) -> String {
        var bytes = accounts.flatMap { field(1, $0) }
        bytes += [0x10, 1, 0x18, size, 0x20, index, 0x28] + varint(UInt64(bitPattern: batch))
        return "otpauth-migration://offline?data=" + base64(bytes)
    }

    private func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var value = 0
            for place in 0..<3 { value = value << 8 | (place < group.count ? Int(group[start + place]) : 0) }
            for place in 0...group.count { text.append(alphabet[value >> (18 - 6 * place) & 63]) }
        }
        return text
    }

    private func names(_ text: String) throws -> CollectingSink { try read(Array(text.utf8)).found }

    @Test("Parts in any order, repeated, of several batches") func order() throws {
        let a = account([0xFB, 0xEF], name: "a")
        let b = account([2], name: "b")
        let c = account([3], name: "c")
        let text = [
            uri([b], index: 1, of: 2), uri([c], batch: 9), uri([a], index: 0, of: 2), uri([b], index: 1, of: 2),
        ].joined(separator: "\n")
        let found = try names(text)
        #expect(found.entries.map(\.name) == ["a", "b", "c"] && found.warnings.isEmpty)
        #expect(found.entries.first?.key == "fbef")
    }

    @Test("Missing parts are named") func missing() throws {
        let one = uri([account([1], name: "a")], index: 1, of: 4)
        #expect(
            try names(one).warnings == [
                "parts 1, 3 and 4 of 4 of the Google Authenticator export are missing; scan every code that it shows"
            ])
        let three = (0..<3).map { uri([account([$0], name: "a")], index: $0, of: 4) }.joined(separator: "\n")
        #expect(
            try names(three).warnings == [
                "part 4 of 4 of the Google Authenticator export is missing; scan every code that it shows"
            ])
    }

    @Test("Hashes, digits, counters and unknown fields") func fields() throws {
        let found = try names(
            uri([
                account(
                    [1], name: "Is: me", issuer: "Is", more: [0x20, 3, 0x28, 2, 0x30, 1, 0x38, 0x80, 1, 0x42, 1, 0]),
                account([1], name: "Other:me"), account([1], name: "none", more: []),
                account([1], name: "md5", more: [0x20, 4]), account([], name: "no key"),
                account([1], name: "kind", more: [0x30, 9]),
                account([1], name: "negative", more: [0x30, 1, 0x38] + varint(.max)),
            ]))
        #expect(found.entries.map(\.issuer) == ["Is", "Other", ""])
        #expect(found.entries.map(\.name) == ["me", "me", "none"])
        let first = try #require(found.entries.first?.parameters)
        #expect(first.algorithm == .sha512 && first.digits == 8 && first.kind == .hotp && first.counter == 128)
        #expect(found.entries[2].parameters?.digits == 6 && found.entries[2].parameters?.kind == .totp)
        #expect(found.problems.map(\.label) == ["md5", "no key", "kind", "negative"])
    }

    @Test("A plus that became a space, percent escapes, and the URL-safe alphabet are read") func plus() throws {
        let plain = uri([account([0xFB, 0xEF, 0xBE, 0xFF], name: "a")])
        for (from, to) in [("+", " "), ("+", "%2B"), ("/", "_"), ("/", "%2f")] {
            #expect(plain.dropFirst(33).contains(from))
            let text =
                "otpauth-migration://offline?data="
                + plain.dropFirst(33).split(separator: from, omittingEmptySubsequences: false).joined(separator: to)
            #expect(try names(text).entries.first?.key == "fbefbeff")
        }
    }

    @Test("Every truncation is an error, or gives what is whole") func truncation() throws {
        let whole = uri([account([1, 2, 3], name: "a")])
        for length in 33..<whole.count - 1 {
            let outcome = Result { try names(String(whole.prefix(length))) }
            if case .success(let found) = outcome {
                #expect(found.entries.count == 1 && found.entries[0].key == "010203")
            }
        }
        #expect(throws: ConversionError.self) { try names("otpauth-migration://offline?data=XXXX") }
        #expect(throws: ConversionError.self) { try names("otpauth-migration://offline?data=") }
    }

    @Test("One broken payload among good ones is a problem") func broken() throws {
        let found = try names("otpauth-migration://offline?data=XXXX\n" + uri([account([1], name: "a")]))
        #expect(found.entries.count == 1 && found.problems.first?.label == "line 1")
    }
}

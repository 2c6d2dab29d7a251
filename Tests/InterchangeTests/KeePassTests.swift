import OneTimePassword
import Platform
import Testing

@testable import Interchange

@Suite struct KeePassTests {
    static let files = [
        KDBXFiles.version3, KDBXFiles.version3Twofish, KDBXFiles.version4Twofish, KDBXFiles.version4ChaCha,
    ]

    private func bytes(_ text: String) throws -> [UInt8] {
        let buffer = try Base64.decode(text.utf8.span)
        let bytes = buffer.bytes
        return bytes.array(0..<bytes.count)
    }

    @Test("Every cipher and version opens", arguments: files)
    func opens(_ file: String) throws {
        let (format, found) = try read(bytes(file), password: "test")
        #expect(format == "keepass")
        #expect(found.entries.map(\.name) == ["first", "mia"])
        #expect(found.entries.map(\.key) == ["48656c6c6f21deadbeef", "3132333435363738393031323334353637383930"])
        #expect(found.entries.last?.parameters?.algorithm == .sha256)
        #expect(found.entries.last?.parameters?.digits == 8)
    }

    @Test("A wrong password is told as one", arguments: files)
    func wrongPassword(_ file: String) throws {
        #expect(throws: ConversionError.wrongPassword) { try read(bytes(file), password: "Test") }
        #expect(throws: ConversionError.passwordNeeded) { try read(bytes(file)) }
    }

    @Test("A file that is cut off anywhere gives nothing", arguments: files)
    func cutOff(_ file: String) throws {
        let whole = try bytes(file)
        for part in 1..<64 {
            #expect(throws: ConversionError.self, "\(part)/64") {
                try read(Array(whole.prefix(whole.count * part / 64)), password: "test")
            }
        }
    }

    @Test("A changed octet gives nothing", arguments: files)
    func changed(_ file: String) throws {
        let whole = try bytes(file)
        for part in 0..<32 {
            var changed = whole
            changed[whole.count * part / 32] ^= 0x10
            // What stands in front of the compressed contents of version 3.1 is not authenticated: the time in gzip's
            // header, the end marks.
            let found = try? read(changed, password: "test").found.entries.map(\.key)
            #expect(found == nil || found?.count == 2, "octet \(whole.count * part / 32)")
        }
    }

    @Test("Costs over their bounds are refused before a password is asked for") func costs() throws {
        // The rounds of version 3.1 stand behind two seeds, in a field of eight bytes with the number 6.
        var file = try bytes(KDBXFiles.version3)
        let field: [UInt8] = [6, 8, 0, 0xF4, 1, 0, 0, 0, 0, 0, 0]
        let start = try #require(file.indices.first { file[$0...].starts(with: field) })
        file[start + 8] = 1
        #expect(throws: ConversionError.tooExpensive) { try read(file) }
    }

    @Test("A version that is not known is refused") func version() throws {
        var file = try bytes(KDBXFiles.version4ChaCha)
        file[10] = 5
        #expect(throws: ConversionError.version("5.0")) { try read(file) }
    }
}

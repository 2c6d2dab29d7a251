import OneTimePassword
import Platform
import Testing
import Wire

@testable import Interchange

@Suite struct PropertyListTests {
    /// Folders of OTP Auth with one account in them.
    private let whole: [UInt8]

    init() throws {
        let path = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
        whole = try Fixtures.bytes(at: "\(path)/Fuzz/seeds/archived-objects.bplist")
    }

    private func accounts(_ bytes: [UInt8]) throws -> CollectingSink {
        let sink = CollectingSink()
        try OTPAuthReader.read(ArchivedObject(LockedText(locked(bytes))), to: sink)
        return sink
    }

    @Test("An account with its folder, in UTF-16") func account() throws {
        let entry = try #require(try accounts(whole).entries.first)
        #expect(entry.issuer == "Issuer" && entry.name == "me" && entry.tags == ["W\u{F6}rk"])
        #expect(entry.key == "3132333435363738393031323334353637383930")
        let parameters = try #require(entry.parameters)
        #expect(parameters.algorithm == .sha256 && parameters.digits == 8 && parameters.period == 60)
        #expect(parameters.start == 0)
    }

    @Test("Cut off anywhere, and with any byte changed, it is an error or nothing that is not there") func damaged()
        throws
    {
        for length in 0..<whole.count {
            #expect(throws: ConversionError.self) { try accounts(Array(whole[..<length])) }
        }
        for index in whole.indices {
            var changed = whole
            changed[index] ^= 0xFF
            if let found = try? accounts(changed) { #expect(found.entries.count <= 1) }
        }
    }
}

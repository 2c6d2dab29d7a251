import OneTimePassword
import Testing
import Wire

@testable import Agent

/// What a request leaves out is refused, and nothing stands in for it.
@Suite struct CredentialTests {
    private func refusal(_ credential: Wire.Credential) -> Refusal? {
        do throws(Refusal) { _ = try Parameters(credential) } catch { return error }
        return nil
    }

    @Test func `TOTP without an algorithm is malformed`() throws {
        let refused = try #require(
            refusal(Wire.Credential(kind: .totp, algorithm: .none, digits: 6, period: 30)))
        #expect(refused.code == .usage && refused.text.contains("algorithm"))
    }

    @Test func `TOTP without a period is malformed`() throws {
        let refused = try #require(
            refusal(Wire.Credential(kind: .totp, algorithm: .sha1, digits: 6, period: 0)))
        #expect(refused.code == .usage && refused.text.contains("period"))
    }

    @Test func `HOTP needs an algorithm and no period`() throws {
        let refused = try #require(
            refusal(Wire.Credential(kind: .hotp, algorithm: .none, digits: 6, period: 0)))
        #expect(refused.code == .usage && refused.text.contains("algorithm"))
        let parameters = try Parameters(
            Wire.Credential(kind: .hotp, algorithm: .sha256, digits: 7, period: 0, counter: 5))
        #expect(try parameters == Parameters(kind: .hotp, algorithm: .sha256, digits: 7, counter: 5))
    }

    @Test(arguments: [CredentialKind.steam, .motp, .yandex])
    func `a kind without a choice needs neither`(_ kind: CredentialKind) throws {
        let parameters = try #require(
            try Parameters(Wire.Credential(kind: kind, algorithm: .none, digits: 0, period: 0)))
        let onWire = Wire.Credential(parameters)
        #expect(onWire.kind == kind && onWire.algorithm != .none && onWire.period != 0)
    }

    @Test func `no credential is none, both ways`() throws {
        let none = Wire.Credential(kind: .none, algorithm: .none, digits: 0, period: 0)
        #expect(try Parameters(none) == nil)
        #expect(Wire.Credential(nil as Parameters?) == none)
    }

    @Test(arguments: [Algorithm.sha1, .sha256, .sha512])
    func `a TOTP comes back as it was sent`(_ algorithm: Algorithm) throws {
        let sent = Wire.Credential(kind: .totp, algorithm: algorithm, digits: 8, period: 60, start: 7)
        #expect(try Wire.Credential(Parameters(sent)) == sent)
    }

    @Test func `an OCRA account comes back with what its suite says`() throws {
        let suite = "OCRA-1:HOTP-SHA256-8:C-QN08"
        let parameters = try Parameters(
            Wire.Credential(kind: .ocra, algorithm: .none, digits: 0, period: 0, counter: 3, ocraSuite: suite))
        let onWire = Wire.Credential(parameters)
        #expect(onWire.algorithm == .sha256 && onWire.digits == 8 && onWire.counter == 3 && onWire.ocraSuite == suite)
    }
}

import OneTimePassword
import Testing
import Wire

@testable import Agent

/// What a request leaves out is refused, and nothing stands in for it.
@Suite struct CredentialTests {
    private func refusal(_ credential: Model.Credential) -> Refusal? {
        do throws(Refusal) { _ = try Refusal.parameters(credential) } catch { return error }
        return nil
    }

    @Test func `TOTP without an algorithm is malformed`() throws {
        let refused = try #require(
            refusal(Model.Credential(kind: .totp, algorithm: nil, digits: 6, period: 30)))
        #expect(refused.code == .usage && refused.text.text.contains("algorithm"))
    }

    @Test func `TOTP without a period is malformed`() throws {
        let refused = try #require(
            refusal(Model.Credential(kind: .totp, algorithm: .sha1, digits: 6, period: 0)))
        #expect(refused.code == .usage && refused.text.text.contains("period"))
    }

    @Test func `HOTP needs an algorithm and no period`() throws {
        let refused = try #require(
            refusal(Model.Credential(kind: .hotp, algorithm: nil, digits: 6, period: 0)))
        #expect(refused.code == .usage && refused.text.text.contains("algorithm"))
        let parameters = try Parameters(
            Model.Credential(kind: .hotp, algorithm: .sha256, digits: 7, period: 0, counter: 5))
        #expect(try parameters == Parameters(kind: .hotp, algorithm: .sha256, digits: 7, counter: 5))
    }

    @Test(arguments: [CredentialKind.steam, .motp, .yandex])
    func `a kind without a choice needs neither`(_ kind: CredentialKind) throws {
        let parameters = try #require(
            try Parameters(Model.Credential(kind: kind, algorithm: nil, digits: 0, period: 0)))
        let onWire = Model.Credential(parameters)
        #expect(onWire.kind == kind && onWire.algorithm != nil && onWire.period != 0)
    }

    @Test func `no credential is none, both ways`() throws {
        let none = Model.Credential(kind: nil, algorithm: nil, digits: 0, period: 0)
        #expect(try Parameters(none) == nil)
        #expect(Model.Credential(nil as Parameters?) == none)
    }

    @Test(arguments: [HashAlgorithm.sha1, .sha256, .sha512])
    func `a TOTP comes back as it was sent`(_ algorithm: HashAlgorithm) throws {
        let sent = Model.Credential(kind: .totp, algorithm: algorithm, digits: 8, period: 60, start: 7)
        #expect(try Model.Credential(Parameters(sent)) == sent)
    }

    @Test func `an OCRA account comes back with what its suite says`() throws {
        let suite = "OCRA-1:HOTP-SHA256-8:C-QN08"
        let parameters = try Parameters(
            Model.Credential(kind: .ocra, algorithm: nil, digits: 0, period: 0, counter: 3, ocraSuite: suite))
        let onWire = Model.Credential(parameters)
        #expect(onWire.algorithm == .sha256 && onWire.digits == 8 && onWire.counter == 3 && onWire.ocraSuite == suite)
    }
}

import OneTimePassword
import Platform
import Vault
import Wire

// VERIFY: the new key of an account that a backup could not bring along.
extension Agent {
    func verify(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(VerifyRequest.self, body)
        let account = try find(request.selector, in: use().contents)
        try checkRoom()
        guard account.state == .needsVerification else { throw .isVerified }
        guard let parameters = try Parameters(request.credential) else { throw .noCredential }
        let key = request.key
        let pin = request.pin
        do { try parameters.check(key: key) } catch { throw Refusal(error) }
        let utc = utc
        try change(for: connection, id) { (contents: inout Contents) throws(VaultError) in
            try contents.verify(account.id, parameters, key: key, pin: pin, at: utc)
        } then: { [unowned self] _, requester in
            log(.verified, account.id.onWire, outcome: .done, by: server.connection(requester.connection))
            reply(OKReply(), to: requester)
        }
    }
}

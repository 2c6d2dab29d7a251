import OneTimePassword
import Platform
import Vault
import Wire

// VERIFY: the new key of an account that a backup could not bring along.
extension Agent {
    func verify(_ request: VerifyRequest, _ call: Call) throws(Refusal) {
        let account = try find(request.selector, in: use().contents)
        try checkRoom()
        guard account.state == .needsVerification else { throw .isVerified }
        guard let parameters = try Refusal.parameters(request.credential) else { throw .noCredential }
        let key = request.key
        let pin = request.pin
        do { try parameters.check(key: key) } catch { throw Refusal(error) }
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            try contents.verify(account.id, parameters, key: key, pin: pin, at: utc)
        } then: { [unowned self] _, requester in
            log(.verified, account.id, outcome: .done, by: requester)
            reply(OKReply(), to: requester)
        }
    }
}

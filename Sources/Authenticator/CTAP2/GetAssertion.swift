import CBOR
import Wire

extension CTAP2 {
    /// authenticatorGetAssertion (CTAP 2.1, section 6.2).
    func getAssertion<Link: AgentLink & ~Copyable>(
        _ parameters: Parameters, link: inout Link
    ) throws(CommandFailure) -> KeyAssertionReply {
        let site = try parameters.requiredText(1)
        let clientDataHash = try parameters.clientDataHash(2)
        guard 1...Limits.site ~= site.utf8.count else { throw .status(.invalidParameter) }
        let allowed = try parameters.descriptors(3)
        let extensions = try parameters.map(4) ?? Parameters([:])
        let options = try parameters.map(5) ?? Parameters([:])
        if parameters.map[6] == .bytes([]) { throw try choose(link: &link) }
        let authentication = try parameters.authentication(6, version: 7)
        guard try options.flag("rk") == nil else { throw .status(.unsupportedOption) }
        var flags: KeyUseFlags = try options.flag("up") == false ? [] : .presence
        if try options.flag("uv") == true, authentication == nil {
            guard profile.verifies, try pinState(link: &link).canVerify else { throw .status(.invalidOption) }
            flags.insert(.verification)
        }
        if try extensions.flag("credBlob") == true { flags.insert(.blob) }
        let hmacSecret = try Self.hmacSecret(extensions)
        // The secret is not for those who do not show themselves.
        guard hmacSecret == nil || flags.contains(.presence) else { throw .status(.unsupportedOption) }
        // Nothing is signed unasked for who does not name the key, nor for ssh: that would tell which keys there are.
        let isSilent = !flags.contains(.presence) && !flags.contains(.verification)
        guard !isSilent || allowed != nil && !site.hasPrefix(SSHKey.applicationPrefix) else {
            throw .status(.unsupportedOption)
        }
        // A list of which nothing is left is not the same as none. Clients take the answer for one of a person.
        if let allowed, allowed.isEmpty {
            if flags.contains(.presence) {
                let _: OKReply = try link.ask(
                    KeyPresenceRequest(site: site, requester: requester), .userPresenceNeeded)
            }
            throw .status(.noCredentials)
        }
        return try link.ask(
            KeyAssertRequest(
                .ctap, site: site, clientDataHash: clientDataHash, allowed: allowed ?? [], flags: flags,
                hmacSecret: hmacSecret, authentication: authentication, requester: requester),
            flags.isEmpty || flags == .blob ? .processing : .userPresenceNeeded)
    }

    private static func hmacSecret(_ extensions: Parameters) throws(CommandFailure) -> HmacSecretInput? {
        guard let input = try extensions.map("hmac-secret") else { return nil }
        let version = input.map[4] == nil ? PinProtocolNumber.one : try input.pinProtocol(4)
        let (key, salts) = (try input.agreementKey(1), try input.requiredBytes(2))
        let authentication = try input.requiredBytes(3)
        // One salt or two, behind an initialisation vector with the second protocol.
        guard [32, 64].contains(salts.count - (version == .two ? 16 : 0)) else { throw .status(.invalidLength) }
        guard authentication.count <= Limits.pinAuthentication else { throw .status(.pinAuthInvalid) }
        return HmacSecretInput(version, platformKey: key, salts: salts, authentication: authentication)
    }

    /// The answer to getAssertion or getNextAssertion.
    func assertion(_ reply: KeyAssertionReply, isFirst: Bool) -> CBORMap {
        var answer: CBORMap = [
            1: .map(["id": .bytes(reply.credential), "type": .text("public-key")]),
            2: .bytes(reply.authenticatorData), 3: .bytes(reply.signature),
        ]
        if !reply.userHandle.isEmpty {
            var user = Self.user(reply.userHandle, name: reply.userName, displayName: reply.displayName)
            if !reply.userName.isEmpty, let icon = icons[reply.credential] { user["icon"] = .text(icon) }
            answer[4] = .map(user)
        }
        if isFirst, reply.count > 1 { answer[5] = .unsigned(UInt64(reply.count)) }
        return answer
    }

    /// A user (PublicKeyCredentialUserEntity), without the names that are empty.
    static func user(_ handle: [UInt8], name: String, displayName: String) -> CBORMap {
        var user: CBORMap = ["id": .bytes(handle)]
        if !name.isEmpty { user["name"] = .text(name) }
        if !displayName.isEmpty { user["displayName"] = .text(displayName) }
        return user
    }
}

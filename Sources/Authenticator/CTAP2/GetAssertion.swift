import CBOR
import Wire

extension CTAP2 {
    /// authenticatorGetAssertion (CTAP 2.1, section 6.2).
    func getAssertion<Link: AgentLink & ~Copyable>(
        _ parameters: Parameters, link: inout Link
    ) throws(CommandFailure) -> (reply: KeyAssertionReply, wantsLargeBlobKey: Bool) {
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
        // Section 6.2.2, step 5: who asks for nothing is verified all the same.
        if flags == .presence, authentication == nil, profile.verifies, try configuration(link: &link).alwaysVerifies {
            flags.insert(.verification)
        }
        if try extensions.flag("credBlob") == true { flags.insert(.blob) }
        if try extensions.flag("thirdPartyPayment") == true { flags.insert(.thirdPartyPayment) }
        let wantsLargeBlobKey = try extensions.wantsLargeBlobKey()
        if wantsLargeBlobKey { flags.insert(.largeBlobKey) }
        let hmacSecret = try extensions.hmacSecret("hmac-secret")
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
        let reply: KeyAssertionReply = try link.ask(
            KeyAssertRequest(
                .ctap, site: site, clientDataHash: clientDataHash, allowed: allowed ?? [], flags: flags,
                hmacSecret: hmacSecret, authentication: authentication, requester: requester),
            flags.isDisjoint(with: [.presence, .verification]) ? .processing : .userPresenceNeeded)
        return (reply, wantsLargeBlobKey)
    }

    /// The answer to getAssertion or getNextAssertion.
    func assertion<Link: AgentLink & ~Copyable>(
        _ reply: KeyAssertionReply, isFirst: Bool, wantsLargeBlobKey: Bool, link: inout Link
    ) throws(CommandFailure) -> CBORMap {
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
        if wantsLargeBlobKey { answer[7] = try largeBlobKey(link: &link).map { .bytes($0) } }
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

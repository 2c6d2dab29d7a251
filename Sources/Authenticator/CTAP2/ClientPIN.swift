import CBOR
import Wire

extension CTAP2 {
    private enum Subcommand: Int {
        case getPINRetries = 1
        case getKeyAgreement = 2
        case setPIN = 3
        case changePIN = 4
        case getPINToken = 5
        case getTokenUsingVerification = 6
        case getVerificationRetries = 7
        case getTokenUsingPIN = 9
    }

    /// authenticatorClientPIN (CTAP 2.1, section 6.5). All that is secret passes through encrypted.
    mutating func clientPIN<Link: AgentLink & ~Copyable>(
        _ parameters: Parameters, link: inout Link
    ) throws(CommandFailure) -> CBORMap? {
        guard let subcommand = Subcommand(rawValue: try parameters.requiredNumber(2)) else {
            throw .status(.invalidSubcommand)
        }
        switch subcommand {
        case .getPINRetries:
            let state = try pinState(link: &link)
            guard state.isSet else { throw .status(.pinNotSet) }
            return [3: .unsigned(UInt64(state.retries)), 4: .bool(state.isPaused)]
        case .getVerificationRetries:
            guard profile.verifies, try pinState(link: &link).canVerify else { throw .status(.invalidSubcommand) }
            // The passphrase is asked for by the agent, which slows down guessing by itself.
            return [5: .unsigned(1)]
        case .getKeyAgreement:
            let reply: PinAgreementReply = try link.ask(PinAgreementRequest(try parameters.pinProtocol(1)))
            return [1: .map(Self.agreementKey(reply.publicKey))]
        case .setPIN:
            let request = PinSetRequest(
                try parameters.pinProtocol(1), platformKey: try parameters.agreementKey(3),
                newPin: try encrypted(parameters, 5), authentication: try parameter(parameters))
            // The first PIN needs the owner's yes: from then on it stands for the owner.
            let _: OKReply = try link.ask(request, .userPresenceNeeded)
            return nil
        case .changePIN:
            let request = PinChangeRequest(
                try parameters.pinProtocol(1), platformKey: try parameters.agreementKey(3),
                oldHash: try encrypted(parameters, 6), newPin: try encrypted(parameters, 5),
                authentication: try parameter(parameters))
            let _: OKReply = try link.ask(request)
            return nil
        case .getPINToken:
            guard parameters.map[9] == nil, parameters.map[10] == nil else { throw .status(.invalidParameter) }
            return try pinToken(parameters, permissions: [], site: "", link: &link)
        case .getTokenUsingPIN:
            let (permissions, site) = try permissions(parameters)
            return try pinToken(parameters, permissions: permissions, site: site, link: &link)
        case .getTokenUsingVerification:
            guard profile.verifies, try pinState(link: &link).canVerify else { throw .status(.invalidSubcommand) }
            let (permissions, site) = try permissions(parameters)
            let request = VerificationTokenRequest(
                try parameters.pinProtocol(1), platformKey: try parameters.agreementKey(3), permissions: permissions,
                site: site, requester: requester)
            let reply: PinTokenReply = try link.ask(request, .userPresenceNeeded)
            tokenSite = site
            return [2: .bytes(reply.token)]
        }
    }

    private mutating func pinToken<Link: AgentLink & ~Copyable>(
        _ parameters: Parameters, permissions: TokenPermissions, site: String, link: inout Link
    ) throws(CommandFailure) -> CBORMap {
        let request = PinTokenRequest(
            try parameters.pinProtocol(1), platformKey: try parameters.agreementKey(3),
            pinHash: try encrypted(parameters, 6), permissions: permissions, site: site)
        let reply: PinTokenReply = try link.ask(request)
        tokenSite = site
        return [2: .bytes(reply.token)]
    }

    private func permissions(_ parameters: Parameters) throws(CommandFailure) -> (TokenPermissions, String) {
        guard let byte = UInt8(exactly: try parameters.requiredNumber(9)), byte != 0 else {
            throw .status(.invalidParameter)
        }
        let permissions = TokenPermissions(rawValue: byte)
        let site = try parameters.text(10) ?? ""
        guard site.utf8.count <= Limits.site else { throw .status(.invalidParameter) }
        if !permissions.isDisjoint(with: [.makeCredential, .getAssertion]), site.isEmpty {
            throw .status(.missingParameter)
        }
        return (permissions, site)
    }

    private func encrypted(_ parameters: Parameters, _ key: CBORKey) throws(CommandFailure) -> [UInt8] {
        let bytes = try parameters.requiredBytes(key)
        guard bytes.count <= Limits.pinEncrypted else { throw .status(.pinPolicyViolation) }
        return bytes
    }

    private func parameter(_ parameters: Parameters) throws(CommandFailure) -> [UInt8] {
        let bytes = try parameters.requiredBytes(4)
        guard bytes.count <= Limits.pinAuthentication else { throw .status(.pinAuthInvalid) }
        return bytes
    }

    /// A key for an agreement as COSE writes it.
    static func agreementKey(_ key: [UInt8]) -> CBORMap {
        // ECDH-ES + HKDF-256 is what CTAP calls the algorithm, though it derives otherwise.
        [
            1: .unsigned(2), 3: .integer(-25), -1: .unsigned(1), -2: .bytes(Array(key[..<32])),
            -3: .bytes(Array(key[32...])),
        ]
    }
}

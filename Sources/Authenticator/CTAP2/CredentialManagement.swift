import CBOR
import Platform
import Wire

/// What is left of a list that a client asks for piece by piece.
struct Enumeration: Sendable {
    /// Who has asked for its first piece.
    var channel: UInt32?
    var sites: [CBORMap] = []
    var credentials: [KeyEntry] = []
}

extension CTAP2 {
    private enum Subcommand: Int {
        case getCredsMetadata = 1
        case enumerateRPsBegin = 2
        case enumerateRPsGetNextRP = 3
        case enumerateCredentialsBegin = 4
        case enumerateCredentialsGetNextCredential = 5
        case deleteCredential = 6
        case updateUserInformation = 7
    }

    /// authenticatorCredentialManagement (CTAP 2.1, section 6.8): discoverable keys only, and none of scripts.
    mutating func manageCredentials<Link: AgentLink & ~Copyable>(
        _ parameters: Parameters, channel: UInt32, link: inout Link
    ) throws(CommandFailure) -> CBORMap? {
        let subcommand = Subcommand(rawValue: try parameters.requiredNumber(1))
        let begun = enumeration
        enumeration = Enumeration()
        switch subcommand {
        case nil: throw .status(.invalidSubcommand)
        case .getCredsMetadata:
            try verify(parameters, .persistentList, site: "", link: &link)
            let state = try pinState(link: &link)
            return [1: .unsigned(UInt64(state.discoverable)), 2: .unsigned(UInt64(state.room))]
        case .enumerateRPsBegin:
            try verify(parameters, .persistentList, site: "", link: &link)
            let sites = Self.sites(of: try entries(link: &link))
            return try next(.init(channel: channel, sites: sites), total: 5, link: &link)
        case .enumerateRPsGetNextRP, .enumerateCredentialsGetNextCredential:
            guard begun.channel == channel else { throw .status(.notAllowed) }
            guard begun.sites.isEmpty == (subcommand == .enumerateCredentialsGetNextCredential) else {
                throw .status(.notAllowed)
            }
            return try next(begun, total: nil, link: &link)
        case .enumerateCredentialsBegin:
            let hash = try parameters.requiredMap(2).requiredBytes(1)
            let found = try entries(link: &link).filter { Self.hash($0.site) == hash }
            // That a site has no keys is told by a token for that site too.
            let site = found.first?.site ?? (Self.hash(tokenSite) == hash ? tokenSite : "")
            try verify(parameters, .persistentList, site: site, link: &link)
            return try next(.init(channel: channel, credentials: found), total: 9, link: &link)
        case .deleteCredential:
            let entry = try entry(parameters, link: &link)
            let _: OKReply = try link.ask(KeyRemoveRequest(.record(entry.record)))
            return nil
        case .updateUserInformation:
            let entry = try entry(parameters, link: &link)
            let user = try parameters.requiredMap(2).requiredMap(3)
            guard try user.requiredBytes("id") == entry.userHandle else { throw .status(.invalidParameter) }
            var edit = KeyEditRequest(.record(entry.record))
            edit.userName = Text.clipped(try user.text("name") ?? "", to: Limits.keyName)
            edit.displayName = Text.clipped(try user.text("displayName") ?? "", to: Limits.keyName)
            let _: OKReply = try link.ask(edit)
            return nil
        }
    }

    /// The first piece of what is left; `total` is where its count belongs in the answer.
    private mutating func next<Link: AgentLink & ~Copyable>(
        _ left: Enumeration, total: CBORKey?, link: inout Link
    ) throws(CommandFailure) -> CBORMap {
        var left = left
        let count = left.sites.count + left.credentials.count
        guard count > 0 else { throw .status(total == nil ? .notAllowed : .noCredentials) }
        var piece: CBORMap
        if left.sites.isEmpty {
            let entry = left.credentials.removeFirst()
            piece = Self.credential(entry)
            // Clients remove the blobs that no key of the list reads.
            if entry.hasLargeBlobKey, let key = try largeBlobKey(of: entry.credential, link: &link) {
                piece[11] = .bytes(key)
            }
        } else {
            piece = left.sites.removeFirst()
        }
        if let total { piece[total] = .unsigned(UInt64(count)) }
        if count > 1 { enumeration = left }
        return piece
    }

    /// Asks the agent whether the client's token allows what it asks for.
    private func verify<Link: AgentLink & ~Copyable>(
        _ parameters: Parameters, _ permission: TokenPermissions = .credentialManagement, site: String, link: inout Link
    ) throws(CommandFailure) {
        guard parameters.map[4] != nil else { throw .status(.verificationRequired) }
        guard let authentication = try parameters.authentication(4, version: 3) else { return }
        // The client has authenticated the bytes that it sent, which are canonical, so that these are the same.
        var message = [UInt8(truncatingIfNeeded: try parameters.requiredNumber(1))]
        if let arguments = parameters.map[2] { message += CBORWriter.write(arguments) }
        guard message.count <= Limits.tokenMessage else { throw .status(.pinAuthInvalid) }
        let _: OKReply = try link.ask(
            TokenVerifyRequest(permission, site: site, message: message, authentication: authentication))
    }

    // MARK: - The agent's list

    /// All discoverable keys, oldest first.
    private func entries<Link: AgentLink & ~Copyable>(link: inout Link) throws(CommandFailure) -> [KeyEntry] {
        var entries: [KeyEntry] = []
        var page: KeysReply = try link.ask(KeyListRequest())
        let revision = page.revision
        while true {
            entries += page.keys
            guard page.next != 0 else { break }
            page = try link.ask(KeyListRequest(start: page.next))
            guard page.revision == revision else { throw .status(.other) }
        }
        return entries.reversed().filter {
            $0.flags.contains(.discoverable) && !$0.flags.contains(.needsVerification) && !$0.site.hasPrefix("fob:")
        }
    }

    /// The key that a command is about, which the client may change.
    private func entry<Link: AgentLink & ~Copyable>(
        _ parameters: Parameters, link: inout Link
    ) throws(CommandFailure) -> KeyEntry {
        let id = try parameters.requiredMap(2).requiredMap(2).requiredBytes("id")
        let found = try entries(link: &link).first { $0.credential == id }
        try verify(parameters, site: found?.site ?? tokenSite, link: &link)
        guard let found else { throw .status(.noCredentials) }
        return found
    }

    private static func hash(_ site: String) -> [UInt8] { Sodium.sha256(site.utf8Span.span).span.array }

    /// Each site once, in the order of its first key.
    private static func sites(of entries: [KeyEntry]) -> [CBORMap] {
        var seen: Set<String> = []
        return entries.filter { seen.insert($0.site).inserted }.map { entry in
            var site: CBORMap = ["id": .text(entry.site)]
            if !entry.siteName.isEmpty { site["name"] = .text(entry.siteName) }
            return [3: .map(site), 4: .bytes(hash(entry.site))]
        }
    }

    private static func credential(_ entry: KeyEntry) -> CBORMap {
        var credential: CBORMap = [
            6: .map(user(entry.userHandle, name: entry.userName, displayName: entry.displayName)),
            7: .map(["id": .bytes(entry.credential), "type": .text("public-key")]),
            8: .map(publicKey(entry)), 10: .unsigned(UInt64(entry.protection)),
        ]
        if entry.flags.contains(.thirdPartyPayment) { credential[12] = .bool(true) }
        return credential
    }

    /// A public key as COSE writes it (RFC 9053, section 7).
    private static func publicKey(_ entry: KeyEntry) -> CBORMap {
        let number = entry.algorithm.numbers[entry.flags.contains(.fullySpecified) ? 1 : 0]
        return switch entry.algorithm {
        case .es256:
            [
                1: .unsigned(2), 3: .integer(number), -1: .unsigned(1),
                -2: .bytes(Array(entry.publicKey[..<32])), -3: .bytes(Array(entry.publicKey[32...])),
            ]
        case .edDSA:
            [
                1: .unsigned(1), 3: .integer(number), -1: .unsigned(6),
                -2: .bytes(entry.publicKey),
            ]
        }
    }
}

import Testing
import Wire

/// The messages about security keys, at their limits and beyond.
@Suite struct KeyTests {
    private func check<M: PlainMessage>(_ message: M, location: SourceLocation = #_sourceLocation) throws {
        let body = try encoded(message)
        #expect(body.count == message.encodedCount, sourceLocation: location)
        #expect(try M(from: body.span) == message, sourceLocation: location)
        #expect(body.count <= Limits.body, sourceLocation: location)
    }

    private func unsendable(
        _ message: some PlainMessage, _ error: WireError, location: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: error, sourceLocation: location) { try encoded(message) }
    }

    private func some(_ count: Int) -> [UInt8] { Array(repeating: 0xA5, count: count) }
    private let requester = KeyRequester(processID: .max, dataName: Sample.text(Limits.keyName))
    private var recentUnlock: PinAuthentication { PinAuthentication(.two, some(Limits.pinAuthentication)) }
    private var ids: [[UInt8]] { Array(repeating: some(Limits.keyID), count: Limits.keyIDs) }

    private var largest: NewKey {
        var key = NewKey(
            .ssh, site: Sample.text(Limits.site),
            algorithms: Array(repeating: .edDSA, count: Limits.keyAlgorithms))
        (key.kind, key.flags, key.protection) = (.deviceBound, .known, 3)
        key.siteName = Sample.text(Limits.keyName)
        key.userHandle = some(Limits.userHandle)
        key.userName = Sample.text(Limits.keyName)
        key.displayName = Sample.text(Limits.keyName)
        key.clientData = some(Limits.keyData)
        key.excluded = ids
        key.blob = some(Limits.keyBlob)
        (key.authentication, key.requester, key.account) = (recentUnlock, requester, Sample.id)
        return key
    }

    @Test func `a key is asked for and made`() throws {
        for transport in KeyTransport.allCases {
            try check(KeyCreateRequest(NewKey(transport, site: "", algorithms: [])))
        }
        try check(KeyCreateRequest(largest))
        for algorithm in KeyAlgorithm.allCases {
            try check(
                KeyCreatedReply(
                    credential: some(32), record: Sample.id, account: Sample.id, algorithm: algorithm,
                    publicKey: some(algorithm.publicKeyCount), flags: 0x5D, counter: .max,
                    authenticatorData: some(Limits.authenticatorData), signature: some(Limits.signature),
                    certificate: some(Limits.certificate)))
        }
    }

    @Test func `what no agent would take is not sent`() {
        var key = largest
        key.protection = 4
        unsendable(KeyCreateRequest(key), .outOfRange)
        key = largest
        key.clientData = some(Limits.keyData + 1)
        unsendable(KeyCreateRequest(key), .tooLong)
        key = largest
        key.excluded.append([1])
        unsendable(KeyCreateRequest(key), .tooLong)
        key = largest
        key.excluded = [[]]
        unsendable(KeyCreateRequest(key), .outOfRange)
        unsendable(KeyEditRequest(.credential([1])), .outOfRange)
        unsendable(KeyRemoveRequest(.credential([])), .outOfRange)
        unsendable(PinAgreementReply(publicKey: some(63)), .outOfRange)
        unsendable(KeySignatureReply(flags: 1, counter: 1, signature: some(63)), .outOfRange)
        unsendable(
            KeyAssertRequest(
                .ctap, site: "", clientDataHash: Digest(.init(repeating: 0)), flags: KeyUseFlags(rawValue: 32)),
            .unknownValue)
        var entry = self.entry
        entry.protection = 0
        unsendable(KeysReply(revision: 0, next: 0, keys: [entry]), .outOfRange)
    }

    @Test func `a key is synced or device-bound`() throws {
        var body = try encoded(KeysReply(revision: 0, next: 0, keys: [entry]))
        let kind = 14 + 16 + 34 + 16 + 2 + Limits.site + 2 + Limits.keyName
        #expect(body[kind] == KeyKind.synced.rawValue)
        for (byte, error) in [(0, WireError.unknownValue), (3, .unknownValue), (2, nil)] as [(UInt8, WireError?)] {
            body[kind] = byte
            #expect(refusal(of: body) == error)
        }
    }

    private func refusal(of body: [UInt8]) -> WireError? {
        do {
            _ = try KeysReply(from: body.span)
            return nil
        } catch { return error }
    }

    @Test func `signatures are asked for and made`() throws {
        let digest = Digest(.init { UInt8($0) })
        try check(KeyAssertRequest(.u2f, site: "", clientDataHash: digest))
        try check(
            KeyAssertRequest(
                .ctap, site: Sample.text(Limits.site), clientDataHash: digest, allowed: ids, flags: .known,
                hmacSecret: HmacSecretInput(
                    .one, platformKey: some(64), salts: some(Limits.pinEncrypted), authentication: some(32)),
                authentication: recentUnlock, requester: requester))
        try check(KeyNextRequest())
        try check(
            KeyAssertionReply(
                credential: some(Limits.keyID), authenticatorData: some(Limits.authenticatorData),
                signature: some(Limits.signature), userHandle: some(Limits.userHandle),
                userName: Sample.text(Limits.keyName), displayName: Sample.text(Limits.keyName), count: .max))
        try check(KeySignatureReply(flags: 0xFF, counter: .max, signature: some(64)))
        try check(KeyPresenceRequest(site: Sample.text(Limits.site), requester: requester))
        try check(CancelRequest(.max))
    }

    @Test func `the data of KEY_SIGN lies where the message says`() throws {
        let data = some(Limits.keyData)
        let body = try encoded(
            KeySignRequest(.ssh, site: "ssh:", credential: [7], data: data.span, requester: requester))
        let request = try KeySignRequest(from: body.span)
        #expect(Array(copying: request.data) == data)
        #expect(request.requester == requester && request.credential == [7])
        #expect(throws: WireError.unknownValue) {
            try encoded(
                KeySignRequest(
                    .ssh, site: "ssh:", credential: [7], data: data.span, flags: .blob, requester: requester))
        }
    }

    private var entry: KeyEntry {
        var entry = KeyEntry(
            record: Sample.id, credential: some(32), account: Sample.id, site: Sample.text(Limits.site),
            kind: .synced, algorithm: .es256, publicKey: some(64))
        (entry.protection, entry.userHandle, entry.hasBlob) = (3, some(Limits.userHandle), true)
        entry.flags = [.discoverable, .hmacSecret, .alwaysVerify, .noTouch, .backedUp, .needsVerification]
        (entry.siteName, entry.userName) = (Sample.text(Limits.keyName), Sample.text(Limits.keyName))
        (entry.displayName, entry.label) = (Sample.text(Limits.keyName), Sample.text(Limits.keyName))
        (entry.created, entry.lastUsed, entry.removed, entry.counter) = (.max, .max, .max, .max)
        entry.hosts = .only([host])
        return entry
    }

    private var host: HostLimit {
        let hash = some(HostLimit.hashCount)
        return HostLimit(
            from: Array(repeating: hash, count: Limits.hostKeys), to: Array(repeating: hash, count: Limits.hostKeys),
            user: Sample.text(Limits.keyName - 1), name: Sample.text(Limits.keyName))
    }

    @Test func `keys are listed and changed`() throws {
        for filter in [KeyFilter.all, .prefix("ssh:"), .site(Sample.text(Limits.site))] {
            try check(KeyListRequest(filter, withTrash: true, start: .max))
        }
        try check(KeysReply(revision: .max, next: 1, keys: [entry, entry]))
        for mask in 1..<128 where mask & 96 != 96 {
            var edit = KeyEditRequest(.record(Sample.id))
            if mask & 1 != 0 { edit.label = "" }
            if mask & 2 != 0 { edit.userName = "a" }
            if mask & 4 != 0 { edit.displayName = Sample.text(Limits.keyName) }
            edit.isRestored = mask & 8 != 0
            if mask & 16 != 0 { edit.isVerified = mask & 1 != 0 }
            if mask & 32 != 0 { edit.hosts = .only(mask & 2 != 0 ? [host, host] : []) }
            if mask & 64 != 0 { edit.hosts = .any }
            try check(edit)
        }
        try check(KeyRemoveRequest(.credential(some(Limits.keyID))))
        try check(KeyResetRequest(requester: requester))
    }

    @Test func `PINs and tokens`() throws {
        try check(PinStateRequest())
        for vault in VaultState.allCases {
            var state = PinStateReply(vault: vault)
            try check(state)
            (state.isSet, state.retries, state.isPaused, state.shortest) = (true, 8, true, 63)
            (state.canVerify, state.discoverable, state.room) = (false, .max, 1)
            try check(state)
        }
        let (key, hash) = (some(64), some(Limits.pinEncrypted))
        for version in PinProtocolNumber.allCases {
            try check(PinAgreementRequest(version))
            try check(PinSetRequest(version, platformKey: key, newPin: hash, authentication: some(32)))
            try check(
                PinChangeRequest(version, platformKey: key, oldHash: [], newPin: hash, authentication: some(16)))
            try check(
                PinTokenRequest(version, platformKey: key, pinHash: hash, permissions: .supported, site: "example.org"))
            try check(
                VerificationTokenRequest(version, platformKey: key, permissions: .getAssertion, requester: requester))
        }
        try check(PinAgreementReply(publicKey: key))
        try check(PinTokenReply(token: some(48)))
        try check(
            TokenVerifyRequest(
                .credentialManagement, site: Sample.text(Limits.site), message: some(Limits.tokenMessage),
                authentication: recentUnlock))
    }

    @Test func `what is remembered`() throws {
        let grant = GrantEntry(
            id: Sample.id, kind: .signature, label: Sample.text(Limits.label), executable: Sample.text(Limits.text),
            session: Sample.text(Limits.text), end: .max)
        try check(GrantsRequest(start: .max))
        try check(GrantsReply(next: 1, grants: Array(repeating: grant, count: Limits.grants)))
        unsendable(GrantsReply(next: 0, grants: Array(repeating: grant, count: Limits.grants + 1)), .tooLong)
        try check(GrantRevokeRequest(nil))
        try check(GrantRevokeRequest(Sample.id))
    }
}

import Platform
package import Wire

/// The requests about security keys and what is remembered of confirmations.
extension Connection {
    /// The security keys of that filter, newest first.
    package mutating func keys(
        _ filter: KeyFilter = .all, withTrash: Bool = false
    ) throws(ClientError) -> [KeyEntry] {
        try all { KeyListRequest(filter, withTrash: withTrash, start: $0) }
    }

    /// A request that a locked vault refuses, in front of one that it would make a question of for somebody else.
    package mutating func checkUnlocked() throws(ClientError) { try request(SettingsRequest()) }

    /// KEY_CREATE; it waits for a person.
    package mutating func createKey(_ key: NewKey) throws(ClientError) -> KeyCreatedReply {
        try request(KeyCreateRequest(key))
    }

    /// KEY_SIGN; it waits for a person unless the key's owner has said that it need not.
    package mutating func sign(
        _ transport: KeyTransport, site: String, credential: [UInt8], data: Span<UInt8>, flags: KeyUseFlags = .presence,
        requester: KeyRequester = KeyRequester()
    ) throws(ClientError) -> KeySignatureReply {
        try request(
            KeySignRequest(
                transport, site: site, credential: credential, data: data, flags: flags, requester: requester))
    }

    /// KEY_SIGN without waiting, for `reply(to:)` with a `KeySignatureReply`.
    package mutating func beginSign(
        _ transport: KeyTransport, site: String, credential: [UInt8], data: Span<UInt8>, flags: KeyUseFlags = .presence,
        requester: KeyRequester = KeyRequester()
    ) throws(ClientError) -> UInt32 {
        try begin(
            KeySignRequest(
                transport, site: site, credential: credential, data: data, flags: flags, requester: requester))
    }

    /// KEY_PIN.
    package mutating func changePin(
        _ action: KeyPinAction, proof: Span<UInt8>, pin: Span<UInt8> = Span(), seconds: UInt32 = 0
    ) throws(ClientError) {
        let _: OKReply = try request(KeyPinRequest(action, proof: proof, pin: pin, seconds: seconds))
    }

    /// KEY_EDIT.
    package mutating func edit(_ edit: KeyEditRequest) throws(ClientError) {
        try request(edit)
    }

    /// KEY_REMOVE: to the trash.
    package mutating func remove(_ key: KeySelector) throws(ClientError) {
        try request(KeyRemoveRequest(key))
    }

    /// All that is remembered of confirmations, those that end first in front.
    package mutating func grants() throws(ClientError) -> [GrantEntry] {
        var page: GrantsReply = try request(GrantsRequest())
        var grants = page.grants
        while page.next != 0 {
            page = try request(GrantsRequest(start: page.next))
            grants += page.grants
        }
        return grants
    }

    /// All who are muted, those first for whom it ends first.
    package mutating func mutes() throws(ClientError) -> [MuteEntry] {
        var page: MutesReply = try request(MutesRequest())
        var mutes = page.mutes
        while page.next != 0 {
            page = try request(MutesRequest(start: page.next))
            mutes += page.mutes
        }
        return mutes
    }

    /// GRANT_REVOKE: one grant or mute, or all grants.
    package mutating func revoke(_ grant: Identifier?) throws(ClientError) {
        try request(GrantRevokeRequest(grant))
    }
}

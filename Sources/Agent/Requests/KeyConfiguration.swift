import Platform
import Vault
import Wire

extension KeyConfigurationReply {
    /// The state of a vault.
    init(_ pin: SecurityPIN) { self.init(alwaysVerifies: pin.alwaysVerifies, mustChange: pin.mustChange) }
}

// KEY_CONFIGURATION and LARGE_BLOBS: authenticatorConfig and authenticatorLargeBlobs (CTAP 2.1, sections 6.11 and 6.10).
extension Agent {
    func keyConfiguration(_ request: KeyConfigurationRequest, _ call: Call) throws(Refusal) {
        guard request.action != .state else {
            let pin = isLocking ? nil : open?.contents.pin
            return server.send(pin.map { KeyConfigurationReply($0) } ?? knownKeys.configuration, to: call)
        }
        try checkVerified(.authenticatorConfiguration, request.authentication, over: request.message.span, call)
        let utc = utc
        let was = try use().contents.pin
        if request.action == .setShortestPIN, request.shortest != 0, request.shortest < was.minimumLength {
            throw .pinPolicy
        }
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            switch request.action {
            case .state: break
            case .toggleVerification: try contents.setAlwaysVerifies(!contents.pin.alwaysVerifies, at: utc)
            case .setShortestPIN:
                try contents.setMinimumLength(
                    request.shortest == 0 ? nil : request.shortest, sites: request.hasSites ? request.sites : nil,
                    mustChange: request.mustChange, at: utc)
            }
            return contents.pin
        } then: { [unowned self] pin, requester in
            log(.keysConfigured, outcome: .done, by: requester)
            if was.alwaysVerifies, !pin.alwaysVerifies { logWeakened(.alwaysVerify, from: .owner, by: requester) }
            reply(KeyConfigurationReply(pin), to: requester)
        }
    }

    func largeBlobs(_ request: LargeBlobsRequest, _ call: Call) throws(Refusal) {
        let contents = try use().contents
        switch request.action {
        case .key:
            let key: KeyCredential?
            if request.bytes.isEmpty {
                key = call.connection.keys.largeBlobKey
                call.connection.keys.largeBlobKey = nil
            } else {
                guard let listing = call.connection.keys.listing, now < listing.until else { throw .tokenInvalid }
                key =
                    listing.givesLargeBlobKeys
                    ? contents.keys.first {
                        $0.has(id: request.bytes) && $0.relyingParty == listing.site && $0.flags.contains(.discoverable)
                    } : nil
            }
            guard let key, key.hasLargeBlobKey else { return server.send(LargeBlobsReply(), to: call) }
            call.connection.holdsSecrets = true
            key.withLargeBlobKey { key in
                let count = LargeBlobsReply.bodyCount(key.count)
                server.send(to: call.connection, count: Limits.frameHeader + count) {
                    (output: inout OutputSpan<UInt8>) throws(WireError) in
                    try Frame.append(LargeBlobsReply.type, id: call.id, bodyCount: count, into: &output) {
                        (output: inout OutputSpan<UInt8>) throws(WireError) in
                        try LargeBlobsReply.encode(key, into: &output)
                    }
                }
            }
        case .read:
            let part = contents.pin.withBlobs { blobs -> [UInt8]? in
                let all = blobs.isEmpty ? Self.noBlobs : blobs.indices.map { blobs[$0] }
                guard request.offset <= all.count else { return nil }
                let most = min(Int(request.count), Limits.largeBlobPart)
                return Array(all.dropFirst(Int(request.offset)).prefix(most))
            }
            guard let part else { throw .noSuchPart }
            server.send(LargeBlobsReply(part), to: call)
        case .write: try write(request, call)
        }
    }

    private func write(_ request: LargeBlobsRequest, _ call: Call) throws(Refusal) {
        let offset = request.offset
        var message = [UInt8](repeating: 0xFF, count: 32) + [0x0C, 0x00]
        for shift in [0, 8, 16, 24] { message.append(UInt8(truncatingIfNeeded: offset >> shift)) }
        let hash = Sodium.sha256(request.bytes.span)
        message += hash.indices.map { hash[$0] }
        try checkVerified(.largeBlobWrite, request.authentication, over: message.span, call)
        if offset == 0 { call.connection.keys.blobs = ([], Int(request.count)) }
        guard var blobs = call.connection.keys.blobs, blobs.bytes.count == Int(offset),
            Self.noBlobs.count...Limits.largeBlobs ~= blobs.total,
            blobs.bytes.count + request.bytes.count <= blobs.total
        else {
            call.connection.keys.blobs = nil
            throw .noSuchPart
        }
        blobs.bytes += request.bytes
        guard blobs.bytes.count == blobs.total else {
            call.connection.keys.blobs = blobs
            return server.send(LargeBlobsReply(), to: call)
        }
        call.connection.keys.blobs = nil
        let sum = Sodium.sha256(blobs.bytes.span.extracting(droppingLast: Self.sumBytes))
        let isWhole = (0..<Self.sumBytes).allSatisfy { sum[$0] == blobs.bytes[blobs.total - Self.sumBytes + $0] }
        guard isWhole else { throw .brokenBlobs }
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            try contents.setLargeBlobs(blobs.bytes.span, at: utc)
        } then: { [unowned self] _, requester in
            reply(LargeBlobsReply(), to: requester)
        }
    }

    /// Refuses unless a verified owner has given a token for that, which has authenticated `message`.
    private func checkVerified(
        _ permission: TokenPermissions, _ authentication: PinAuthentication?, over message: Span<UInt8>, _ call: Call
    ) throws(Refusal) {
        guard let authentication else { throw .verificationRequired }
        let token = try checkToken(call.connection, authentication, over: message, for: permission, site: "")
        guard token.isVerified else { throw .tokenInvalid }
        _ = try use()
    }

    /// Bytes of the checksum behind the array.
    private static let sumBytes = 16
    /// What there is before anybody has written: an empty array and its checksum.
    private static let noBlobs: [UInt8] = {
        let empty: [UInt8] = [0x80]
        let sum = Sodium.sha256(empty.span)
        return empty + (0..<sumBytes).map { sum[$0] }
    }()
}

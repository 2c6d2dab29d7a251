import CryptoP256
import Platform
import Vault
import Wire

// KEY_CREATE: a new security key, which is always a human act.
extension Agent {
    func keyCreate(_ request: KeyCreateRequest, _ call: Call) throws(Refusal) {
        (call.connection.keys.next, call.connection.keys.largeBlobKey) = (nil, nil)
        try register(request.key, call)
    }

    /// Makes a key, after a human act.
    ///
    /// - Parameters:
    ///   - page: the page of the web that wants it.
    ///   - answer: gives that page the key, with what is said of it; without, the reply is KEY_CREATED.
    func register(
        _ request: Wire.NewKey, for page: WebCeremony? = nil, _ call: Call, answer: WebAnswer? = nil
    ) throws(Refusal) {
        let site = try KeySite(request.site, at: request.transport)
        let contents = try use().contents
        let isHash = request.transport == .ctap || request.transport == .u2f
        guard !isHash || request.clientData.count == Digest.count else { throw .badClientDataHash }
        let algorithm = try Self.algorithm(request)
        var token: PinToken?
        if let authentication = request.authentication {
            token = try checkToken(
                call.connection, authentication, over: request.clientData.span, for: .makeCredential, site: request.site
            )
        }
        let isVerified = token != nil || request.flags.contains(.verification)
        let needsPassphrase = isVerified && !(token?.isVerified ?? false)
        // Section 6.1.2, step 6: with a PIN, a key that can be found without its id is made by a verified owner only.
        if request.transport == .ctap, request.flags.contains(.discoverable), !isVerified, contents.pin.isSet {
            throw .verificationRequired
        }
        if isHash, !isVerified, contents.pin.alwaysVerifies { throw .verificationRequired }
        var exchange: HmacExchange?
        if let input = request.hmacSecret, request.transport == .ctap, request.flags.contains(.hmacSecret) {
            exchange = try HmacExchange(input, agreedKey(call.connection, input.version, input.platformKey))
        }
        let place = site.shown(in: contents)
        if KeyChoice.isExcluded(site.keys(in: contents), request.excluded, isVerified: isVerified) {
            // Only a person who says so lets a site know that its key is here.
            var question = Question(.presence, "tell the site that a security key is here already")
            question.site = place
            question.beneficiary = request.requester
            question.isAtAuthenticator = isHash
            (question.needsPassphrase, question.isVerified) = (needsPassphrase, token?.isVerified ?? false)
            (question.takesPin, question.takesFreshUnlock) = (true, true)
            page?.describe(&question)
            return try raise(question, call) { [unowned self] requester in
                token?.spend()
                reply(Refusal.excluded, to: requester)
            }
        }
        // Nobody is asked for what cannot be made.
        do throws(VaultError) { try checked(request, at: site) } catch { throw Refusal(error) }
        try checkRoom()
        if let account = request.account, contents[account].map({ $0.removed != 0 }) ?? true {
            throw Refusal(VaultError.notFound)
        }
        // A key that takes the place of another one needs no room of its own.
        guard contents.hasRoomForKey || !replaced(by: request, at: site, in: contents).isEmpty else {
            guard request.transport == .ctap else { throw keysFull(contents) }
            return try sayThatThereIsNoRoom(place, request, for: page, call)
        }
        var question = registrationQuestion(place, request)
        question.account = request.account.flatMap { contents[$0] }
        (question.needsPassphrase, question.isVerified) = (needsPassphrase, token?.isVerified ?? false)
        // What such a key of ssh signs is for a verified owner: nothing less makes it.
        (question.takesPin, question.takesFreshUnlock) = (true, request.transport == .ctap)
        page?.describe(&question)
        let purpose = AuditDetail.purpose(of: question)
        // It may wait for a minute, and is a secret.
        let blob = try secret(request.blob.span)
        // The client data may be long, and a hash of it says as much.
        var wanted = request
        wanted.blob = []
        if !isHash {
            let hash = Sodium.sha256(request.clientData.span)
            wanted.clientData = hash.indices.map { hash[$0] }
        }
        try raise(question, call) { [unowned self, wanted, exchange] requester in
            token?.noteVerified()
            token?.spend()
            goOn(requester) { (call) throws(Refusal) in
                try create(
                    wanted, blob: blob, algorithm, at: site, isVerified: isVerified, exchange, as: purpose, call,
                    answer: answer)
            }
        }
    }

    /// What the owner is asked for a new key.
    func registrationQuestion(_ site: String, _ request: Wire.NewKey) -> Question {
        var question = Question(.registration, "register a new security key at the site")
        question.site = site
        question.user = request.userName.isEmpty ? request.displayName : request.userName
        if request.transport == .ssh, request.flags.contains(.noTouch) {
            question.details = ["it will sign without asking"]
        }
        question.beneficiary = request.requester
        question.isAtAuthenticator = request.transport == .ctap || request.transport == .u2f
        return question
    }

    /// Refuses what no vault takes, whatever is in it.
    func checked(_ request: Wire.NewKey, at site: KeySite) throws(VaultError) {
        let isHash = request.transport == .ctap || request.transport == .u2f
        guard !isHash || request.clientData.count == Digest.count else { throw .badKey("such a client data hash") }
        let algorithm: KeyAlgorithm
        do throws(Refusal) { algorithm = try Self.algorithm(request) } catch { throw .badKey("such an algorithm") }
        try Vault.NewKey(request, algorithm, at: site).check()
    }

    /// Tells a client that the vault is full, once a person has chosen this authenticator: else it gives up on all others.
    private func sayThatThereIsNoRoom(
        _ site: String, _ request: Wire.NewKey, for page: WebCeremony?, _ call: Call
    ) throws(Refusal) {
        var question = Question(.presence, "say that there is no room for another security key to the site")
        question.site = site
        question.details = [noted("remove some with 'fob key remove', which then lets it be made")]
        question.beneficiary = request.requester
        question.isAtAuthenticator = true
        page?.describe(&question)
        try raise(question, call) { [unowned self] requester in
            goOn(requester) { (_) throws(Refusal) in throw keysFull(try use().contents) }
        }
    }

    /// Why there is no room, with the keys that were never used, the oldest first.
    private func keysFull(_ contents: Contents) -> Refusal {
        let unused = contents.keys.filter { $0.lastUsed == 0 }
        let inTrash = contents.keysInTrash.count
        var refusal = Refusal.keysFull
        refusal.details = unused.prefix(Limits.details - 1).map { "never used: \(Text.clipped($0.shownName, to: 128))" }
        if inTrash > 0 { refusal.details.append("\(inTrash) in the trash") }
        return refusal
    }

    /// The keys whose place a new one takes: those of the same site and user (CTAP 2.1, section 6.1.2, step 17).
    private func replaced(by request: Wire.NewKey, at site: KeySite, in contents: Contents) -> [KeyCredential] {
        guard request.transport == .ctap, request.flags.contains(.discoverable) else { return [] }
        return site.keys(in: contents).filter {
            $0.flags.contains(.discoverable) && $0.userHandle == request.userHandle
        }
    }

    /// The first of the algorithms wanted that the transport has.
    private static func algorithm(_ request: Wire.NewKey) throws(Refusal) -> KeyAlgorithm {
        let known: [KeyAlgorithm] =
            switch request.transport {
            case .ctap, .ssh: [.es256, .edDSA]
            case .u2f: [.es256]
            // Scripts have their signatures checked by fob itself, which has no other algorithm.
            case .script: [.edDSA]
            }
        guard let algorithm = request.algorithms.first(where: known.contains) else { throw .unsupportedAlgorithm }
        return algorithm
    }

    private func create(
        _ request: Wire.NewKey, blob: SharedSecret, _ algorithm: KeyAlgorithm, at site: KeySite, isVerified: Bool,
        _ exchange: HmacExchange?, as purpose: [AuditDetail], _ call: Call, answer webAnswer: WebAnswer?
    ) throws(Refusal) {
        let new = Vault.NewKey(request, algorithm, at: site)
        let pair = try KeyPair(algorithm)
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            // A site's second key for one user takes the place of the first; it can be had back from the trash, unless the
            // vault is full.
            let replaced = replaced(by: request, at: site, in: contents)
            if !contents.hasRoomForKey { try contents.makeRoomForKey(in: replaced, at: utc) }
            let key = try blob.withBytes { (blob: Span<UInt8>) throws(VaultError) in
                try contents.addKey(
                    new, privateKey: pair.privateKey, publicKey: pair.publicKey.span, blob: blob,
                    account: request.account, at: utc)
            }
            for old in replaced where contents.key(old.id) != nil { try contents.removeKey(old.id, at: utc) }
            return key
        } then: { [unowned self] key, requester in
            logKey(.keyCreated, key, purpose, for: request.requester, by: requester)
            answer(requester) { () throws(Refusal) in
                if key.hasLargeBlobKey { server.connection(requester.connection)?.keys.largeBlobKey = key }
                guard let webAnswer else {
                    return reply(try created(key, request, isVerified: isVerified, exchange), to: requester)
                }
                try webAnswer(key, newKeyData(key, request, isVerified: isVerified, exchange), requester)
            }
        }
    }

    /// What is said of a new key.
    private func newKeyData(
        _ key: KeyCredential, _ request: Wire.NewKey, isVerified: Bool, _ exchange: HmacExchange?
    ) throws(Refusal) -> AuthenticatorData {
        var data = AuthenticatorData(of: key, isVerified ? [.userPresent, .userVerified] : .userPresent)
        data.attested = AuthenticatorData.Attested(key)
        if request.transport == .ctap {
            if request.protection > 0 { data.extensions.credProtect = request.protection }
            if key.blobCount > 0 {
                data.extensions.credBlobStored = true
            } else if request.flags.contains(.blobTooLong) {
                data.extensions.credBlobStored = false
            }
            if request.flags.contains(.hmacSecret) { data.extensions.hmacSecretCreated = true }
            data.extensions.hmacSecretAtOnce = try exchange?.output(of: key, isVerified: isVerified)
            if request.extensions.contains(.thirdPartyPayment) { data.extensions.thirdPartyPayment = true }
            // Only a site that the owner has named learns that.
            if request.extensions.contains(.shortestPIN), let pin = open?.contents.pin, pin.sites.contains(request.site)
            {
                data.extensions.shortestPIN = pin.minimumLength
            }
        }
        return data
    }

    private func created(
        _ key: KeyCredential, _ request: Wire.NewKey, isVerified: Bool, _ exchange: HmacExchange?
    ) throws(Refusal) -> KeyCreatedReply {
        let data = try newKeyData(key, request, isVerified: isVerified, exchange)
        var (signed, certificate): ([UInt8], [UInt8]) = ([], [])
        if request.transport == .u2f {
            (signed, certificate) = try U2FRegistration.attestation(of: key, challenge: request.clientData)
        } else if request.flags.contains(.selfAttestation) {
            signed = try signature(data, request.clientData.span, key).encoded
        }
        return KeyCreatedReply(
            credential: key.idOnWire, record: key.id, account: key.account,
            algorithm: key.algorithm, publicKey: key.publicKey, flags: data.allFlags.rawValue,
            counter: key.counter, authenticatorData: data.bytes, signature: signed, certificate: certificate)
    }
}

/// What gives a page of the web its new key.
typealias WebAnswer = (KeyCredential, AuthenticatorData, Requester) throws(Refusal) -> Void

extension Vault.NewKey {
    /// The key that a request wants.
    fileprivate init(_ request: Wire.NewKey, _ algorithm: KeyAlgorithm, at site: KeySite) {
        // U2F has no flags that say that a key is in backups.
        let kind: KeyKind = request.transport == .u2f || request.kind == .deviceBound ? .deviceBound : .synced
        self.init(relyingParty: site.name, kind, algorithm, request.transport)
        if request.flags.contains(.discoverable), request.transport != .u2f { flags.insert(.discoverable) }
        if request.flags.contains(.hmacSecret), request.transport == .ctap { flags.insert(.hmacSecret) }
        if request.transport == .ctap {
            if request.extensions.contains(.thirdPartyPayment) { flags.insert(.thirdPartyPayment) }
            if request.extensions.contains(.fullySpecified) { flags.insert(.fullySpecified) }
            hasLargeBlobKey = request.extensions.contains(.largeBlobKey) && flags.contains(.discoverable)
        }
        if request.transport == .ssh {
            if request.flags.contains(.verification) { flags.insert(.alwaysVerify) }
            if request.flags.contains(.noTouch) { flags.insert(.noTouch) }
        }
        protection = max(request.protection, 1)
        relyingPartyName = request.siteName
        (userHandle, userName, displayName) = (request.userHandle, request.userName, request.displayName)
    }
}

/// A new pair of keys, the private one in locked memory.
struct KeyPair: ~Copyable {
    private let secret: LockedBuffer
    let publicKey: [UInt8]

    var privateKey: Span<UInt8> {
        @_lifetime(borrow self) borrowing get { secret.bytes }
    }

    init(_ algorithm: KeyAlgorithm) throws(Refusal) {
        do {
            var secret = try LockedBuffer(capacity: Limits.privateKey)
            switch algorithm {
            case .es256:
                try secret.append { (output: inout OutputSpan<UInt8>) throws(CryptoP256Error) in
                    try P256.generatePrivateKey(into: &output)
                }
                let point = try P256.publicKey(of: secret.bytes)
                publicKey = point.indices.map { point[$0] }
            case .edDSA:
                secret.append { Sodium.randomBytes(into: &$0, count: Limits.privateKey) }
                let point = Sodium.signingPublicKey(seed: secret.bytes)
                publicKey = point.indices.map { point[$0] }
            }
            self.secret = secret
        } catch { throw .lockedMemory }
    }
}

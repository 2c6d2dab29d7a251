package import Age
package import Model
package import Platform

/// Why an answer gave no share.
package struct AnswerFailure: Error, Equatable, Sendable {
    /// The number of the keeper who gave it, once that is proven.
    package let keeper: Int?
    /// What is wrong with it.
    package let reason: Reason

    /// What may be wrong.
    package enum Reason: Equatable, Sendable {
        /// It is no answer, or was changed on the way.
        case malformed
        /// It is sealed to another session.
        case anotherSession
        /// It is from somebody who keeps nothing of this set.
        case unknownKeeper
        /// It carries a token of another set, an older one mostly.
        case anotherSet
        /// A token in it does not hold.
        case token(TokenError)
        /// The share is not the right one, or came before; or there is no memory.
        case share(ShareError)
    }
}

/// Puts a set's secret together from the answers of its keepers, in any order; wrong ones change nothing.
package struct RecoverySession: ~Copyable, Sendable {
    /// What the backup says.
    package let set: KeeperSet
    /// Random; it ends with the session.
    package let id: [UInt8]
    private let transport: X25519Identity
    private var shares: ShareCollection
    private var used: Set<TokenName> = []

    /// How far the clocks of keepers may be away: binding and sealing already tie an answer to this session.
    static let freshness = Freshness(past: 7 * 86_400, future: 7 * 86_400)
    /// From here on a difference is worth a word.
    static let noticeableSeconds: Int64 = 300

    /// A new session.
    package init(_ set: KeeperSet) throws(ShareError) {
        let id = [UInt8](capacity: RecoveryRequest.sessionBytes) { output in
            Sodium.randomBytes(into: &output, count: RecoveryRequest.sessionBytes)
        }
        let transport: X25519Identity
        do { transport = try X25519Identity.random() } catch { throw ShareError(error) }
        try self.init(set, id: id, transport: transport)
    }

    /// A session whose random parts are given.
    package init(_ set: KeeperSet, id: [UInt8], transport: consuming X25519Identity) throws(ShareError) {
        let shares = try ShareCollection(secretBytes: ShareSealing.secretBytes)
        self.set = set
        self.id = id
        self.transport = transport
        self.shares = shares
    }

    /// What to ask a keeper.
    package func request(to keeper: KeeperSet.Keeper) -> RecoveryRequest {
        RecoveryRequest(
            token: set.tokenID(of: keeper), session: id, recipient: transport.recipient, owner: set.owner.digest)
    }

    /// The numbers of the keepers whose shares are here.
    package var answered: [Int] { shares.indices }

    /// How many shares are still needed.
    package var missing: Int { max(0, set.threshold - shares.count) }

    /// Lends the share that came last; nothing before.
    package func withLastShare<E: Error>(_ use: (Span<UInt8>) throws(E) -> Void) throws(E) {
        if shares.count > 0 { try use(shares[shares.count - 1]) }
    }

    // MARK: Between two runs of a program

    private static let savedStart = Array("fob-session/1".utf8)

    /// What a later run needs to go on: the start, the set, the session, and its key as age writes it. The key opens answers,
    /// which need a backup, too, to be worth something.
    package func saved() throws(ShareError) -> LockedBuffer {
        var head = Self.savedStart
        head.append(set.id)
        head += id
        var saved = try ShareError.locking(try LockedBuffer(capacity: head.count + X25519Identity.textCount))
        saved.append(copying: head.span)
        saved.append { output in transport.appendText(to: &output) }
        return saved
    }

    /// The set that what was saved is of; nil for anything else.
    package static func set(ofSaved saved: Span<UInt8>) -> Identifier? {
        guard saved.count == savedStart.count + 16 + RecoveryRequest.sessionBytes + X25519Identity.textCount,
            savedStart.indices.allSatisfy({ saved[$0] == savedStart[$0] })
        else { return nil }
        return Identifier(firstOf: saved.extracting(savedStart.count..<savedStart.count + 16))
    }

    /// The session that was saved, without the answers that had come.
    ///
    /// - Throws: `malformedStanzas` for what is of another set, or nothing.
    package init(_ set: KeeperSet, saved: Span<UInt8>) throws(ShareError) {
        guard Self.set(ofSaved: saved) == set.id else { throw .malformedStanzas }
        let start = Self.savedStart.count + 16
        let id = (start..<start + RecoveryRequest.sessionBytes).map { saved[$0] }
        let transport: X25519Identity
        do throws(AgeError) {
            transport = try X25519Identity(text: saved.extracting((start + RecoveryRequest.sessionBytes)...))
        } catch { throw ShareError(error) }
        try self.init(set, id: id, transport: transport)
    }

    /// What an answer was worth.
    package struct Accepted: Equatable, Sendable {
        /// The number of its keeper.
        package let keeper: Int
        /// The keeper's user proved little.
        package let isLowFriction: Bool
        /// The keeper's clock and ours are apart by more than five minutes, or the answer took so long.
        package let isLate: Bool
    }

    /// Takes an answer.
    package mutating func accept(_ text: String, now utc: UInt64) throws(AnswerFailure) -> Accepted {
        let (key, token) = try open(text)
        let digest = key.digest
        guard let keeper = set.keeper(digest) else { throw AnswerFailure(keeper: nil, reason: .unknownKeeper) }
        let provider = AccountProvider(set.owner.digest.origin, keys: [set.owner], freshness: Self.freshness)
        let recovered: AccountProvider.Recovered
        do throws(TokenError) {
            recovered = try provider.recovered(
                token, now: Timestamp(utc: utc), binding: request(to: keeper).binding,
                configuration: { $0 == digest.origin ? ProviderConfiguration(selfCertified: key) : nil },
                isUsed: { used.contains($0) }, open: { $0 })
        } catch {
            // Who it is from is proven by its signature alone.
            let isProven = token.isSigned(by: [key])
            throw AnswerFailure(keeper: isProven ? keeper.index : nil, reason: .token(error))
        }
        guard recovered.token.fields.id == set.tokenID(of: keeper) else {
            throw AnswerFailure(keeper: keeper.index, reason: .anotherSet)
        }
        do throws(ShareError) {
            let share = try ShareSealing.open(
                recovered.token.fields.data.span, in: set.place(of: keeper, digest), key: keeper.key.span)
            guard try ShareSealing.commitment(to: share.bytes, set: set.id) == keeper.commitment else {
                throw .wrongShare(index: keeper.index)
            }
            try shares.append(share.bytes)
        } catch { throw AnswerFailure(keeper: keeper.index, reason: .share(error)) }
        used.insert(recovered.token.name)
        let time = Timestamp(recovered.countersigned.fields.issuedTime)?.seconds ?? 0
        let distance = (Int64(clamping: utc) - time).magnitude
        return Accepted(
            keeper: keeper.index, isLowFriction: recovered.isLowFriction, isLate: distance > Self.noticeableSeconds)
    }

    /// The key that opens the backup, once enough shares are here.
    ///
    /// - Parameter code: the plus-code, of a set that has one.
    /// - Throws: `tooFew`; `plusCodeNeeded`; `wrongPlusCode`; `wrongSecret`; `memory`.
    package func identity(plusCode code: Span<UInt8> = Span()) throws(ShareError) -> X25519Identity {
        var secret = try shares.secret(threshold: set.threshold)
        if !set.plus.isEmpty {
            guard !code.isEmpty else { throw .plusCodeNeeded }
            guard try isPlusCode(code) else { throw .wrongPlusCode }
            secret = try PlusCode.scalar(of: secret.bytes, code, set: set.id)
        }
        let identity: X25519Identity
        do { identity = try X25519Identity(scalar: secret.bytes) } catch { throw ShareError(error) }
        guard identity.recipient == set.recipient else { throw .wrongSecret }
        return identity
    }

    /// Whether this is the plus-code of the set.
    package func isPlusCode(_ code: Span<UInt8>) throws(ShareError) -> Bool {
        let commitment = try PlusCode.commitment(to: code, set: set.id)
        return Sodium.equal(commitment.span, set.plus.span)
    }

    /// The keeper's key and the countersigned token of an answer.
    private func open(_ text: String) throws(AnswerFailure) -> (PublicKey, Token) {
        let malformed = AnswerFailure(keeper: nil, reason: .malformed)
        guard let file = try? ExchangeText.bytes(.answer, text) else { throw malformed }
        var bytes: [UInt8] = []
        do throws(AgeError) {
            let header = try AgeHeader(parsing: file.span)
            let key = try header.fileKey(for: transport)
            let reader = try AgeReader(file.span, header: header, key: key)
            guard reader.plaintextCount <= RecoveryAnswer.byteLimit else { throw .trailingData }
            let plaintext = try reader.readAll(of: file.span)
            for index in plaintext.bytes.indices { bytes.append(plaintext.bytes[index]) }
        } catch {
            switch error {
            case .noMatch: throw AnswerFailure(keeper: nil, reason: .anotherSession)
            case .memory(let error): throw AnswerFailure(keeper: nil, reason: .share(.memory(error)))
            default: throw malformed
            }
        }
        var reader = ByteReader(bytes)
        guard reader.byte() == RecoveryAnswer.version, let key = reader.take(PublicKey.derBytes),
            let key = PublicKey(der: key), let token = try? Token(reader.rest, kind: .countersigned)
        else { throw malformed }
        return (key, token)
    }
}

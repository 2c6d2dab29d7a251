import Wire

/// Values for tests.
enum Sample {
    static let id: Identifier = {
        guard let id = Identifier(hexadecimal: "00112233445566778899aabbccddeeff") else {
            preconditionFailure("32 hexadecimal digits are an id")
        }
        return id
    }()
    static let totp = Credential(kind: .totp, algorithm: .sha1, digits: 6, period: 30)

    /// A text of that many bytes, some of them in characters of several bytes.
    static func text(_ count: Int) -> String {
        let wide = "é漢🔑"
        let copies = count / wide.utf8.count
        return String(repeating: wide, count: copies) + String(repeating: "x", count: count % wide.utf8.count)
    }

    /// Every field at its limit.
    static let largest = Account(
        id: id, issuer: text(Limits.issuer), name: text(Limits.name),
        credential: Credential(
            kind: .ocra, algorithm: .md5, digits: Limits.digits.upperBound, period: Limits.period.upperBound,
            start: .max, counter: .max, ocraSuite: text(Limits.suite)),
        tags: Array(repeating: text(Limits.tag), count: Limits.tags), state: .needsVerification, consent: .verify,
        lifetime: .max, created: .max, modified: .max, removed: .max, hasNote: true, extras: extras)
    static let extras: AccountExtras = {
        var extras = AccountExtras()
        (extras.isFavourite, extras.icon, extras.uses, extras.lastUsed) = (true, text(Limits.text), .max, .max)
        return extras
    }()
    static let smallest = Account(
        id: id, issuer: "", name: "", credential: Credential(),
        created: 0, modified: 0)
    static let largestNew = NewAccount(
        issuer: text(Limits.issuer), name: text(Limits.name), credential: largest.credential, tags: largest.tags,
        consent: .verify, lifetime: .max)
    static let more: AddRequest.More = {
        var more = AddRequest.More()
        (more.flags, more.state, more.extras) = (.raiseCounter, .needsVerification, extras)
        return more
    }()
    static let recoverySet = RecoverySet(
        account: id, label: text(Limits.label), service: text(Limits.recoveryService), isInOrder: true, imported: .max,
        total: .max, left: .max, shown: .max, supersededUntil: .max, isBesidePassword: true)
    static let challenge: Challenge = {
        var challenge = Challenge()
        let host = ChallengeHost(.proved, fingerprint: text(Limits.fingerprint), name: text(Limits.hostName))
        (challenge.id, challenge.kind, challenge.question) = (id, .signature, text(Limits.questionText))
        (challenge.isForwarded, challenge.account, challenge.site) = (true, text(Limits.label), text(Limits.site))
        (challenge.host, challenge.hops) = (host, Array(repeating: host, count: Limits.hops))
        (challenge.moreHops, challenge.user, challenge.dataName) = (.max, text(Limits.keyName), text(Limits.keyName))
        challenge.dataHash = Digest(.init { UInt8($0) })
        challenge.details = Array(repeating: text(Limits.challengeDetail), count: Limits.challengeDetails)
        let program = ChallengeProgram(
            processID: .max, name: text(Limits.programName), executable: text(Limits.programPath))
        challenge.programs = Array(repeating: program, count: Limits.programs)
        (challenge.terminal, challenge.unit) = (text(Limits.terminal), text(Limits.unit))
        (challenge.created, challenge.deadline) = (.max, .max)
        (challenge.proof, challenge.isRememberable) = (.passphrase, true)
        return challenge
    }()
}

extension [UInt8] {
    init(copying bytes: Span<UInt8>) { self = bytes.indices.map { bytes[$0] } }
}

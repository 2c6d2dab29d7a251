import Testing
import Wire

/// What is encoded decodes to the same value, also at the limits.
@Suite struct RoundTripTests {
    private func check<M: PlainMessage>(_ message: M, location: SourceLocation = #_sourceLocation) throws {
        let body = try encoded(message)
        #expect(body.count == message.encodedCount, sourceLocation: location)
        #expect(try M(from: body.span) == message, sourceLocation: location)
    }

    @Test func `session messages`() throws {
        try check(HelloRequest(versions: 1...1))
        try check(HelloRequest(versions: 2...UInt16.max))
        for state in VaultState.allCases { try check(WelcomeReply(vault: state, release: "1.2.3")) }
        try check(OKReply())
        for code in ErrorCode.allCases where code.isSent { try check(ErrorReply(code, "no")) }
        try check(
            ErrorReply(
                .ambiguous, Sentence(Sample.text(Limits.text)), remedy: Sentence(Sample.text(Limits.text)),
                details: Array(repeating: Sample.text(Limits.label), count: Limits.details)))
    }

    @Test func `status and settings`() throws {
        for memory in MemoryKind.allCases {
            var status = StatusReply(vault: .unlocked, memory: memory)
            try check(status)
            status.arenaUsed = .max
            status.arenaReserved = 1
            status.memoryLockLimit = 2
            status.generation = 3
            status.revision = 4
            status.accounts = 5
            status.inTrash = 6
            status.idleSecondsLeft = 7
            status.absoluteSecondsLeft = 8
            status.connections = 9
            status.pendingChallenges = 10
            status.processID = 11
            status.uptimeSeconds = 12
            status.auditSequence = 13
            status.auditHash = Digest(.init { UInt8($0) })
            status.warnings = Array(repeating: Sample.text(Limits.text), count: Limits.details)
            try check(status)
        }
        try check(SettingsReply(Settings(idleSeconds: 0, absoluteSeconds: .max)))
        try check(SetSettingsRequest(Settings(idleSeconds: .max, absoluteSeconds: 0)))
        try check(StatusRequest())
        try check(SettingsRequest())
        try check(LockRequest())
    }

    @Test func `what is known of the audit log`() throws {
        try check(LogRequest())
        try check(LogReply())
        let part = LogState(
            anchor: .max, hash: Digest(.init { UInt8($0) }), firstTagged: 1, verified: .max - 1, forged: 2)
        try check(LogReply(Array(repeating: part, count: Limits.logs)))
    }

    @Test func `ways in, as many as there can be`() throws {
        try check(AccessRequest())
        try check(RecoveryKeyRequest())
        try check(AccessAddedReply(Sample.id))
        try check(AccessCleanedReply(copies: .max))
        var access = AccessReply()
        try check(access)
        access.set = .max
        (access.made, access.left, access.madeAt, access.endedAt) = (32, 31, 1, .max)
        access.olderCopies = 7
        access.vault = Sample.id
        access.fingerprint = Digest(.init { UInt8($0) })
        access.ways = UnlockMethodKind.allCases.map { kind in
            UnlockMethod(
                id: Sample.id, kind: kind, label: Sample.text(Limits.name + 1), recipient: "age1x", created: .max,
                set: .max, place: .max)
        }
        try check(access)
        let place = KitPlace(name: "nas", configured: Sample.id, described: .zero)
        (access.kitSet, access.kitPlaces) = (2, Array(repeating: place, count: Limits.destinations))
        try check(access)
        access.ways = Array(repeating: access.ways[0], count: Limits.unlockMethods)
        try check(access)
        #expect(access.encodedCount <= Limits.body)
    }

    @Test func `places of backups, as many as there can be`() throws {
        try check(BackupPlacesRequest())
        try check(BackupPlacesReply())
        try check(OtherWaysRequest(start: 7))
        let ways = [OtherWay(.number, "+4915112345678", verified: 9), OtherWay(.hardwareKey, "the blue one")]
        try check(
            OtherWaysReply(
                revision: 3, next: 2, ways: ways.map { AccountOtherWay($0, of: Identifier(high: 1, low: 2)) }))
        for change in OtherWayChange.allCases {
            try check(OtherWayRequest(change, .number, "+4915112345678", of: .id(Identifier(high: 1, low: 2))))
        }
        for kind in BackupPlaceKind.allCases {
            let place = BackupPlace(
                kind, name: Sample.text(Limits.destination), place: Sample.text(Limits.text), isUnattended: true,
                isFormer: kind == .rclone)
            let places = Array(repeating: place, count: Limits.destinations)
            try check(BackupPlacesRequest(places))
            try check(BackupPlacesReply(places))
            #expect(BackupPlacesReply(places).encodedCount <= Limits.body)
        }
    }

    @Test func `codes and accounts`() throws {
        for selector in [Selector.name(""), .name(Sample.text(Limits.label)), .id(Sample.id)] {
            try check(CodeRequest(selector))
            try check(CodeRequest(selector, flags: .next))
            try check(ShowRequest(selector: selector))
            try check(RemoveRequest(selector: selector))
            try check(UntrashRequest(selector: selector))
        }
        try check(
            CodeReply(
                account: Sample.id, code: Sample.text(Limits.code), validFrom: 1, validUntil: 2, counter: .max,
                period: .max))
        try check(ListRequest(flags: .trash, start: .max))
        try check(AccountsReply(revision: .max, next: 7, accounts: [Sample.largest, Sample.smallest]))
        try check(AccountsReply(revision: 0, next: 0, accounts: []))
        try check(Sample.largest, note: Sample.text(Limits.note))
        for kind in [nil] + CredentialKind.allCases {
            for algorithm in [nil] + HashAlgorithm.allCases {
                var account = Sample.smallest
                account.credential.kind = kind
                account.credential.algorithm = algorithm
                try check(account, note: "")
            }
        }
    }

    private func check(_ account: Account, note: String) throws {
        let note = Array(note.utf8)
        let body = try encoded(AccountReply(account, note: note.span))
        let reply = try AccountReply(from: body.span)
        #expect(reply.account == account)
        #expect(Array(copying: reply.note) == note)
    }

    @Test func `changes`() throws {
        for outcome in AddOutcome.allCases {
            try check(
                AddedReply(
                    account: Sample.id, outcome: outcome, issuer: Sample.text(Limits.issuer),
                    name: Sample.text(Limits.name), counter: .max))
        }
        try check(CommitRequest())
        try check(CommitRequest(source: Sample.text(Limits.text)))
        for dryRun in [false, true] { try check(UndoImportRequest(dryRun: dryRun)) }
        for kind in UndoneKind.allCases {
            var undone = ImportUndoneReply(source: Sample.text(Limits.text), time: .max, added: .max, removed: .max)
            (undone.kind, undone.back, undone.kept) = (kind, .max, .max)
            undone.weakened = [String](repeating: Sample.text(Limits.text), count: Limits.weakened)
            try check(undone)
        }
        for mask in 1..<256 {
            var edit = AccountEdit()
            if mask & 1 != 0 { edit.issuer = "i" }
            if mask & 2 != 0 { edit.name = "" }
            let note = mask & 4 != 0 ? Array(Sample.text(Limits.note).utf8) : nil
            if mask & 8 != 0 { edit.tags = ["a", ""] }
            if mask & 16 != 0 { edit.consent = .verify }
            if mask & 32 != 0 { edit.lifetime = 0 }
            if mask & 64 != 0 { edit.isDeviceBound = true }
            if mask & 128 != 0 { edit.isFavourite = mask & 1 != 0 }
            let body = try encoded(EditRequest(.id(Sample.id), edit, note: note?.span))
            let decoded = try EditRequest(from: body.span)
            #expect(decoded.edit == edit && decoded.hasNote == (note != nil))
            #expect(Array(copying: decoded.note) == (note ?? []))
            #expect(try encoded(decoded) == body)
        }
        for place: Place<Selector> in [.first, .last, .before(.name("x")), .after(.id(Sample.id))] {
            try check(MoveRequest(.name("y"), to: place))
        }
    }

    @Test func `exports`() throws {
        try check(ExportRequest(.entries))
        try check(ExportRequest(.sealed, accounts: Array(repeating: Sample.id, count: Limits.exportAccounts)))
        try check(ExportRequest(.sealed, recipients: Array(repeating: Sample.text(2000), count: Limits.recipients)))
        try check(ExportReadyReply(handle: .max, entries: 1, bytes: .max))
        try check(ExportPageRequest(handle: 1, start: .max))
    }

    @Test func `challenges and events`() throws {
        try check(ChallengesReply([]))
        let most = ChallengesReply(Array(repeating: Sample.challenge, count: Limits.challenges))
        try check(most)
        #expect(most.encodedCount <= Limits.body)
        try check(DenyRequest(Sample.id, muteSeconds: .max))
        try check(SubscribeRequest([]))
        try check(SubscribeRequest(.all))
        for reason in [LockReason.request, .idle, .absolute, .signal, .shutdown] { try check(LockedEvent(reason)) }
        try check(ChangedEvent(revision: .max))
        try check(ChallengeEvent(Sample.challenge))
        for outcome in [ChallengeOutcome.approved, .denied, .expired, .withdrawn] {
            try check(ChallengeEndedEvent(Sample.id, outcome))
        }
    }

    @Test func `an account at every limit can be added, and its secrets lie where the message says`() throws {
        let key = [UInt8](repeating: 0xAB, count: Limits.key)
        let pin = [UInt8](repeating: 0xCD, count: Limits.pin)
        let note = Array(Sample.text(Limits.note).utf8)
        let body = try encoded(
            AddRequest(Sample.largestNew, Sample.more, note: note.span, key: key.span, pin: pin.span))
        let add = try AddRequest(from: body.span)
        #expect(add.account == Sample.largestNew && add.more == Sample.more)
        #expect(Array(copying: add.note) == note)
        #expect(Array(copying: add.key) == key)
        #expect(Array(copying: add.pin) == pin)
    }

    @Test func `the query of CODE is where the request says`() throws {
        for (selector, query) in [
            (Selector.name("Grüße"), Array("Grüße".utf8)), (.id(Sample.id), Array(0..<16).map { UInt8($0 * 0x11) }),
        ] {
            let body = try encoded(CodeRequest(selector))
            #expect(Array(body[try CodeRequest(from: body.span).query]) == query)
        }
    }

    @Test func `an byte field may be as long as a body allows`() throws {
        let bytes = [UInt8](repeating: 7, count: Limits.page)
        let frame = try WireTests.bytes(Limits.frame) { (output: inout OutputSpan<UInt8>) throws(WireError) in
            try Frame.append(ExportBytesReply(next: 9, bytes: bytes.span), id: 1, into: &output)
        }
        let reply = try ExportBytesReply(from: frame.span.extracting(9..<frame.count))
        #expect(Array(copying: reply.bytes) == bytes)
        #expect(reply.next == 9)
    }
}

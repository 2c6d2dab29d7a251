import Wire

/// Bytes that a body writes into an array of just the right size.
func bytes(
    _ count: Int, _ body: (inout OutputSpan<UInt8>) throws(WireError) -> Void
) throws(WireError) -> [UInt8] {
    try [UInt8](capacity: count) { (output: inout OutputSpan<UInt8>) throws(WireError) in try body(&output) }
}

/// The encoded body of a message.
func encoded(_ message: some PlainMessage) throws(WireError) -> [UInt8] {
    try bytes(message.encodedCount) { (output: inout OutputSpan<UInt8>) throws(WireError) in
        try message.encode(into: &output)
    }
}

/// Decodes a body of that type and encodes what was understood.
func recode(_ type: MessageType, _ body: [UInt8]) throws(WireError) -> [UInt8] {
    switch type {
    case .hello: try plain(HelloRequest.self, body)
    case .status: try plain(StatusRequest.self, body)
    case .initialize: try initialize(body)
    case .unlock: try unlock(body)
    case .lock: try plain(LockRequest.self, body)
    case .passphrase: try passphrase(body)
    case .settings: try plain(SettingsRequest.self, body)
    case .setSettings: try plain(SetSettingsRequest.self, body)
    case .access: try plain(AccessRequest.self, body)
    case .accessCodes: try accessCodes(body)
    case .accessAdd: try accessAdd(body)
    case .accessRemove: try accessRemove(body)
    case .accessRotate: try passphraseAlone(AccessRotateRequest.self, body)
    case .recoveryKey: try plain(RecoveryKeyRequest.self, body)
    case .accessClean: try passphraseAlone(AccessCleanRequest.self, body)
    case .code: try plain(CodeRequest.self, body)
    case .respond: try respond(body)
    case .list: try plain(ListRequest.self, body)
    case .show: try plain(ShowRequest.self, body)
    case .add: try add(body)
    case .edit: try edit(body)
    case .remove: try plain(RemoveRequest.self, body)
    case .untrash: try plain(UntrashRequest.self, body)
    case .move: try plain(MoveRequest.self, body)
    case .begin: try plain(BeginRequest.self, body)
    case .commit: try plain(CommitRequest.self, body)
    case .abort: try plain(AbortRequest.self, body)
    case .undoImport: try plain(UndoImportRequest.self, body)
    case .export: try plain(ExportRequest.self, body)
    case .exportPage: try plain(ExportPageRequest.self, body)
    case .subscribe: try plain(SubscribeRequest.self, body)
    case .challenges: try plain(ChallengesRequest.self, body)
    case .approve: try approve(body)
    case .deny: try plain(DenyRequest.self, body)
    case .recoverySet: try recoverySet(body)
    case .recoveryList: try plain(RecoveryListRequest.self, body)
    case .recoveryNext: try plain(RecoveryNextRequest.self, body)
    case .recoveryUsed: try recoveryUsed(body)
    case .recoveryShow: try plain(RecoveryShowRequest.self, body)
    case .restoreBegin: try plain(RestoreBeginRequest.self, body)
    case .restoreData: try restoreData(body)
    case .restoreOpen: try restoreOpen(body)
    case .restorePreview: try plain(RestorePreviewRequest.self, body)
    case .restoreCommit: try restoreCommit(body)
    case .restoreAbort: try plain(RestoreAbortRequest.self, body)
    case .verify: try verify(body)
    case .restoreOpened: try plain(RestoreOpenedReply.self, body)
    case .restoreEntries: try plain(RestoreEntriesReply.self, body)
    case .restored: try plain(RestoredReply.self, body)
    case .recoveryCounts: try plain(RecoveryCountsReply.self, body)
    case .recoverySets: try plain(RecoverySetsReply.self, body)
    case .recoveryCode: try recoveryCode(body)
    case .recoveryCodes: try recoveryCodes(body)
    case .backupNow: try plain(BackupNowRequest.self, body)
    case .backupState: try plain(BackupStateRequest.self, body)
    case .backupVerify: try backupVerify(body)
    case .backupReport: try plain(BackupReportRequest.self, body)
    case .ok: try plain(OKReply.self, body)
    case .welcome: try plain(WelcomeReply.self, body)
    case .statusReply: try plain(StatusReply.self, body)
    case .settingsReply: try plain(SettingsReply.self, body)
    case .accessReply: try plain(AccessReply.self, body)
    case .accessCodesReply: try accessCodesReply(body)
    case .accessAdded: try plain(AccessAddedReply.self, body)
    case .recoveryKeyReply: try recoveryKeyReply(body)
    case .accessCleaned: try plain(AccessCleanedReply.self, body)
    case .codeReply: try plain(CodeReply.self, body)
    case .accounts: try plain(AccountsReply.self, body)
    case .account: try account(body)
    case .added: try plain(AddedReply.self, body)
    case .importUndone: try plain(ImportUndoneReply.self, body)
    case .exportReady: try plain(ExportReadyReply.self, body)
    case .exportEntries: try exportEntries(body)
    case .exportBytes: try exportBytes(body)
    case .challengesReply: try plain(ChallengesReply.self, body)
    case .backupMade: try plain(BackupMadeReply.self, body)
    case .backupStateReply: try plain(BackupStateReply.self, body)
    case .backupVerified: try plain(BackupVerifiedReply.self, body)
    case .lockedEvent: try plain(LockedEvent.self, body)
    case .unlockedEvent: try plain(UnlockedEvent.self, body)
    case .changedEvent: try plain(ChangedEvent.self, body)
    case .challengeEvent: try plain(ChallengeEvent.self, body)
    case .challengeEndedEvent: try plain(ChallengeEndedEvent.self, body)
    case .backupDueEvent: try plain(BackupDueEvent.self, body)
    case .backupHealthEvent: try plain(BackupHealthEvent.self, body)
    case .keyList: try plain(KeyListRequest.self, body)
    case .keyCreate: try plain(KeyCreateRequest.self, body)
    case .keyAssert: try plain(KeyAssertRequest.self, body)
    case .keyNext: try plain(KeyNextRequest.self, body)
    case .keyEdit: try plain(KeyEditRequest.self, body)
    case .keyRemove: try plain(KeyRemoveRequest.self, body)
    case .cancel: try plain(CancelRequest.self, body)
    case .keyPresence: try plain(KeyPresenceRequest.self, body)
    case .grants: try plain(GrantsRequest.self, body)
    case .grantRevoke: try plain(GrantRevokeRequest.self, body)
    case .pinState: try plain(PinStateRequest.self, body)
    case .pinAgreement: try plain(PinAgreementRequest.self, body)
    case .pinSet: try plain(PinSetRequest.self, body)
    case .pinChange: try plain(PinChangeRequest.self, body)
    case .pinToken: try plain(PinTokenRequest.self, body)
    case .verificationToken: try plain(VerificationTokenRequest.self, body)
    case .keyReset: try plain(KeyResetRequest.self, body)
    case .tokenVerify: try plain(TokenVerifyRequest.self, body)
    case .keys: try plain(KeysReply.self, body)
    case .grantsReply: try plain(GrantsReply.self, body)
    case .keyCreated: try plain(KeyCreatedReply.self, body)
    case .keyAssertion: try plain(KeyAssertionReply.self, body)
    case .keySignature: try plain(KeySignatureReply.self, body)
    case .pinStateReply: try plain(PinStateReply.self, body)
    case .pinAgreementReply: try plain(PinAgreementReply.self, body)
    case .pinTokenReply: try plain(PinTokenReply.self, body)
    case .keySign: try keySign(body)
    case .error: try plain(ErrorReply.self, body)
    }
}

private func plain<M: PlainMessage>(_ message: M.Type, _ body: [UInt8]) throws(WireError) -> [UInt8] {
    try encoded(try M(from: body.span))
}

private func initialize(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try InitializeRequest(from: body.span)
    return try bytes(InitializeRequest.encodedCount(passphrase: message.passphrase.count)) {
        (output: inout OutputSpan<UInt8>) throws(WireError) in
        try InitializeRequest.encode(passphrase: body.span.extracting(message.passphrase), into: &output)
    }
}

private func unlock(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try UnlockRequest(from: body.span)
    return try bytes(UnlockRequest.encodedCount(secret: message.secret.count)) {
        (output: inout OutputSpan<UInt8>) throws(WireError) in
        try UnlockRequest.encode(
            method: message.method, secret: body.span.extracting(message.secret), into: &output)
    }
}

private func passphrase(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try PassphraseRequest(from: body.span)
    return try bytes(PassphraseRequest.encodedCount(old: message.old.count, new: message.new.count)) {
        (output: inout OutputSpan<UInt8>) throws(WireError) in
        try PassphraseRequest.encode(
            old: body.span.extracting(message.old), new: body.span.extracting(message.new), into: &output)
    }
}

private func passphraseAlone<M: PassphraseMessage>(_ type: M.Type, _ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try M(from: body.span)
    return try bytes(M.encodedCount(passphrase: message.passphrase.count)) {
        (output: inout OutputSpan<UInt8>) throws(WireError) in
        try M.encode(passphrase: body.span.extracting(message.passphrase), into: &output)
    }
}

private func accessCodes(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try AccessCodesRequest(from: body.span)
    return try bytes(AccessCodesRequest.encodedCount(passphrase: message.passphrase.count)) {
        (output: inout OutputSpan<UInt8>) throws(WireError) in
        try AccessCodesRequest.encode(
            passphrase: body.span.extracting(message.passphrase), count: message.count, into: &output)
    }
}

private func accessAdd(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try AccessAddRequest(from: body.span)
    let count = AccessAddRequest.encodedCount(
        passphrase: message.passphrase.count, recipient: message.recipient, label: message.label)
    return try bytes(count) { (output: inout OutputSpan<UInt8>) throws(WireError) in
        try AccessAddRequest.encode(
            passphrase: body.span.extracting(message.passphrase), recipient: message.recipient, label: message.label,
            into: &output)
    }
}

private func accessRemove(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try AccessRemoveRequest(from: body.span)
    let count = AccessRemoveRequest.encodedCount(passphrase: message.passphrase.count, ways: message.ways.count)
    return try bytes(count) { (output: inout OutputSpan<UInt8>) throws(WireError) in
        try AccessRemoveRequest.encode(
            passphrase: body.span.extracting(message.passphrase), ways: message.ways, into: &output)
    }
}

private func accessCodesReply(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try AccessCodesReply(from: body.span)
    return try bytes(AccessCodesReply.encodedCount(codes: message.codes.count)) {
        (output: inout OutputSpan<UInt8>) throws(WireError) in
        try AccessCodesReply.encodeHead(
            set: message.set, madeAt: message.madeAt, vault: message.vault, fingerprint: message.fingerprint,
            codes: message.codes.count, into: &output)
        for code in message.codes { try AccessCodesReply.encode(code: body.span.extracting(code), into: &output) }
    }
}

private func recoveryKeyReply(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try RecoveryKeyReply(from: body.span)
    return try bytes(RecoveryKeyReply.encodedCount(file: message.file.count)) {
        (output: inout OutputSpan<UInt8>) throws(WireError) in
        try RecoveryKeyReply.encode(file: body.span.extracting(message.file), into: &output)
    }
}

private func respond(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try RespondRequest(from: body.span)
    let count = RespondRequest.encodedCount(
        message.selector, question: message.question, pin: message.pin.count, session: message.session.count)
    return try bytes(count) { (output: inout OutputSpan<UInt8>) throws(WireError) in
        try RespondRequest.encode(
            message.selector, question: message.question, pin: body.span.extracting(message.pin),
            session: body.span.extracting(message.session), into: &output)
    }
}

private func add(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try AddRequest(from: body.span)
    let count = AddRequest.encodedCount(
        message.account, message.more, note: message.note.count, key: message.key.count, pin: message.pin.count)
    return try bytes(count) { (output: inout OutputSpan<UInt8>) throws(WireError) in
        try AddRequest.encode(
            message.account, message.more, note: body.span.extracting(message.note),
            key: body.span.extracting(message.key), pin: body.span.extracting(message.pin), into: &output)
    }
}

private func edit(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try EditRequest(from: body.span)
    return try encoded(message, note: message.note.map { Array(body[$0]) })
}

/// The encoded body of EDIT.
func encoded(_ edit: EditRequest, note: [UInt8]?) throws(WireError) -> [UInt8] {
    try bytes(edit.encodedCount(note: note?.count)) { (output: inout OutputSpan<UInt8>) throws(WireError) in
        try edit.encode(note: note?.span, into: &output)
    }
}

private func account(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try AccountReply(from: body.span)
    return try bytes(AccountReply.encodedCount(message.account, note: message.note.count)) {
        (output: inout OutputSpan<UInt8>) throws(WireError) in
        try AccountReply.encode(message.account, note: body.span.extracting(message.note), into: &output)
    }
}

private func approve(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try ApproveRequest(from: body.span)
    return try bytes(ApproveRequest.encodedCount(passphrase: message.passphrase.count)) {
        (output: inout OutputSpan<UInt8>) throws(WireError) in
        try ApproveRequest.encode(
            message.challenge, passphrase: body.span.extracting(message.passphrase),
            rememberSeconds: message.rememberSeconds, into: &output)
    }
}

private func keySign(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try KeySignRequest(from: body.span)
    let count = KeySignRequest.encodedCount(
        site: message.site, credential: message.credential, data: message.data.count, requester: message.requester)
    return try bytes(count) { (output: inout OutputSpan<UInt8>) throws(WireError) in
        try KeySignRequest.encode(
            message.transport, site: message.site, credential: message.credential,
            data: body.span.extracting(message.data), flags: message.flags, requester: message.requester,
            into: &output)
    }
}

private func recoverySet(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try RecoverySetRequest(from: body.span)
    let count = RecoverySetRequest.encodedCount(message.selector, service: message.service, codes: message.codes)
    return try bytes(count) { (output: inout OutputSpan<UInt8>) throws(WireError) in
        try RecoverySetRequest.encode(
            message.selector, service: message.service, isInOrder: message.isInOrder, replaces: message.replaces,
            codes: message.codes, in: body.span, into: &output)
    }
}

private func recoveryUsed(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try RecoveryUsedRequest(from: body.span)
    let count = RecoveryUsedRequest.encodedCount(message.selector, code: message.code.count)
    return try bytes(count) { (output: inout OutputSpan<UInt8>) throws(WireError) in
        try RecoveryUsedRequest.encode(message.selector, code: body.span.extracting(message.code), into: &output)
    }
}

private func recoveryCode(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try RecoveryCodeReply(from: body.span)
    let count = RecoveryCodeReply.encodedCount(message.set, code: message.code.count)
    return try bytes(count) { (output: inout OutputSpan<UInt8>) throws(WireError) in
        try RecoveryCodeReply.encode(
            message.set, number: message.number, code: body.span.extracting(message.code), into: &output)
    }
}

private func recoveryCodes(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try RecoveryCodesReply(from: body.span)
    let count = RecoveryCodesReply.encodedCount(message.set, codes: message.codes)
    return try bytes(count) { (output: inout OutputSpan<UInt8>) throws(WireError) in
        try RecoveryCodesReply.encode(message.set, codes: message.codes, in: body.span, into: &output)
    }
}

private func exportEntries(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try ExportEntriesReply(from: body.span)
    var count = ExportEntriesReply.headCount
    for entry in message.entries {
        count += ExportEntry.encodedCount(
            entry.account, note: entry.note.count, key: entry.key.count, pin: entry.pin.count)
    }
    return try bytes(count) { (output: inout OutputSpan<UInt8>) throws(WireError) in
        try ExportEntriesReply.encodeHead(next: message.next, entries: message.entries.count, into: &output)
        for entry in message.entries {
            try ExportEntry.encode(
                entry.account, note: body.span.extracting(entry.note), key: body.span.extracting(entry.key),
                pin: body.span.extracting(entry.pin), into: &output)
        }
    }
}

private func backupVerify(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try BackupVerifyRequest(from: body.span)
    return try bytes(BackupVerifyRequest.encodedCount(bytes: message.bytes.count)) {
        (output: inout OutputSpan<UInt8>) throws(WireError) in
        try BackupVerifyRequest.encode(
            size: message.size, start: message.start, bytes: body.span.extracting(message.bytes), into: &output)
    }
}

private func exportBytes(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try ExportBytesReply(from: body.span)
    return try bytes(ExportBytesReply.encodedCount(bytes: message.bytes.count)) {
        (output: inout OutputSpan<UInt8>) throws(WireError) in
        try ExportBytesReply.encode(
            next: message.next, bytes: body.span.extracting(message.bytes), into: &output)
    }
}

private func restoreData(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try RestoreDataRequest(from: body.span)
    return try bytes(RestoreDataRequest.encodedCount(bytes: message.bytes.count)) {
        (output: inout OutputSpan<UInt8>) throws(WireError) in
        try RestoreDataRequest.encode(bytes: body.span.extracting(message.bytes), into: &output)
    }
}

private func restoreOpen(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try RestoreOpenRequest(from: body.span)
    return try bytes(RestoreOpenRequest.encodedCount(secret: message.secret.count)) {
        (output: inout OutputSpan<UInt8>) throws(WireError) in
        try RestoreOpenRequest.encode(
            mode: message.mode, key: message.key, secret: body.span.extracting(message.secret), into: &output)
    }
}

private func restoreCommit(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try RestoreCommitRequest(from: body.span)
    let count = RestoreCommitRequest.encodedCount(source: message.source, passphrase: message.passphrase.count)
    return try bytes(count) { (output: inout OutputSpan<UInt8>) throws(WireError) in
        try RestoreCommitRequest.encode(
            source: message.source, passphrase: body.span.extracting(message.passphrase), into: &output)
    }
}

private func verify(_ body: [UInt8]) throws(WireError) -> [UInt8] {
    let message = try VerifyRequest(from: body.span)
    let count = VerifyRequest.encodedCount(
        message.selector, message.credential, key: message.key.count, pin: message.pin.count)
    return try bytes(count) { (output: inout OutputSpan<UInt8>) throws(WireError) in
        try VerifyRequest.encode(
            message.selector, message.credential, key: body.span.extracting(message.key),
            pin: body.span.extracting(message.pin), into: &output)
    }
}

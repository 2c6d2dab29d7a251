import Wire

/// What a request gets that comes over the forwarded socket: somebody else may sit at its other end.
enum ForwardedReach {
    /// Nothing: it is refused.
    case none
    /// It is about the connection alone.
    case connection
    /// It tells of accounts that are tagged for it, and nothing of others.
    case tagged
    /// It uses such an account, and the owner is asked each time.
    case asked
}

extension MessageType {
    /// What it gets over the forwarded socket. A new message does not compile without a decision.
    var forwardedReach: ForwardedReach {
        switch self {
        case .hello, .sshBind, .cancel: .connection
        case .list, .keyList: .tagged
        case .code, .keySign: .asked
        case .status, .initialize, .unlock, .lock, .passphrase, .settings, .setSettings, .access, .accessCodes,
            .accessAdd,
            .accessRemove, .accessRotate, .recoveryKey, .accessClean, .respond, .show, .restoreAccess, .restoreKeep,
            .add,
            .edit, .remove, .untrash, .move, .begin, .commit, .abort, .undoImport, .export, .exportPage, .keyCreate,
            .keyAssert, .keyNext, .keyEdit, .keyRemove, .keyPresence, .subscribe, .challenges, .approve, .deny, .grants,
            .grantRevoke, .pinState, .pinAgreement, .pinSet, .pinChange, .pinToken, .verificationToken, .keyReset,
            .tokenVerify, .recoverySet, .recoveryList, .recoveryNext, .recoveryUsed, .recoveryShow, .backupNow,
            .backupState, .backupVerify, .backupReport, .backupPlaces, .rehearsed, .restoreBegin, .restoreData,
            .restoreOpen,
            .restorePreview, .restoreCommit, .restoreAbort, .find, .verify, .mutes, .log, .allowWeak, .joinUndo,
            .earlierVaults, .keyPin, .otherWays, .otherWay, .hardwareKeys, .hardwareAdd, .keyImport, .keyExportPage,
            .largeBlobs,
            .keyConfiguration, .webCreate, .webAssert, .webKeys, .webSignal, .keeperCard, .keeperMake, .keeperMakePlus,
            .keepers,
            .keeperKeep, .keeperAnswer, .keeperProven, .keeperForget, .tokenSave, .tokenList, .tokenRetrieve,
            .messageIn, .messageCode, .line, .lines:
            .none
        // Replies and events.
        case .ok, .welcome, .statusReply, .settingsReply, .accessReply, .accessCodesReply, .accessAdded,
            .recoveryKeyReply, .accessCleaned, .codeReply, .accounts, .account, .keys, .restoreAccessReply, .added,
            .importUndone, .exportReady, .exportEntries, .exportBytes, .restoreOpened, .restoreEntries, .restored,
            .challengesReply, .recoveryCounts, .recoverySets, .recoveryCode, .recoveryCodes, .backupMade,
            .backupStateReply, .backupVerified, .backupPlacesReply, .grantsReply, .keyCreated, .keyAssertion,
            .keySignature, .pinStateReply,
            .pinAgreementReply, .pinTokenReply, .mutesReply, .logReply, .lockedEvent, .unlockedEvent, .changedEvent,
            .challengeEvent, .challengeEndedEvent, .backupDueEvent, .backupHealthEvent, .joinUndone,
            .earlierVaultsReply, .otherWaysReply, .hardwareKeysReply, .keyImported, .keyExported, .largeBlobsReply,
            .keyConfigurationReply, .webCreated, .webAsserted, .webKeysReply, .keeperCardReply, .keepersMade,
            .keepersReply, .keeperAnswered, .tokensReply, .tokenReply, .messageCodeReply, .linesReply, .numberEvent,
            .error:
            .none
        }
    }
}

package import Wire

/// Why a CTAP2 command failed: the first byte of its answer (CTAP 2.1, section 8.2; 0 is success).
package enum CTAPStatus: UInt8, Error, CaseIterable, Sendable {
    case invalidCommand = 0x01
    case invalidParameter = 0x02
    case invalidLength = 0x03
    case invalidSequence = 0x04
    case unexpectedType = 0x11
    case invalidCBOR = 0x12
    case missingParameter = 0x14
    case limitExceeded = 0x15
    case largeBlobStorageFull = 0x18
    case credentialExcluded = 0x19
    case unsupportedAlgorithm = 0x26
    case operationDenied = 0x27
    case keyStoreFull = 0x28
    case unsupportedOption = 0x2B
    case invalidOption = 0x2C
    case keepAliveCancel = 0x2D
    case noCredentials = 0x2E
    case userActionTimeout = 0x2F
    case notAllowed = 0x30
    case pinInvalid = 0x31
    case pinBlocked = 0x32
    case pinAuthInvalid = 0x33
    case pinAuthBlocked = 0x34
    case pinNotSet = 0x35
    case verificationRequired = 0x36
    case pinPolicyViolation = 0x37
    case integrityFailure = 0x3D
    case invalidSubcommand = 0x3E
    case verificationInvalid = 0x3F
    case unauthorizedPermission = 0x40
    case other = 0x7F

    /// What an error of the agent means to a client.
    package init(_ code: ErrorCode) {
        switch code {
        // Only a person's no: clients end their request at all other authenticators for it.
        case .denied: self = .operationDenied
        case .expired, .locked, .noVault, .interrupted: self = .userActionTimeout
        case .cancelled: self = .keepAliveCancel
        case .noKey, .notFound: self = .noCredentials
        case .excluded: self = .credentialExcluded
        case .unsupportedAlgorithm: self = .unsupportedAlgorithm
        case .keysFull: self = .keyStoreFull
        case .notAllowed: self = .notAllowed
        case .verificationRequired: self = .verificationRequired
        case .tokenInvalid: self = .pinAuthInvalid
        case .permissionMissing: self = .unauthorizedPermission
        case .pinWrong: self = .pinInvalid
        case .pinPaused: self = .pinAuthBlocked
        case .pinBlocked: self = .pinBlocked
        case .pinNotSet: self = .pinNotSet
        case .pinPolicy: self = .pinPolicyViolation
        case .usage, .badInput, .alreadyExists: self = .invalidParameter
        case .permission: self = .verificationInvalid
        default: self = .other
        }
    }
}

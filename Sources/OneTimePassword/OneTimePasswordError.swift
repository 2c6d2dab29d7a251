/// What can be wrong with a key, an account or a request for a code. No case carries a part of a secret.
package enum OneTimePasswordError: Error, Equatable, Sendable {
    /// The key holds no byte.
    case keyEmpty
    /// The key does not fit into the place that was given for it.
    case keyTooLong
    /// The character at this place, counted from 1, belongs to no base32 text.
    case notBase32(position: Int)
    /// The character at this place, counted from 1, is no hexadecimal digit, or their number is odd.
    case notHexadecimal(position: Int)
    /// A Yandex key has 16 or 26 bytes.
    case yandexKeyLength
    /// The check bits of a Yandex key are wrong.
    case yandexChecksum
    /// A code has 1 to 10 digits.
    case digitsOutOfRange
    /// A period has 1 to 86400 seconds.
    case periodOutOfRange
    /// A credential has nothing in this field, and its kind has a value there.
    case fieldMissing(String)
    /// The hash cannot be used for this kind of code.
    case algorithmUnsupported
    /// The clock stands before the account's first time step.
    case beforeStart
    /// The account needs a PIN.
    case pinMissing
    /// The PIN does not fit into the place that was given for it.
    case pinTooLong
    /// The text is no OCRA suite (RFC 6287, section 6), or one that asks for what is not offered.
    case suiteMalformed
    /// A code of this account answers a question.
    case questionMissing
    /// The account answers no questions.
    case notChallengeResponse
    /// The question has characters that its suite does not allow.
    case questionMalformed
    /// The question is longer than its suite allows.
    case questionTooLong
    /// The suite asks for session information.
    case sessionMissing
    /// The session information is longer than its suite allows.
    case sessionTooLong
    /// The suite has no session information.
    case sessionNotTaken
    /// The text is no account URI.
    case notAnAccountURI
    /// The text is an export of Google Authenticator with many accounts.
    case migrationURI
    /// The URI names a kind of account that is not known.
    case unknownKind
    /// The URI is longer than any account needs.
    case uriTooLong
    /// The URI has no secret.
    case secretMissing
    /// A counter based account has no counter.
    case counterMissing
    /// This parameter of the URI has a value that cannot be used.
    case parameterInvalid(AccountURI.Parameter)
    /// This parameter of the URI is given twice with two values.
    case parameterRepeated(AccountURI.Parameter)
    /// A percent sign in the URI is not followed by two hexadecimal digits.
    case escapeBroken
    /// Issuer or name is longer than 1024 bytes.
    case labelTooLong
}

extension OneTimePasswordError {
    /// What happened, as a lower case sentence without a full stop.
    package var message: Sentence {
        switch self {
        case .keyEmpty: "the key is empty"
        case .keyTooLong: "the key is too long"
        case .notBase32(let position): "character \(position) of the key is not base32"
        case .notHexadecimal(let position): "character \(position) of the key is not a hexadecimal digit"
        case .yandexKeyLength: "a Yandex key has 16 or 26 bytes"
        case .yandexChecksum: "the check bits of the Yandex key are wrong"
        case .digitsOutOfRange: "a code has 1 to 10 digits"
        case .periodOutOfRange: "a period has 1 to 86400 seconds"
        case .fieldMissing(let field): "the credential has no \(field)"
        case .algorithmUnsupported: "MD5 is too short for codes of this kind"
        case .beforeStart: "the clock stands before the first code of this account"
        case .pinMissing: "this account needs a PIN"
        case .pinTooLong: "the PIN is too long"
        case .suiteMalformed: "the OCRA suite is malformed or not supported"
        case .questionMissing: "a code of this account answers a question, and none was given"
        case .notChallengeResponse: "this account answers no questions"
        case .questionMalformed: "the question has characters that this account does not allow"
        case .questionTooLong: "the question is too long for this account"
        case .sessionMissing: "this account needs session information"
        case .sessionTooLong: "the session information is too long for this account"
        case .sessionNotTaken: "this account takes no session information"
        case .notAnAccountURI: "this is not an otpauth URI"
        case .migrationURI: "this is an export of Google Authenticator, not the URI of one account"
        case .unknownKind: "the URI names an unknown kind of account"
        case .uriTooLong: "the URI is too long"
        case .secretMissing: "the URI has no secret"
        case .counterMissing: "the URI of a counter-based account has no counter"
        case .parameterInvalid(let parameter): "the URI has an unusable value for \(parameter.rawValue)"
        case .parameterRepeated(let parameter): "the URI gives \(parameter.rawValue) twice, and differently"
        case .escapeBroken: "the URI has a percent sign without two hexadecimal digits"
        case .labelTooLong: "issuer or name of the URI is over 1024 bytes long"
        }
    }

    /// What to do about it, as a lower case sentence without a full stop.
    package var remedy: Sentence {
        switch self {
        case .keyEmpty, .keyTooLong, .notBase32, .notHexadecimal, .yandexKeyLength, .yandexChecksum, .secretMissing:
            "copy the key again, all of it, from where it was shown"
        case .digitsOutOfRange, .periodOutOfRange: "give a value within these bounds"
        case .fieldMissing: "give it; there is no default"
        case .algorithmUnsupported: "use sha1, sha256 or sha512, whichever the issuer names"
        case .beforeStart: "check the clock of this machine"
        case .pinMissing: "give the PIN that was chosen when the account was set up"
        case .pinTooLong: "check the PIN"
        case .suiteMalformed: "compare it with RFC 6287, section 6; an example is OCRA-1:HOTP-SHA1-6:QN08"
        case .questionMissing: "give the question that the issuer shows"
        case .notChallengeResponse: "ask for its code instead"
        case .questionMalformed, .questionTooLong: "type the question as the issuer shows it, without spaces"
        case .sessionMissing, .sessionTooLong: "give the session information that the issuer shows"
        case .sessionNotTaken: "leave it out"
        case .notAnAccountURI: "give a URI that begins with otpauth://, motp:// or steam://"
        case .migrationURI: "import it instead of adding it"
        case .unknownKind: "known kinds are totp, hotp, steam, motp, yaotp and ocra"
        case .counterMissing: "ask the issuer for the counter, and add it to the URI as counter=NUMBER"
        case .uriTooLong, .parameterInvalid, .parameterRepeated, .escapeBroken, .labelTooLong:
            "ask the issuer for a new URI, or add the account by its key"
        }
    }
}

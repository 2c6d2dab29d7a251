/// Why a token was refused, under names that implementations of the draft share (github/darrrr), and names of the same form
/// for what that one lets pass.
package enum TokenError: String, Error, Sendable, CaseIterable {
    // MARK: What a recovery provider finds in a token that it is to keep.

    /// It is no token.
    case tokenParseError = "token_parse_error"
    /// It is longer than the provider takes.
    case tokenTooLarge = "token_too_large"
    /// Another version.
    case versionMustBe0 = "version_must_be_0"
    /// Another type.
    case typeMustBe0 = "type_must_be_0"
    /// Its issuer is no origin, or has no configuration that can be used.
    case couldNotDetermineProvider = "could_not_determine_provider"
    /// No key that its issuer publishes has signed it.
    case unableToVerifySignature = "unable_to_verify_signature"
    /// It is for another provider.
    case unacceptableAudience = "unacceptable_audience"
    /// It is too old.
    case issuedTooFarInThePast = "issued_too_far_in_the_past"
    /// It was issued later than now.
    case issuedInTheFuture = "issued_in_the_future"
    /// Its binding is not one that this provider gave, or was used.
    case unacceptableBinding = "unacceptable_binding"

    // MARK: What an account's provider finds in a countersigned token. The "recovery token" is the one inside.

    /// It is no token.
    case countersignedTokenParseError = "countersigned_token_parse_error"
    /// Another version.
    case countersignedInvalidTokenVersion = "countersigned_invalid_token_version"
    /// Another type.
    case countersignedInvalidTokenType = "countersigned_invalid_token_type"
    /// A bit that a countersigned token never has.
    case countersignedInvalidOptions = "countersigned_invalid_options"
    /// It is for another account's provider.
    case countersignedInvalidAudience = "countersigned_invalid_audience"
    /// No key that its issuer publishes has signed it.
    case countersignedInvalidSignature = "countersigned_invalid_signature"
    /// It answers another question than was asked.
    case countersignedInvalidBinding = "countersigned_invalid_binding"
    /// It is too old, or from the future.
    case staleToken = "stale_token"
    /// No RFC 3339 time.
    case invalidIssuedTime = "invalid_issued_time"
    /// It is no token.
    case recoveryTokenParseError = "recovery_token_token_parse_error"
    /// Another version or type.
    case recoveryTokenInvalidTokenType = "recovery_token_invalid_token_type"
    /// No key of this account's provider has signed it.
    case recoveryTokenInvalidSignature = "recovery_token_invalid_signature"
    /// It was countersigned by somebody for whom it is not, or somebody unknown, or was issued by somebody else.
    case recoveryTokenInvalidIssuer = "recovery_token_invalid_issuer"
    /// It was used before, or ended.
    case recoveryTokenAlreadyUsed = "recovery_token_already_used"
    /// What it carries cannot be opened.
    case recoveryTokenInvalidData = "recovery_token_invalid_data"

    /// A key of ours is none, or there is no memory.
    case cannotSign = "cannot_sign"
}

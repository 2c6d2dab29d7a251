import ForeignLibraries
import OneTimePassword
package import Platform
package import Wire

/// Why nothing can be made of a file, or nothing can be written. No case and no text carries a part of a secret.
package enum ConversionError: Error, Equatable, Sendable {
    /// Nothing about the file says what it is.
    case unknownFormat
    /// It is what it says it is, but broken: what is wrong, as a lower case sentence without a full stop.
    case malformed(String)
    /// A password is needed, and none was given.
    case passwordNeeded
    /// The password does not open it, or the file was changed.
    case wrongPassword
    /// The format, with a version that is not known.
    case version(String)
    /// It asks for more work or memory than is spent on one file; nothing was computed.
    case tooExpensive
    /// It is over a bound of this program: which.
    case tooLarge(String)
    /// What it is, and why it cannot be read, with a remedy.
    case unsupported(String, remedy: String)
    /// Memory that cannot be had or locked.
    case memory(MemoryError)
    /// It may be of that format, which has no mark, but was not opened as one: why, and what to do.
    case unproven(String, isPasswordWrong: Bool, remedy: String)
    /// The program at the other end does not keep to the frames, or has gone.
    case conversation

    /// What `fob` says and ends with. `format` may be empty.
    package func failure(format: String) -> ConversionFailure {
        let what = format.isEmpty ? "the file" : noted("the \(format) file")
        switch self {
        case .unknownFormat:
            return ConversionFailure(
                code: .badInput, message: "the format of the file is not known",
                remedy: "see the list in fob-formats(7), or export it again as otpauth URIs")
        case .malformed(let what):
            return ConversionFailure(
                code: .badInput, message: "\(format.isEmpty ? "" : "\(format): ")\(what)",
                remedy: "export it again: the file may be cut off or changed")
        case .passwordNeeded:
            return ConversionFailure(
                code: .badInput, message: "\(what) is encrypted",
                remedy: "give its password with --password-fd, for example: --password-fd 3 3< PASSWORD-FILE")
        case .wrongPassword:
            return ConversionFailure(
                code: .permission, message: "the password does not open \(what), or it was changed",
                remedy: format == KeePassReader.name
                    ? "give its password, and its key file, if it has one, with --key-file; or export it as XML"
                    : "give the password that was chosen when it was exported")
        case .version(let version):
            return ConversionFailure(
                code: .badInput, message: "\(what) has the unknown version \(version)",
                remedy: "update fob, or export with an older version of the other program")
        case .tooExpensive:
            return ConversionFailure(
                code: .badInput, message: "\(what) takes more work to open than fob spends on one file",
                remedy:
                    "lower the work (rounds, passes, memory) in the program that made it, and save or export it again")
        case .tooLarge(let bound):
            return ConversionFailure(
                code: .badInput, message: "\(what) is too large: \(bound)", remedy: "split it, or export less")
        case .unproven(let why, let isPasswordWrong, let remedy):
            return ConversionFailure(code: isPasswordWrong ? .permission : .badInput, message: why, remedy: remedy)
        case .unsupported(let why, let remedy):
            return ConversionFailure(code: .badInput, message: why, remedy: remedy)
        case .memory(let error):
            let message =
                switch error {
                case .cannotLock: "no memory can be locked"
                case .exhausted: "\(what) needs more locked memory than the limit allows"
                case .outOfMemory: "there is not enough memory for \(what)"
                }
            return ConversionFailure(
                code: .system, message: message,
                remedy: "raise the limit (ulimit -l, LimitMEMLOCK=), or name a file in place of a pipe")
        case .conversation:
            return ConversionFailure(
                code: .protocolMismatch, message: "fob-convert was not spoken to as fob does",
                remedy: "install fob and fob-convert of the same release")
        }
    }
}

extension ConversionError {
    /// What an error costs.
    package enum Scope: Sendable {
        /// The item that is being read, where one is, and no other; else the file.
        case item
        /// The file, and no other that was given with it.
        case file
        /// Everything.
        case all
    }

    /// What it costs.
    package var scope: Scope {
        switch self {
        case .malformed: .item
        case .memory, .conversation: .all
        default: .file
        }
    }

    /// It is something that is not read, whatever is in it.
    var isUnsupported: Bool { if case .unsupported = self { true } else { false } }

    /// What is wrong with a key, with parameters or with a URI.
    init(_ error: OneTimePasswordError) { self = .malformed(error.message.text) }

    /// What the rules of one-time passwords let pass, or why not.
    static func checked<R: ~Copyable>(
        _ body: () throws(OneTimePasswordError) -> R
    ) throws(ConversionError) -> R {
        do throws(OneTimePasswordError) { return try body() } catch { throw ConversionError(error) }
    }

    /// What a text holds; nil when it is broken.
    static func ifWhole<R: ~Copyable>(_ body: () throws(ConversionError) -> R) throws(ConversionError) -> R? {
        do throws(ConversionError) { return try body() } catch {
            guard case .malformed = error else { throw error }
            return nil
        }
    }

    /// What a library below makes, or why not.
    static func foreign<R: ~Copyable>(_ body: () throws(ForeignError) -> R) throws(ConversionError) -> R {
        do throws(ForeignError) { return try body() } catch { throw ConversionError(error) }
    }

    /// The same of a file that may be of a format without a mark, or may not.
    func ofGuess(_ reader: any FormatReader.Type) -> ConversionError {
        let candidates =
            reader == TOTPAuthenticatorBackupReader.self
            ? "of TOTP Authenticator, or an encrypted maFile of Steam Desktop Authenticator" : "of andOTP"
        let how = "if it is one, give its password with --from \(reader.name) --password-fd"
        let remedy =
            reader == TOTPAuthenticatorBackupReader.self
            ? "\(how); of maFiles, first turn the encryption off in Steam Desktop Authenticator"
            : "\(how); else see the list in fob-formats(7)"
        switch self {
        case .passwordNeeded:
            return .unproven(
                "the format of the file is not known; it may be an encrypted backup \(candidates)",
                isPasswordWrong: false, remedy: remedy)
        case .tooExpensive:
            return .unproven(
                "the format of the file is not known; if it is an encrypted backup \(candidates), it takes more "
                    + "work to open than fob spends on one file", isPasswordWrong: false, remedy: remedy)
        case .wrongPassword:
            return .unproven(
                "the password does not open the file, which says nothing of its format: it may be an encrypted backup "
                    + "\(candidates), or something else", isPasswordWrong: true, remedy: remedy)
        default: return self
        }
    }

    /// What a library below refused.
    init(_ error: ForeignError) {
        switch error {
        case .notAuthentic: self = .wrongPassword
        case .tooExpensive: self = .tooExpensive
        case .outOfMemory: self = .tooLarge("not enough memory")
        case .tooLarge: self = .tooLarge("more than can be read")
        case .badParameter, .damaged: self = .malformed("it is damaged")
        case .unsupported:
            self = .unsupported("it uses a method that is not known here", remedy: "export it in another way")
        }
    }
}

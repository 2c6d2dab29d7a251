package import Model
package import Platform

/// Why the vault's file was not read or not written.
package enum StoreError: Error, Equatable, Sendable {
    /// Another process has the directory.
    case lockedByAnother(path: String)
    /// Owners, modes, links or the kernel's permissions are not as they must be.
    case refused(DirectoryError)
    /// The directory cannot be made or used.
    case notOpened(DirectoryError)
    /// There is no vault in the directory.
    case noVault(path: String)
    /// The vault's file has more bytes than any vault.
    case tooLarge(path: String, limit: Int)
    /// The vault's file, or its directory, cannot be read.
    case unreadable(DirectoryError)
    /// Nothing was changed: a step of the save failed.
    case notSaved(DirectoryError)
    /// Nothing was changed: the vault's file is not the one that was last read or written here. What was saved last is
    /// kept under another path.
    case replaced(path: String, kept: String?)
    /// Nothing was changed: what came back from the disk is not what was written.
    case notVerified(path: String)

    /// What the caller makes of it; each is one exit status.
    package enum Kind: Sendable {
        /// Permission (77).
        case permission
        /// The vault is damaged or unreadable (10).
        case damage
        /// The disk failed, is full or is read-only: not saved (74).
        case inputOutput
        /// Another agent has the vault (75).
        case busy
        /// No vault yet (8).
        case absent
    }

    /// What the caller makes of it.
    package var kind: Kind {
        switch self {
        case .lockedByAnother: .busy
        case .refused: .permission
        case .noVault: .absent
        case .tooLarge, .unreadable: .damage
        case .notOpened, .notSaved, .notVerified, .replaced: .inputOutput
        }
    }

    /// What is wrong.
    package var message: Sentence {
        switch self {
        case .lockedByAnother(let path): "another agent has the vault in \(path)"
        case .refused(let error): error.message
        case .notOpened(let error): "the vault's directory cannot be used: \(error.message)"
        case .noVault(let path): "there is no vault in \(path)"
        case .tooLarge(let path, let limit): "\(path) is larger than \(limit) bytes"
        case .unreadable(let error): "the vault cannot be read: \(error.message)"
        case .notSaved(let error): "the vault was not saved: \(error.message)"
        case .replaced(let path, _):
            "the vault was not saved: something else has put another file in the place of \(path), which is not overwritten"
        case .notVerified(let path): "the vault was not saved: \(path) came back from the disk altered"
        }
    }

    /// What to do about it.
    package var remedy: Sentence {
        switch self {
        case .lockedByAnother: "use that agent, or end it first"
        case .refused(let error), .notOpened(let error), .unreadable(let error), .notSaved(let error): error.remedy
        case .noVault: "make one with: fob init"
        case .tooLarge: "put an older generation of the vault in its place"
        case .replaced(_, nil): "lock the vault and unlock it to go on with that file"
        case .replaced(_, let kept?):
            "lock the vault and unlock it to go on with that file; then bring in what was saved here with: fob restore \(Shell.quoted(kept))"
        case .notVerified: "check the disk; the vault from before is still in place"
        }
    }

    /// A failure to open the directory or to lock it.
    init(opening error: DirectoryError) { self = error.isPermission ? .refused(error) : .notOpened(error) }

    /// A failure to read.
    init(reading error: DirectoryError) {
        switch error {
        case .tooLarge(let path, let limit): self = .tooLarge(path: path, limit: limit)
        default: self = error.isPermission ? .refused(error) : .unreadable(error)
        }
    }

    /// A failure to write. Denied writes are not saved; files that are not this user's are refused.
    init(writing error: DirectoryError) {
        self = error.isPermission && error.fault == nil ? .refused(error) : .notSaved(error)
    }
}

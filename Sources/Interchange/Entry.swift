package import OneTimePassword
package import Platform
package import Wire

/// One account of another authenticator: what `fob` can keep of it, what it cannot, and its secrets in locked memory.
package struct Entry: ~Copyable {
    /// Who issued it; may be empty.
    package var issuer: String
    /// Whose account it is; may be empty.
    package var name: String
    /// How its codes are computed; nil when the credential did not come along.
    package var parameters: Parameters?
    /// The key; empty without parameters.
    package var key: LockedBuffer
    /// The PIN of mOTP and Yandex; empty for none.
    package var pin: LockedBuffer
    /// Free text, UTF-8.
    package var note: LockedBuffer
    /// Groups, folders, categories and tags.
    package var tags: [String] = []
    /// Whether its credential came along.
    package var state = AccountState.ok
    /// Favourite, icon, usage.
    package var extras = AccountExtras()
    /// It lies in the trash of the source: it is named, and stays there.
    package var isTrashed = false
    /// What the source has and an account here cannot hold, each a few words such as "colour" or "password".
    package var lost: [String] = []

    /// An account with that credential.
    package init(
        issuer: String, name: String, parameters: Parameters?, key: consuming LockedBuffer
    ) throws(ConversionError) {
        let pin = try ConversionError.buffer(0)
        let note = try ConversionError.buffer(0)
        self.issuer = issuer
        self.name = name
        self.parameters = parameters
        self.key = key
        self.pin = pin
        self.note = note
    }

    /// What it is called where something is said about it.
    package var label: String { issuer.isEmpty ? name : name.isEmpty ? issuer : "\(issuer): \(name)" }

    /// The account as it travels, without its secrets.
    package var account: NewAccount {
        NewAccount(issuer: issuer, name: name, credential: Model.Credential(parameters), tags: tags)
    }
}

/// What a reader finds: it calls these in the order of the file.
///
/// The sink keeps the bounds of the protocol (texts, tags, keys): readers hand over what they found.
package protocol EntrySink: AnyObject {
    /// One account, at its place in the input (from 1).
    func entry(_ entry: consuming Entry, at position: Int) throws(ConversionError)
    /// One item that cannot be an account: its label and why, as a lower case sentence without a full stop.
    func problem(_ label: String, _ reason: String, at position: Int) throws(ConversionError)
    /// One passkey, at the place of its item.
    func passkey(_ passkey: consuming PasskeyItem, at position: Int) throws(ConversionError)
    /// Something about the whole file.
    func warning(_ text: String) throws(ConversionError)
    /// A file inside of the one that is read is at its end: as what it was read, and what kept it from being read.
    func endMember(_ name: String, format: String, _ failure: ConversionError?) throws(ConversionError)
}

extension EntrySink {
    /// Gives the account that `make` makes of an item, or says why it makes none: what is wrong with the item costs no other.
    func item(
        _ label: String, at position: Int, _ make: () throws(ConversionError) -> Entry
    ) throws(ConversionError) {
        let made: Entry
        do throws(ConversionError) {
            made = try make()
        } catch {
            guard case .malformed(let reason) = error, error.scope == .item else { throw error }
            return try problem(label, reason, at: position)
        }
        try entry(made, at: position)
    }

    /// Where nobody asks for the outcome of each, a failure is a sentence about the whole.
    package func endMember(
        _ name: String, format: String, _ failure: ConversionError?
    ) throws(ConversionError) {
        if let failure { try warning("\(name): \(failure.failure(format: format).message)") }
    }
}

package import OneTimePassword
import Platform

/// What the owner says of an account; without its secrets.
package struct AccountDetails: Sendable, Equatable {
    /// Whose account it is: the service.
    package var issuer: String
    /// Which account there.
    package var name: String
    /// The owner's words for groups of accounts.
    package var tags: [String]
    /// Each use needs a person's yes.
    package var confirm: Bool
    /// Each use needs the passphrase, whether or not it needs a yes.
    package var verify: Bool
    /// Seconds after an unlock for which it can be used; 0 for as long as the vault is open.
    package var lifetime: UInt32

    /// An account's details.
    package init(
        issuer: String, name: String, tags: [String] = [], confirm: Bool = false, verify: Bool = false,
        lifetime: UInt32 = 0
    ) {
        self.issuer = issuer
        self.name = name
        self.tags = tags
        (self.confirm, self.verify) = (confirm, verify)
        self.lifetime = lifetime
    }

    /// It can be asked for over the forwarded socket.
    package var isForwardable: Bool { tags.contains(AccountTag.forward) }

    /// What each use takes of a person. What is verified is confirmed too, so that releases which know of no more ask.
    package var consent: Consent {
        get { verify ? .verify : confirm ? .confirm : .none }
        set { (confirm, verify) = (newValue != .none, newValue == .verify) }
    }

    /// `issuer/name`, or the one that is not empty.
    package var label: String { AccountLabel.text(issuer, name) }

    /// Whether that is its label. Mostly it is to the byte, which is seen without making the label.
    func isLabelled(_ query: String) -> Bool {
        let text = query.utf8Span.span
        let first = issuer.utf8Span.span
        let second = name.utf8Span.span
        func has(_ part: Span<UInt8>, at start: Int) -> Bool {
            for index in part.indices where text[start + index] != part[index] { return false }
            return true
        }
        let isWhole =
            !first.isEmpty && !second.isEmpty && text.count == first.count + 1 + second.count
            && text[first.count] == UInt8(ascii: "/") && has(first, at: 0) && has(second, at: first.count + 1)
        return isWhole || label == query
    }

    /// Throws `badValue` for what no account can have.
    func check() throws(VaultError) {
        guard !issuer.isEmpty || !name.isEmpty else { throw .badValue("both an empty issuer and an empty name") }
        for text in [issuer, name] {
            guard text.utf8.count <= Limits.name else { throw .badValue("so long a name") }
            guard !text.hasControls else { throw .badValue("control characters in its name") }
        }
        guard tags.count <= Limits.tags else { throw .badValue("more than \(Limits.tags) tags") }
        guard tags.allSatisfy({ !$0.isEmpty && $0.utf8.count <= Limits.tag }) else {
            throw .badValue("an empty or so long a tag")
        }
        guard !tags.contains(where: \.hasControls) else { throw .badValue("control characters in a tag") }
    }
}

extension AccountExtras {
    /// Throws `badValue` for what no account can have.
    func check() throws(VaultError) {
        guard icon.utf8.count <= Limits.text else { throw .badValue("so long a name of an icon") }
    }
}

/// An account as it is kept in memory: everything but the secrets, and where those lie in the records' bodies.
///
/// Tables copy and move thousands of them. What the record says, and the one-time password, therefore have places of their
/// own, which copies share and nobody changes.
package struct Account: Sendable {
    /// What its record says.
    @usableFromInline private(set) var said: Said
    /// Seconds of UTC of the last change of the account or its one-time password.
    package internal(set) var modified: UInt64
    /// Its one-time password; nil when it has none.
    package internal(set) var credential: Credential?

    /// Where the fields of a record lie.
    @usableFromInline final class Said: Sendable {
        @usableFromInline let fields: Fields

        init(_ fields: Fields) { self.fields = fields }
    }

    init(_ fields: Fields, modified: UInt64, credential: Credential? = nil) {
        (said, self.modified, self.credential) = (Said(fields), modified, credential)
    }

    /// What its record says; when it is changed, the copies before that keep theirs.
    var fields: Fields {
        get { said.fields }
        set { said = Said(newValue) }
    }

    // MARK: Fields of its record

    /// The id of the record.
    @inlinable package var id: Identifier { said.fields.id }
    /// What the owner says of it.
    package internal(set) var details: AccountDetails {
        @inlinable get { said.fields.details }
        set { fields.details = newValue }
    }
    /// Its place among the others: a number with room on both sides.
    var position: UInt64 {
        get { said.fields.position }
        set { fields.position = newValue }
    }
    /// Whether it can be used.
    package internal(set) var state: AccountState {
        @inlinable get { said.fields.state }
        set { fields.state = newValue }
    }
    /// Seconds of UTC.
    @inlinable package var created: UInt64 { said.fields.created }
    /// Seconds of UTC at which it was put into the trash; 0 when it is not there.
    package internal(set) var removed: UInt64 {
        @inlinable get { said.fields.removed }
        set { fields.removed = newValue }
    }
    /// What is known of it besides.
    package internal(set) var extras: AccountExtras {
        @inlinable get { said.fields.extras }
        set { fields.extras = newValue }
    }
    /// The import that it came with; nil for one that was added otherwise.
    package internal(set) var batch: Identifier? {
        @inlinable get { said.fields.batch }
        set { fields.batch = newValue }
    }
    /// Its secret never leaves this machine: backups hold a placeholder in its place.
    package internal(set) var isDeviceBound: Bool {
        @inlinable get { said.fields.isDeviceBound }
        set { fields.isDeviceBound = newValue }
    }
    /// Ways into it that lie elsewhere, as the record has them; see ``otherWays``.
    var otherWayTexts: [String] {
        get { said.fields.otherWayTexts }
        set { fields.otherWayTexts = newValue }
    }
    /// Bytes of the note.
    package internal(set) var noteCount: Int {
        @inlinable get { said.fields.note.count }
        set { fields.note = 0..<newValue }
    }

    /// It can be asked for over the forwarded socket.
    package var isForwardable: Bool { removed == 0 && details.isForwardable }

    /// The same account, without a one-time password, under another id.
    func with(id: Identifier) -> Account {
        var copy = fields
        copy.id = id
        return Account(copy, modified: modified)
    }
}

/// The one-time password of an account, without key and PIN, and where those are.
package final class Credential: Sendable {
    /// The id of its record.
    package let id: Identifier
    /// The account that it belongs to.
    let account: Identifier
    /// How codes are made; with the next counter.
    package let parameters: Parameters
    /// The body that holds the secrets.
    let body: SharedSecret
    let key: Range<Int>
    let pin: Range<Int>
    /// Equal keys of one session of the vault have equal marks; it tells nothing about the key.
    let mark: UInt64

    init(
        id: Identifier, account: Identifier, _ parameters: Parameters, in body: SharedSecret, key: Range<Int>,
        pin: Range<Int>, mark: UInt64
    ) {
        (self.id, self.account, self.parameters, self.body) = (id, account, parameters, body)
        (self.key, self.pin, self.mark) = (key, pin, mark)
    }

    /// Bytes of the key.
    package var keyCount: Int { key.count }

    /// Bytes of the PIN.
    package var pinCount: Int { pin.count }

    /// Lends the key and the PIN to `use`.
    package func withSecrets<R: ~Copyable, E: Error>(
        _ use: (_ key: Span<UInt8>, _ pin: Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        try body.withBytes { (body: Span<UInt8>) throws(E) in
            try use(body.extracting(key), body.extracting(pin))
        }
    }
}

extension AccountDetails {
    /// A numbered name that is free: the next one, unless there are gaps. Found in few steps, because a client may add
    /// and a file may bring thousands of one name.
    ///
    /// - Parameters:
    ///   - first: the lowest number.
    ///   - isTaken: whether there is an account with these details' label.
    ///   - name: the name with a number.
    func freeName(
        startingWith first: Int, isTaken: (AccountDetails) -> Bool, _ name: (_ number: Int) -> String
    ) -> String {
        func hasTaken(_ number: Int) -> Bool {
            var other = self
            other.name = name(number)
            return isTaken(other)
        }
        var taken = first - 1
        var free = first
        while hasTaken(free) { (taken, free) = (free, 2 * free) }
        while free - taken > 1 {
            let middle = (taken + free) / 2
            if hasTaken(middle) { taken = middle } else { free = middle }
        }
        return name(free)
    }
}

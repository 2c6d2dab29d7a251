package import Platform
package import Wire

/// The password of an encrypted file, from a descriptor or a person: who types has some tries, a file one.
package struct FilePassword: ~Copyable {
    private let source: PassphraseSource
    private var given = 0
    /// What the descriptor gave: it is read once, and may be the password of several files.
    private var read: LockedBuffer?

    private static let tries = 3

    /// - Parameters:
    ///   - descriptor: where it is read from, when the user named one.
    ///   - mayAsk: whether a person may be asked, on the terminal or else through pinentry.
    package init(descriptor: Int32?, mayAsk: Bool) {
        source = PassphraseSource(descriptor: descriptor, mayAsk: mayAsk, usesCredential: false)
    }

    /// The next password to try; nil when there is none, or none any more. For `Converter.run`.
    package mutating func next(_ needed: ConversionPasswordNeeded) throws(ClientError) -> LockedBuffer? {
        if !needed.again { given = 0 }
        guard given < (source.asksPerson ? Self.tries : 1) else { return nil }
        given += 1
        let prompt = Sentences.filePasswordPrompt(
            Label.cut(Label.shown(needed.format), to: 40), file: Label.cut(Label.shown(needed.file), to: 60),
            isGuess: needed.isGuess, again: needed.again)
        if source.descriptor != nil, read == nil {
            read = try Passphrase.read(prompt, explanation: prompt, from: source)
        }
        if let copy = try Self.copy(read) { return copy }
        do throws(ClientError) {
            return try Passphrase.read(prompt, explanation: prompt, from: source)
        } catch {
            guard error.lacksPerson else { throw error }
            return nil
        }
    }

    private static func copy(_ password: borrowing LockedBuffer?) throws(ClientError) -> LockedBuffer? {
        switch password {
        case .some(let password):
            var copy = try ClientError.locked(password.count)
            copy.append(copying: password.bytes)
            return copy
        case nil: return nil
        }
    }
}

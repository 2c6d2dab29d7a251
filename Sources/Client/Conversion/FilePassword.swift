package import Platform
import Wire

/// The password of an encrypted file, from a descriptor or a person: who types has some tries, a file one.
package struct FilePassword: ~Copyable {
    private let source: PassphraseSource
    private var given = 0

    private static let tries = 3

    /// - Parameters:
    ///   - descriptor: where it is read from, when the user named one.
    ///   - mayAsk: whether a person may be asked, on the terminal or else through pinentry.
    package init(descriptor: Int32?, mayAsk: Bool) {
        source = PassphraseSource(descriptor: descriptor, mayAsk: mayAsk, usesCredential: false)
    }

    /// The next password to try on a file of that format; for `Converter.run`.
    package mutating func next(_ format: String, again: Bool) throws(ClientError) -> LockedBuffer {
        let format = Label.cut(Label.shown(format), to: 40)
        guard given < (source.asksPerson ? Self.tries : 1) else {
            throw ClientError(.permission, Sentences.wrongFilePassword(format), remedy: Sentences.rightFilePassword)
        }
        given += 1
        let prompt = Sentences.filePasswordPrompt(format, again: again)
        do throws(ClientError) {
            return try Passphrase.read(prompt, explanation: prompt, from: source)
        } catch {
            guard error.code == .locked else { throw error }
            throw ClientError(.badInput, Sentences.fileIsEncrypted(format), remedy: Sentences.givePasswordDescriptor)
        }
    }
}

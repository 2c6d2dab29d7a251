import ArgumentParser
import Client
import Platform
import Wire

/// `fob key pin`: how the owner is verified at security keys besides the passphrase.
struct KeyPinVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin", abstract: Help.keyPin, discussion: Help.keyPinDiscussion,
        subcommands: [Set.self, Change.self, Remove.self, FreshUnlock.self])

    /// A new PIN, and the owner's proof.
    struct NewPin: ParsableArguments {
        @OptionGroup var secrets: Secrets
        @Option(name: .customLong("pin-fd"), help: Help.keyPinDescriptor) var pinDescriptor: Int32?

        /// Sets a new PIN, which is asked for twice.
        func set(_ common: Common, _ action: KeyPinAction, done: String) throws {
            let pin = try Passphrase.readNew(
                Sentences.newPinPrompt, again: tr("Once more: "), explanation: Sentences.newPinExplanation,
                from: common.source(pinDescriptor, credential: false))
            try secrets.prove(common, takesPin: action == .change) { (connection, proof) throws(ClientError) in
                try connection.changePin(action, proof: proof.bytes, pin: pin.bytes)
            }
            common.done(done)
        }
    }

    /// Where the owner's proof comes from.
    struct Secrets: ParsableArguments {
        @Option(name: .customLong("passphrase-fd"), help: Help.passphraseDescriptor) var descriptor: Int32?

        /// Changes something with the owner's proof, which is asked for again when it was wrong.
        func prove(
            _ common: Common, takesPin: Bool,
            _ body: (inout Connection, borrowing LockedBuffer) throws(ClientError) -> Void
        ) throws {
            try common.unlocked { (connection) throws(ClientError) in
                try connection.checkUnlocked()
                try Unlocking.asking(
                    takesPin ? Sentences.pinOrPassphrasePrompt : Sentences.passphrasePrompt,
                    Sentences.pinProofExplanation, common.source(descriptor, credential: false)
                ) { (proof) throws(ClientError) in try body(&connection, proof) }
            }
        }
    }

    /// `fob key pin set`.
    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "set", abstract: Help.keyPinSet)
        @OptionGroup var pin: NewPin
        @OptionGroup var common: Common

        func run() throws { try pin.set(common, .set, done: Sentences.pinSet) }
    }

    /// `fob key pin change`.
    struct Change: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "change", abstract: Help.keyPinChange)
        @OptionGroup var pin: NewPin
        @OptionGroup var common: Common

        func run() throws { try pin.set(common, .change, done: tr("the security keys have another PIN")) }
    }

    /// `fob key pin remove`.
    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "remove", abstract: Help.keyPinRemove)
        @OptionGroup var secrets: Secrets
        @OptionGroup var common: Common

        func run() throws {
            try secrets.prove(common, takesPin: true) { (connection, proof) throws(ClientError) in
                try connection.changePin(.remove, proof: proof.bytes)
            }
            common.done(tr("the security keys have no PIN any more"))
        }
    }

    /// `fob key pin fresh-unlock`.
    struct FreshUnlock: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fresh-unlock", abstract: Help.freshUnlock, discussion: Help.freshUnlockDiscussion)
        @Argument(help: Help.freshUnlockTime) var time: TimeSpan
        @OptionGroup var secrets: Secrets
        @OptionGroup var common: Common

        func run() throws {
            try secrets.prove(common, takesPin: false) { (connection, proof) throws(ClientError) in
                try connection.changePin(.freshUnlock, proof: proof.bytes, seconds: time.seconds)
            }
            common.done(Sentences.freshUnlock(time.seconds))
        }
    }
}

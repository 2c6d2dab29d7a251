import ArgumentParser
import Client
import Wire

/// `fob key edit`.
struct KeyEditVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: Help.keyEdit, discussion: Help.keyEditDiscussion)

    @Argument(help: Help.keyName, completion: Completions.keys) var key: String
    @Option(name: .long, help: Help.keyConfirm) var confirm: Consent?
    @OptionGroup var common: Common

    func validate() throws {
        guard confirm != nil else { throw ValidationError(Sentences.nothingToEdit) }
        guard confirm != Consent.none else { throw ValidationError(Sentences.keyAsksAlways) }
    }

    func run() throws {
        try common.unlocked { (connection) throws(ClientError) in
            let found = try KeyName.find(key, in: connection.keys())
            var edit = KeyEditRequest(.record(found.record))
            edit.isVerified = confirm.map { $0 == .verify }
            try connection.edit(edit)
            common.done(Sentences.edited(Label.shown(found.title)), [("id", .string(found.record.description))])
        }
    }
}

import ArgumentParser
import Client
import Wire

/// `fob key remove`.
struct KeyRemoveVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: tr("Move a security key to the trash."), discussion: Help.keyRemoveDiscussion)

    @Argument(help: Help.keyName, completion: Completions.keys) var key: String
    @Flag(name: .long, help: Help.undo) var undo = false
    @OptionGroup var common: Common

    func run() throws {
        try common.unlocked { (connection) throws(ClientError) in
            let keys = try connection.keys(withTrash: undo).filter { ($0.removed != 0) == undo }
            let found = try KeyName.find(key, in: keys)
            if undo {
                var edit = KeyEditRequest(.record(found.record))
                edit.isRestored = true
                try connection.edit(edit)
            } else {
                try connection.remove(.record(found.record))
            }
            common.done(
                undo ? Sentences.untrashed(Label.shown(found.title)) : Sentences.keyRemoved(Label.shown(found.title)),
                [("id", .string(found.record.description))])
        }
    }
}

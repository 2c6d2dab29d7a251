import ArgumentParser
import Client
import Wire

/// `fob key rename`.
struct KeyRenameVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename", abstract: Help.keyRename, discussion: Help.keyRenameDiscussion)

    @Argument(help: Help.keyName, completion: Completions.keys) var key: String
    @Argument(help: .init(tr("The new name."), valueName: "label")) var label: String
    @OptionGroup var common: Common

    func run() throws {
        guard label.utf8.count <= Limits.keyName else {
            throw ClientError(.badInput, Sentences.textTooLong(Limits.keyName))
        }
        try common.unlocked { (connection) throws(ClientError) in
            let found = try KeyName.find(key, in: connection.keys())
            var edit = KeyEditRequest(.record(found.record))
            edit.label = label
            try connection.edit(edit)
            common.done(Sentences.edited(Label.shown(found.title)), [("id", .string(found.record.description))])
        }
    }
}

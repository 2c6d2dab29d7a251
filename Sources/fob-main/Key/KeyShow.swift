import ArgumentParser
import Client
import Wire

/// `fob key show`.
struct KeyShowVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: Help.keyShow, discussion: Help.keyShowDiscussion)

    @Argument(help: Help.keyName, completion: Completions.keys) var key: String
    @OptionGroup var common: Common

    func run() throws {
        let keys = try common.unlocked { (connection) throws(ClientError) in try connection.keys() }
        let found = try KeyName.find(key, in: keys)
        if common.json { return Output.line(JSON(found).text) }
        let rows = Sentences.details(of: found)
        let width = rows.map { Label.width($0.0) }.max() ?? 0
        for row in rows { Output.line(Label.padded(row.0 + ":", to: width + 1) + " " + Label.shown(row.1)) }
    }
}

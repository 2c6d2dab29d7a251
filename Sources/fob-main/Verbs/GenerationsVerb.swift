import ArgumentParser
import Client
import Platform
import Wire

/// `fob generations`.
struct GenerationsVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generations", abstract: Help.generations, discussion: Help.generationsDiscussion)

    @Flag(name: .long, help: .init(tr("Make the newest copy, or that of --number, the vault."))) var restore = false
    @Option(name: .long, help: .init(tr("The number of a save."), valueName: "n")) var number: UInt64?
    @OptionGroup var common: Common

    func validate() throws {
        if number != nil, !restore { throw ValidationError(tr("--number is for --restore.")) }
    }

    func run() throws {
        let copies = try OlderCopies()
        guard restore else {
            if common.json {
                Output.json([("generations", .strings(copies.names))])
            } else {
                for name in copies.names { Output.line(name) }
            }
            return
        }
        if var connection = try? Connection.open(starting: false) {
            let status: StatusReply = try connection.request(StatusRequest())
            guard status.vault != .unlocked else {
                throw ClientError(.busy, tr("the vault is unlocked"), remedy: tr("lock it with 'fob lock' first"))
            }
        }
        guard let name = number.map({ copies.name(numbered: $0) }) ?? copies.names.last else {
            throw ClientError(.notFound, Sentences.noSuchGeneration, remedy: tr("list them with 'fob generations'"))
        }
        let kept = try copies.putBack(name)
        common.done(Sentences.putBack(name, kept))
    }
}

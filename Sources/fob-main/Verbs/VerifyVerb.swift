import ArgumentParser
import Client
import OneTimePassword
import Platform
import Wire

/// `fob verify`.
struct VerifyVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: Help.verifyAccount, discussion: Help.verifyDiscussion)

    @Argument(help: Help.account, completion: Completions.accounts) var account: String
    @OptionGroup var secret: SecretOptions
    @OptionGroup var common: Common

    func run() throws {
        var new = try secret.read(
            issuer: "", name: "", mayAsk: !common.noAsk, window: Sentences.keyAgainInWindow)
        try secret.complete(&new, mayAsk: !common.noAsk)
        let credential = Credential(new.parameters)
        try common.unlocked { (connection) throws(ClientError) in
            let found = try connection.account(Selector(argument: account))
            let id = found.id
            try connection.verify(.id(id), credential, key: new.key.bytes, pin: new.pin.bytes)
            common.done(tr("\(Label.shown(found.label)) gives codes again"), [("id", .string(id.description))])
        }
    }
}

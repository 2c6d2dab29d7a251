import ArgumentParser
import Client
import Encodings
import Platform
import Wire

/// `fob verify-signature`. It needs no agent.
struct VerifySignatureVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-signature", abstract: Help.verifySignature, discussion: Help.verifySignatureDiscussion)

    @Argument(help: Help.scriptSite) var site: String
    @Argument(help: Help.signatureFile, completion: .file()) var signature: String
    @Option(name: .customLong("public-key"), help: Help.publicKey) var publicKey: String
    @Option(name: .long, help: Help.signedData, completion: .file()) var data: String?
    @Flag(name: .long, help: Help.json) var json = false

    func validate() throws {
        if signature == "-", data == "-" { throw ValidationError(Sentences.oneStandardInput) }
    }

    func run() throws {
        guard let key = BaseEncoding.base16AnyCase.bytes(publicKey), key.count == 32 else {
            throw ClientError(.badInput, Sentences.noPublicKey, remedy: Sentences.publicKeyFromShow)
        }
        let file = try ScriptFile.read(signature, limit: ScriptSignature.limit)
        guard let text = try? UTF8Span(validating: file.bytes),
            let found = ScriptSignature(String(copying: text))
        else { throw ClientError(.badInput, Sentences.noSignature, remedy: Sentences.signatureFromChallenge) }
        let signed = try signedData()
        guard found.isValid(for: signed.bytes, at: site, by: key) else {
            throw ClientError(.badInput, tr("the signature is not that of this key, for this site and data"))
        }
        guard json else { return Output.note(tr("a person has said yes to this")) }
        Output.json([("done", .bool(true))])
    }

    private func signedData() throws(ClientError) -> LockedBuffer {
        guard let data else { return try ClientError.locked(0) }
        return try ScriptFile.read(data, limit: Limits.keyData)
    }
}

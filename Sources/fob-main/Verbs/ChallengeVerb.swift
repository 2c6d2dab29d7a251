import ArgumentParser
import Client
import Encodings
import Platform
import Wire

/// `fob challenge`.
struct ChallengeVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "challenge", abstract: Help.challengeVerb, discussion: Help.challengeDiscussion)

    @Argument(help: Help.scriptSite) var site: String
    @Option(name: .long, help: Help.challengeData, completion: .file()) var data: String?
    @OptionGroup var common: Common

    func validate() throws {
        guard site.hasPrefix("fob:"), site.utf8.count > 4 else { throw ValidationError(Sentences.scriptSite) }
    }

    func run() throws {
        guard let data else { return try sign(try ClientError.locked(0)) }
        try sign(try ScriptFile.read(data, limit: Limits.keyData))
    }

    private func sign(_ bytes: borrowing LockedBuffer) throws(ClientError) {
        // The script that asks is whoever has started this, and it is to be named.
        let name = data.map { $0 == "-" ? Sentences.signedInput : Paths.name(of: $0) } ?? ""
        let requester = KeyRequester(processID: UInt32(Environment.parent), dataName: name)
        var (key, signature): (KeyEntry?, KeySignatureReply?)
        try common.unlocked { (connection) throws(ClientError) in
            var found = try Self.key(of: site, &connection)
            if found == nil {
                var new = NewKey(.script, site: site, algorithms: [.edDSA])
                new.requester = requester
                _ = try connection.createKey(new)
                found = try Self.key(of: site, &connection)
            }
            guard let found else { throw ClientError(.noKey, Sentences.noSuchKey, remedy: Sentences.tryAgain) }
            key = found
            signature = try connection.sign(
                .script, site: site, credential: found.credential, data: bytes.bytes, requester: requester)
        }
        guard let key, let signature else { return }
        let written = ScriptSignature(
            site: site, publicKey: key.publicKey, flags: signature.flags, counter: signature.counter,
            signature: signature.signature)
        guard common.json else { return Output.write(written.text) }
        Output.json([
            ("id", .string(key.record.description)), ("site", .string(site)),
            ("public_key", .string(BaseEncoding.base16.text(key.publicKey.span))),
            ("signature", .string(written.text)),
        ])
    }

    /// The newest of a site's keys that has its secret here.
    private static func key(of site: String, _ connection: inout Connection) throws(ClientError) -> KeyEntry? {
        try connection.keys(.site(site)).first { !$0.flags.contains(.needsVerification) && $0.algorithm == .edDSA }
    }
}

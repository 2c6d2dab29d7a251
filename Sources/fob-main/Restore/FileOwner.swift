import Client
import Wire

/// What a restore and a join take from the owner about a file: its fingerprint on paper, and who of those who open it stays.
struct FileOwner {
    /// The fingerprint that was given; nil for none.
    let fingerprint: String?
    /// Names of unlock methods that are to stay.
    let keepAccess: [String]
    /// A person may be asked about the others.
    let mayAsk: Bool
    /// What to do about a name that is not among them.
    let remedy: String

    /// Whether the file's fingerprint, or one that it follows from, is the one that was given; false when none was. With
    /// another one nothing is left of what was opened.
    func isFingerprint(
        of access: RestoreAccessReply, _ connection: inout Connection
    ) throws(ClientError) -> Bool {
        guard let fingerprint else { return false }
        let given = fingerprint.lowercased().filter { !$0.isWhitespace }
        let known = access.origin == .unsigned ? [] : ([access.fingerprint] + access.former).map(\.hexadecimal)
        guard given.utf8.count >= VaultKit.fingerprintDigits, known.contains(where: { $0.hasPrefix(given) }) else {
            let _: OKReply = try connection.request(RestoreAbortRequest())
            throw ClientError(
                .otherFingerprint, Sentences.otherFingerprint(access), remedy: Sentences.otherFingerprintRemedy)
        }
        return true
    }

    /// Has those unlock methods of the file stay that were confirmed by name, and those that its owner vouches for when
    /// the fingerprint is the one on paper.
    ///
    /// - Parameter passphrases: a person is asked about passphrases as well.
    /// - Returns: those that stay, and the names of those that end.
    func keep(
        of access: RestoreAccessReply, isSame: Bool, passphrases: Bool, _ connection: inout Connection
    ) throws(ClientError) -> (kept: [Identifier], ended: [String]) {
        let open = access.methods.filter { [.claimed, .unknown].contains($0.access) }
        for name in keepAccess where !access.methods.contains(where: { $0.method.name == name }) {
            throw ClientError(.usage, tr("the file has no unlock method \(name) that could be kept"), remedy: remedy)
        }
        var kept: [Identifier] = []
        var ended: [String] = []
        for name in open.map(\.method.name).unique {
            let methods = open.filter { $0.method.name == name }
            let isVouched = isSame && methods.allSatisfy { $0.access == .claimed }
            var isKept = isVouched || keepAccess.contains(name)
            if !isKept, mayAsk, passphrases || methods.allSatisfy({ $0.method.kind != .passphrase }) {
                isKept = try Question.confirm(Sentences.keepPrompt(Label.shown(name))) == true
            }
            if isKept { kept += methods.map(\.method.id) } else { ended.append(name) }
        }
        if !kept.isEmpty { let _: OKReply = try connection.request(RestoreKeepRequest(methods: kept)) }
        return (kept, ended)
    }
}

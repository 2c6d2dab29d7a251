import Encodings
import Platform
import Vault
import Wire

/// What a page of the web asks for, checked: a browser's own program says where it comes from, and the agent writes that into
/// what is signed. Nothing that such a program sends gets there unlooked at.
struct WebCeremony {
    /// The two things that a page may ask for.
    enum Kind: String {
        case create = "webauthn.create"
        case get = "webauthn.get"
    }

    let origin: WebOrigin
    /// The page in the window, where the one that asks is in a frame below another origin.
    let top: WebOrigin?
    let site: KeySite
    let requester: KeyRequester

    /// Refuses an origin that is none, and a site that is not the origin's.
    init(_ page: WebPage) throws(Refusal) {
        guard let origin = WebOrigin(page.origin) else { throw .badOrigin }
        guard page.topOrigin.isEmpty || WebOrigin(page.topOrigin) != nil else { throw .badOrigin }
        guard origin.mayUse(page.site) else { throw .siteOfOthers }
        (self.origin, top, requester) = (origin, WebOrigin(page.topOrigin), page.requester)
        site = try KeySite(page.site, at: .ctap)
    }

    /// clientDataJSON (WebAuthn Level 3, section 5.8.1.1). The texts in it have nothing that JSON would escape.
    func clientData(_ kind: Kind, challenge: [UInt8]) -> [UInt8] {
        let challenge = [UInt8](capacity: BaseEncoding.base64URL.encodedCount(challenge.count)) { output in
            BaseEncoding.base64URL.encode(challenge.span, into: &output)
        }
        let rest =
            "\",\"origin\":\"\(origin.text)\",\"crossOrigin\":\(top != nil)"
            + (top.map { ",\"topOrigin\":\"\($0.text)\"" } ?? "") + "}"
        return Array("{\"type\":\"\(kind.rawValue)\",\"challenge\":\"".utf8) + challenge + Array(rest.utf8)
    }

    /// Puts into a question where it comes from: the origin, and what a site and a frame have to do with it. They are domains
    /// in plain letters, which stand among the agent's words.
    func describe(_ question: inout Question) {
        question.site = origin.text
        if site.name != origin.host { question.details.append("with a key for all of \(site.name)") }
        if let top { question.details.append("in a frame of \(top.text)") }
        question.beneficiary = requester
        (question.isAtAuthenticator, question.isOnWeb) = (false, true)
    }

    /// A pseudo-random value for each input, one behind the other (WebAuthn Level 3, section 10.1.4); empty for a key without
    /// secrets for that. Always those of a verified owner.
    static func prf(of key: KeyCredential, _ inputs: [PRFInput]) throws(Refusal) -> LockedBuffer {
        var salts: [UInt8] = []
        for input in inputs {
            let salt = Sodium.sha256((Array("WebAuthn PRF\0".utf8) + input.bytes).span)
            salts += salt.indices.map { salt[$0] }
        }
        do throws(SecurityKeyError) {
            return try key.withSeed(isVerified: true) { (seed: Span<UInt8>) throws(SecurityKeyError) in
                guard !seed.isEmpty, !salts.isEmpty else {
                    do throws(MemoryError) { return try LockedBuffer(capacity: 0) } catch { throw .memory }
                }
                return try HMACSecret.outputs(seed: seed, salts: salts.span)
            }
        } catch { throw Refusal(error) }
    }
}

extension Refusal {
    static let badOrigin = Refusal(
        .badInput, "this is no origin of the web that security keys are for",
        "they are for https, and for http on this machine, at a name and not an address")
    static let siteOfOthers = Refusal(
        .badInput, "the site is not that of the page that asks",
        "a page uses keys of its own domain, or of the end of it")
    static let severalKeys = Refusal(
        .severalKeys, "several users can sign in here, and a page gets one", "name the key, see WEB_KEYS")
    static let mutedOnWeb = Refusal(.notAllowed, muted.text, muted.remedy)
}

package import Platform
import Wire

/// The service for everything that speaks to a security key: reports of 64 bytes as packets, from browsers and tools
/// through fob-uhid, or from programs that connect by themselves.
///
/// A connection is the key's power: when it ends, so do questions to the owner, PIN tokens and enumerations.
package struct CTAPService: Service {
    /// What the authenticator says of itself.
    private let profile: TestProfile

    /// With that profile.
    package init(_ profile: TestProfile = .full) { self.profile = profile }

    /// Each packet is one report.
    package var kind: Socket.Kind { .packets }

    /// Answers one request after the other until the client leaves.
    package func serve(_ client: consuming AcceptedClient) {
        let requester = KeyRequester(client.process)
        var ctap2 = CTAP2(profile, requester: requester)
        var u2f = U2F(requester: requester)
        let machine = CTAPHID(firstChannel: Self.randomNumber(), acceptsAnyChannel: profile.isCTAP20)
        guard var link = try? ClientLink(client.release(), machine) else { return }
        while link.isOpen {
            let request = link.nextRequest(until: u2f.deadline)
            u2f.expire(now: Clock.sinceBoot, link: &link)
            guard let request else { continue }
            let answer: [UInt8]?
            switch request.kind {
            case .cbor:
                // One request at a time goes to the agent.
                u2f.forget(link: &link)
                answer = ctap2.answer(request.payload, channel: request.channel, link: &link)
            case .message: answer = u2f.answer(request.payload, now: Clock.sinceBoot, link: &link)
            }
            if let answer { link.finish(answer) }
        }
    }

    /// Channels begin anywhere, so that two clients of two keys seldom mean the same one.
    private static func randomNumber() -> UInt32 {
        Sodium.randomIdentifier().span.extracting(first: 4).array.reduce(0) { $0 << 8 | UInt32($1) }
    }
}

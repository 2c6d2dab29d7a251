import CBOR
import Wire

extension CTAP2 {
    /// authenticatorGetInfo (CTAP 2.1, section 6.4).
    func getInfo<Link: AgentLink & ~Copyable>(link: inout Link) throws(CommandFailure) -> CBORMap {
        // Clients ask before anybody can have started or unlocked anything, and keep the answer.
        let state = try pinState(link: &link)
        var info: CBORMap = [
            1: .array(["U2F_V2", "FIDO_2_0"].map { .text($0) }),
            2: .array(["credBlob", "credProtect", "hmac-secret"].map { .text($0) }),
            3: .bytes(Authenticator.aaguid),
            4: .map(options(state)),
            5: .unsigned(UInt64(Report.message)),
            6: .array(profile.pinProtocols.map { .integer($0) }),
            7: .unsigned(UInt64(Limits.keyIDs)),
            8: .unsigned(UInt64(Limits.ownKeyID)),
        ]
        guard !profile.isCTAP20 else { return info }
        info[1] = .array(["U2F_V2", "FIDO_2_0", "FIDO_2_1"].map { .text($0) })
        info[9] = .array([.text("usb")])
        info[10] = .array(
            KeyAlgorithm.allCases.map {
                .map(["alg": .integer($0.number), "type": .text("public-key")])
            })
        info[13] = .unsigned(UInt64(max(state.shortest, 4)))
        info[14] = .unsigned(1)
        info[15] = .unsigned(UInt64(Limits.keyBlob))
        if state.vault == .unlocked { info[20] = .unsigned(UInt64(state.room)) }
        info[22] = .array([.text("packed"), .text("none")])
        return info
    }

    private func options(_ state: PinStateReply) -> CBORMap {
        var options: CBORMap = [
            "rk": .bool(true), "up": .bool(true), "plat": .bool(false), "clientPin": .bool(state.isSet),
        ]
        guard !profile.isCTAP20 else { return options }
        options["credMgmt"] = .bool(true)
        options["pinUvAuthToken"] = .bool(true)
        options["makeCredUvNotRqd"] = .bool(true)
        if profile.verifies, state.canVerify { options["uv"] = .bool(true) }
        return options
    }
}

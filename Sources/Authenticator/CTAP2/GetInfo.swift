import CBOR
import Wire

extension CTAP2 {
    /// authenticatorGetInfo (CTAP 2.1, section 6.4).
    func getInfo<Link: AgentLink & ~Copyable>(link: inout Link) throws(CommandFailure) -> CBORMap {
        // Clients ask before anybody can have started or unlocked anything, and keep the answer.
        let state = try pinState(link: &link)
        let set = try configuration(link: &link)
        var info: CBORMap = [
            1: .array(["U2F_V2", "FIDO_2_0"].map { .text($0) }),
            2: .array(["credBlob", "credProtect", "hmac-secret"].map { .text($0) }),
            3: .bytes(Authenticator.aaguid),
            4: .map(options(state, set)),
            5: .unsigned(UInt64(Report.message)),
            6: .array(profile.pinProtocols.map { .integer($0) }),
            7: .unsigned(UInt64(Limits.keyIDs)),
            8: .unsigned(UInt64(Limits.keptKeyID)),
        ]
        guard !profile.isCTAP20 else { return info }
        // U2F knows of no verification.
        info[1] = .array(
            (set.alwaysVerifies ? [] : ["U2F_V2"]).map { .text($0) } + [.text("FIDO_2_0"), .text("FIDO_2_1")])
        info[2] = .array(
            [
                "credBlob", "credProtect", "hmac-secret", "hmac-secret-mc", "largeBlobKey", "minPinLength",
                "thirdPartyPayment",
            ].map { .text($0) })
        info[9] = .array([.text("usb")])
        info[10] = .array(
            KeyAlgorithm.allCases.flatMap(\.numbers).sorted(by: >).map {
                .map(["alg": .integer($0), "type": .text("public-key")])
            })
        info[11] = .unsigned(UInt64(Limits.largeBlobs))
        info[12] = .bool(set.mustChange)
        info[13] = .unsigned(UInt64(max(state.shortest, 4)))
        info[14] = .unsigned(1)
        info[15] = .unsigned(UInt64(Limits.keyBlob))
        info[16] = .unsigned(UInt64(Limits.pinSites))
        if state.vault == .unlocked { info[20] = .unsigned(UInt64(state.room)) }
        info[22] = .array([.text("packed"), .text("none")])
        // A reset takes more than a touch, at any time: the passphrase.
        info[24] = .bool(true)
        info[26] = .array([.text("usb")])
        info[29] = .unsigned(UInt64(Limits.keyPin))
        info[31] = .array([.unsigned(2), .unsigned(3)])
        return info
    }

    private func options(_ state: PinStateReply, _ set: KeyConfigurationReply) -> CBORMap {
        var options: CBORMap = [
            "rk": .bool(true), "up": .bool(true), "plat": .bool(false), "clientPin": .bool(state.isSet),
        ]
        guard !profile.isCTAP20 else { return options }
        options["credMgmt"] = .bool(true)
        options["pinUvAuthToken"] = .bool(true)
        options["makeCredUvNotRqd"] = .bool(!set.alwaysVerifies)
        options["alwaysUv"] = .bool(set.alwaysVerifies)
        for option: CBORKey in ["authnrCfg", "largeBlobs", "perCredMgmtRO", "setMinPINLength"] {
            options[option] = .bool(true)
        }
        if profile.verifies, state.canVerify { (options["uv"], options["uvAcfg"]) = (.bool(true), .bool(true)) }
        return options
    }
}

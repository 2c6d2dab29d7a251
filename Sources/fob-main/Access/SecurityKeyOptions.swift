import Age
import ArgumentParser
import Client
import Platform
import Vault
import Wire

/// Which hardware security key is meant, and where its PIN comes from.
struct SecurityKeyOptions: ParsableArguments {
    @Flag(name: .customLong("security-key"), help: Help.securityKey) var isWanted = false
    @Option(name: .long, help: Help.securityKeyDevice, completion: .file()) var device: String?
    @Option(name: .customLong("pin-fd"), help: Help.securityKeyPIN) var descriptor: Int32?

    /// Bytes of a PIN (CTAP 2.1, section 6.5.5.5).
    private static let pins = 4...Limits.keyPin

    func validate() throws {
        guard isWanted || (device == nil && descriptor == nil) else {
            throw ValidationError(tr("'--device' and '--pin-fd' go with '--security-key'."))
        }
    }

    /// The device as fob-hardware is told; empty for the one that is there.
    var path: String { device ?? "" }

    /// Who enters the PIN and touches the security key.
    func person(_ common: Common) -> HardwareProgram.Person {
        let source = PassphraseSource(descriptor: descriptor, mayAsk: !common.noAsk, usesCredential: false)
        return HardwareProgram.Person { (asked) throws(ClientError) in
            try Self.pin(asked, source)
        } touch: {
            Output.note(tr("touch the security key"))
        }
    }

    private static func pin(
        _ asked: HardwarePinNeeded, _ source: PassphraseSource
    ) throws(ClientError) -> LockedBuffer {
        let error = ClientError.wrongPin(asked)
        guard !asked.again || source.asksPerson else { throw error }
        if asked.again { Output.note(Label.shown(error.message)) }
        guard source.descriptor != nil || source.mayAsk else {
            throw ClientError(
                .verificationRequired, tr("the security key asks for its PIN"), remedy: Sentences.givePINDescriptor)
        }
        while true {
            let pin = try Passphrase.read(
                tr("PIN of the security key: "), explanation: tr("Enter the PIN of the security key."), from: source,
                mistake: asked.again ? Label.shown(error.message) : nil)
            if pins.contains(pin.count) { return pin }
            // It would cost a try.
            guard source.asksPerson else {
                throw ClientError(.pinPolicy, Sentences.securityKeyPINLength, remedy: Sentences.givePINDescriptor)
            }
            Output.note(Sentences.securityKeyPINLength)
        }
    }

    /// Has a security key make a credential, and seals the vault to it as well.
    func add(_ common: Common, label: String?, verifies: Bool, _ passphraseDescriptor: Int32?) throws(ClientError) {
        var connection = try common.open()
        // Nobody should touch a key and then learn that there is no vault.
        _ = try connection.hardwareKeys()
        var wanted = HardwareCredential()
        (wanted.site, wanted.verifies) = (HardwareKey.usualSite, verifies)
        let salt = [UInt8](capacity: Limits.hardwareSalt) { Sodium.randomBytes(into: &$0, count: Limits.hardwareSalt) }
        wanted.salt = Digest(.init { salt[$0] })
        try HardwareProgram.enrol(wanted, at: path, person(common)) { (made, secret) throws(ClientError) in
            try Owner.prove(common, passphraseDescriptor) { (connection, passphrase) throws(ClientError) in
                var credential = made
                credential.label = try Self.label(label, &connection)
                let id = try connection.addHardware(credential, secret: secret, passphrase: passphrase)
                common.done(
                    Sentences.wayAdded(Label.shown(credential.label)),
                    [
                        ("id", .string(id.description)), ("label", .string(credential.label)),
                        ("verify", .bool(credential.verifies)),
                    ])
            }
        }
    }

    /// The owner's word for it, or one that no method has.
    private static func label(_ label: String?, _ connection: inout Connection) throws(ClientError) -> String {
        if let label, !label.isEmpty { return label }
        let access: AccessReply = try connection.request(AccessRequest())
        let taken = Set(access.ways.map(\.label))
        let names = (1...Limits.unlockMethods + 1).lazy.map(Sentences.securityKeyLabel)
        return names.first { !taken.contains($0) } ?? Sentences.securityKeyLabel(0)
    }

    /// Unlocks by a security key that is plugged in.
    func unlock(_ connection: inout Connection, _ common: Common) throws(ClientError) {
        let keys = try connection.hardwareKeys()
        guard !keys.isEmpty else {
            throw ClientError(.noKey, Sentences.noSecurityKeys, remedy: Sentences.addSecurityKey)
        }
        let secret = try HardwareProgram.secret(of: keys, at: path, person(common))
        try connection.unlock(hardware: secret.bytes)
        let access: AccessReply = try connection.request(AccessRequest())
        if let way = try Self.way(of: secret.bytes, in: access) { Drills.pass(byKey: way) }
    }

    /// Has a security key compute what would open the vault, and compares it with what that is sealed to.
    func tryOut(_ common: Common) throws(ClientError) {
        var connection = try common.open()
        let keys = try connection.hardwareKeys()
        guard !keys.isEmpty else {
            throw ClientError(.noKey, Sentences.noSecurityKeys, remedy: Sentences.addSecurityKey)
        }
        let secret = try HardwareProgram.secret(of: keys, at: path, person(common))
        let access = try common.unlocked { (connection) throws(ClientError) in
            try connection.request(AccessRequest())
        }
        guard let way = try Self.way(of: secret.bytes, in: access) else {
            throw ClientError(.noKey, Sentences.noSecurityKeys, remedy: Sentences.addSecurityKey)
        }
        Drills.pass(byKey: way)
    }

    /// The unlock method of what a security key has computed.
    static func way(
        of secret: Span<UInt8>, in access: AccessReply
    ) throws(ClientError) -> Wire.UnlockMethod? {
        do throws(VaultError) {
            let recipient = try HardwareKey.identity(secret).recipient.text
            return access.ways.first { $0.kind == .hardware && $0.recipient == recipient }
        } catch { throw ClientError(.system, error.message, remedy: error.remedy) }
    }

    /// What a security key computes for a sealed file.
    func secret(of sealed: Span<UInt8>, _ common: Common) throws(ClientError) -> LockedBuffer {
        let keys = VaultFile.hardwareKeys(in: sealed).map { key in
            var credential = HardwareCredential()
            (credential.credential, credential.verifies, credential.site) = (key.credential, key.verifies, key.site)
            credential.salt = Digest(.init { key.salt[$0] })
            return credential
        }
        guard !keys.isEmpty else {
            throw ClientError(.permission, tr("no security key opens this file"), remedy: Sentences.otherWayIn)
        }
        return try HardwareProgram.secret(of: keys, at: path, person(common))
    }
}

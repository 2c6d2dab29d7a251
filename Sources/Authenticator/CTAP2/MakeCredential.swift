import CBOR
import Wire

extension CTAP2 {
    /// authenticatorMakeCredential (CTAP 2.1, section 6.1).
    mutating func makeCredential<Link: AgentLink & ~Copyable>(
        _ parameters: Parameters, link: inout Link
    ) throws(CommandFailure) -> CBORMap {
        let clientDataHash = try parameters.clientDataHash(1)
        let site = try parameters.requiredMap(2)
        let user = try parameters.requiredMap(3)
        let (algorithms, isFullySpecified) = try Self.algorithms(parameters.requiredMaps(4))
        var key = NewKey(.ctap, site: try site.requiredText("id"), algorithms: algorithms)
        if isFullySpecified { key.extensions.insert(.fullySpecified) }
        key.clientData = clientDataHash.array
        key.siteName = Text.clipped(try site.text("name") ?? "", to: Limits.keyName)
        key.userHandle = try user.requiredBytes("id")
        key.userName = Text.clipped(try user.text("name") ?? "", to: Limits.keyName)
        key.displayName = Text.clipped(try user.text("displayName") ?? "", to: Limits.keyName)
        // Until CTAP 2.0 both had an icon, which nobody shows; another type is still a mistake.
        let (_, icon) = (try site.text("icon"), try user.text("icon"))
        guard 1...Limits.site ~= key.site.utf8.count, 1...Limits.userHandle ~= key.userHandle.count else {
            throw .status(.invalidParameter)
        }
        key.excluded = try parameters.descriptors(5) ?? []
        let extensions = try parameters.map(6) ?? Parameters([:])
        let options = try parameters.map(7) ?? Parameters([:])
        if parameters.map[8] == .bytes([]) { throw try choose(link: &link) }
        key.authentication = try parameters.authentication(8, version: 9)
        guard parameters.map[10] == nil, !key.algorithms.isEmpty else {
            throw .status(key.algorithms.isEmpty ? .unsupportedAlgorithm : .invalidParameter)
        }
        let attestation = try Attestation(preference: parameters)
        try apply(extensions, to: &key)
        try apply(options, to: &key, link: &link)
        if attestation == .packed { key.flags.insert(.selfAttestation) }
        // A suite of CTAP 2.0 knows nothing of flags about backups.
        if profile.isCTAP20 { key.kind = .deviceBound }
        key.requester = requester
        let made: KeyCreatedReply = try link.ask(KeyCreateRequest(key), .userPresenceNeeded)
        if profile.isCTAP20 { icons[made.credential] = icon }
        var answer: CBORMap = [
            1: .text(attestation.rawValue), 2: .bytes(made.authenticatorData),
            3: .map(attestation == .packed ? Self.statement(made, isFullySpecified) : [:]),
        ]
        if key.extensions.contains(.largeBlobKey) { answer[5] = try largeBlobKey(link: &link).map { .bytes($0) } }
        return answer
    }

    /// The algorithms of a site's list that there are here, in its order, and whether it calls the first by the number that
    /// names the curve too.
    private static func algorithms(
        _ list: [Parameters]
    ) throws(CommandFailure) -> (list: [KeyAlgorithm], isFullySpecified: Bool) {
        var algorithms: [KeyAlgorithm] = []
        var isFullySpecified = false
        for item in list {
            let number = try item.requiredNumber("alg")
            guard try item.requiredText("type") == "public-key",
                let algorithm = KeyAlgorithm.allCases.first(where: { $0.numbers.contains(number) }),
                !algorithms.contains(algorithm)
            else { continue }
            if algorithms.isEmpty { isFullySpecified = number != algorithm.number }
            algorithms.append(algorithm)
        }
        return (algorithms, isFullySpecified)
    }

    private func apply(_ extensions: Parameters, to key: inout NewKey) throws(CommandFailure) {
        if let level = try extensions.number("credProtect") {
            guard let level = UInt8(exactly: level), 1...3 ~= level else { throw .status(.invalidOption) }
            key.protection = level
        }
        if try extensions.flag("hmac-secret") == true { key.flags.insert(.hmacSecret) }
        if let input = try extensions.hmacSecret("hmac-secret-mc") {
            guard key.flags.contains(.hmacSecret) else { throw .status(.missingParameter) }
            key.hmacSecret = input
        }
        if try extensions.flag("thirdPartyPayment") == true { key.extensions.insert(.thirdPartyPayment) }
        if try extensions.flag("minPinLength") == true { key.extensions.insert(.shortestPIN) }
        if try extensions.wantsLargeBlobKey() { key.extensions.insert(.largeBlobKey) }
        // One that is too long is not kept, and that is no reason to make no key (CTAP 2.1, section 12.2).
        if let blob = try extensions.bytes("credBlob") {
            if blob.count <= Limits.keyBlob { key.blob = blob } else { key.flags.insert(.blobTooLong) }
        }
    }

    private func apply<Link: AgentLink & ~Copyable>(
        _ options: Parameters, to key: inout NewKey, link: inout Link
    ) throws(CommandFailure) {
        if try options.flag("rk") == true { key.flags.insert(.discoverable) }
        guard try options.flag("up") != false else { throw .status(.invalidOption) }
        // Large blobs are for keys that a site finds again by itself (section 12.3).
        guard !key.extensions.contains(.largeBlobKey) || key.flags.contains(.discoverable) else {
            throw .status(.invalidOption)
        }
        var wantsVerification = try options.flag("uv") == true
        guard key.authentication == nil else { return }
        let state = try pinState(link: &link)
        // Section 6.1.2, step 6: who asks for nothing is verified all the same.
        if profile.verifies, !wantsVerification, try configuration(link: &link).alwaysVerifies {
            wantsVerification = true
        }
        if wantsVerification {
            guard profile.verifies, state.canVerify else { throw .status(.invalidOption) }
            key.flags.insert(.verification)
        } else if state.isSet, key.flags.contains(.discoverable) || !profile.makesWithoutVerification {
            throw .status(.verificationRequired)
        }
    }

    private static func statement(_ made: KeyCreatedReply, _ isFullySpecified: Bool) -> CBORMap {
        ["alg": .integer(made.algorithm.numbers[isFullySpecified ? 1 : 0]), "sig": .bytes(made.signature)]
    }
}

/// How a new key is vouched for. There is no certificate: all that a software key can prove is that it has the key.
private enum Attestation: String {
    /// The key signs for itself.
    case packed
    case none

    /// The first of the client's formats (CTAP 2.2) that there is here.
    init(preference parameters: Parameters) throws(CommandFailure) {
        self = .packed
        guard let value = parameters.map[11] else { return }
        guard case .array(let formats) = value else { throw .status(.unexpectedType) }
        for format in formats {
            guard case .text(let name) = format else { throw .status(.unexpectedType) }
            if let known = Attestation(rawValue: name) {
                self = known
                return
            }
        }
    }
}

extension KeyAlgorithm {
    /// The number of COSE.
    var number: Int { -Int(rawValue) }

    /// That, and the number that names the curve too (RFC 9864).
    var numbers: [Int] { [number, self == .es256 ? -9 : -19] }
}

extension Digest {
    /// A copy of the bytes.
    var array: [UInt8] { bytes.span.array }
}

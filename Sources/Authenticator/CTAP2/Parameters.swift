import CBOR
import Wire

/// The map that a command comes with, or one within it, with the statuses for what is missing or of another type.
struct Parameters {
    let map: CBORMap

    init(_ map: CBORMap) { self.map = map }

    /// The one map that follows the command's number.
    init(encoded bytes: Span<UInt8>) throws(CommandFailure) {
        let value: CBORValue
        do throws(CBORError) { value = try CBORReader.read(bytes) } catch { throw .status(.invalidCBOR) }
        guard case .map(let map) = value else { throw .status(.unexpectedType) }
        self.map = map
    }

    // MARK: - What may be missing

    func bytes(_ key: CBORKey) throws(CommandFailure) -> [UInt8]? {
        switch map[key] {
        case nil: nil
        case .bytes(let bytes)?: bytes
        default: throw .status(.unexpectedType)
        }
    }

    func text(_ key: CBORKey) throws(CommandFailure) -> String? {
        switch map[key] {
        case nil: return nil
        case .text(let text)?:
            // The agent's protocol has no room for it, and no name needs it.
            guard !text.utf8.contains(0) else { throw .status(.invalidParameter) }
            return text
        default: throw .status(.unexpectedType)
        }
    }

    func flag(_ key: CBORKey) throws(CommandFailure) -> Bool? {
        switch map[key] {
        case nil: nil
        case .bool(let flag)?: flag
        default: throw .status(.unexpectedType)
        }
    }

    func number(_ key: CBORKey) throws(CommandFailure) -> Int? {
        switch map[key] {
        case nil: return nil
        case .unsigned(let number)?: return Int(clamping: number)
        case .negative(let number)?: return -1 - Int(clamping: min(number, UInt64(Int.max)))
        default: throw .status(.unexpectedType)
        }
    }

    func map(_ key: CBORKey) throws(CommandFailure) -> Parameters? {
        switch map[key] {
        case nil: nil
        case .map(let map)?: Parameters(map)
        default: throw .status(.unexpectedType)
        }
    }

    /// A list of texts.
    func texts(_ key: CBORKey) throws(CommandFailure) -> [String]? {
        guard let value = map[key] else { return nil }
        guard case .array(let items) = value else { throw .status(.unexpectedType) }
        var texts: [String] = []
        for item in items {
            guard case .text(let text) = item else { throw .status(.unexpectedType) }
            guard !text.utf8.contains(0) else { throw .status(.invalidParameter) }
            texts.append(text)
        }
        return texts
    }

    /// A list of maps.
    func maps(_ key: CBORKey) throws(CommandFailure) -> [Parameters]? {
        guard let value = map[key] else { return nil }
        guard case .array(let items) = value else { throw .status(.unexpectedType) }
        var maps: [Parameters] = []
        for item in items {
            guard case .map(let map) = item else { throw .status(.unexpectedType) }
            maps.append(Parameters(map))
        }
        return maps
    }

    // MARK: - What must be there

    func requiredBytes(_ key: CBORKey) throws(CommandFailure) -> [UInt8] { try required(bytes(key)) }
    func requiredText(_ key: CBORKey) throws(CommandFailure) -> String { try required(text(key)) }
    func requiredNumber(_ key: CBORKey) throws(CommandFailure) -> Int { try required(number(key)) }
    func requiredMap(_ key: CBORKey) throws(CommandFailure) -> Parameters { try required(map(key)) }
    func requiredMaps(_ key: CBORKey) throws(CommandFailure) -> [Parameters] { try required(maps(key)) }

    private func required<T>(_ value: T?) throws(CommandFailure) -> T {
        guard let value else { throw .status(.missingParameter) }
        return value
    }

    // MARK: - What several commands have

    /// A client data hash.
    func clientDataHash(_ key: CBORKey) throws(CommandFailure) -> Digest {
        guard let digest = Digest(array: try requiredBytes(key)) else { throw .status(.invalidParameter) }
        return digest
    }

    /// Input of hmac-secret, of an extension of that name; nil where there is none.
    func hmacSecret(_ name: CBORKey) throws(CommandFailure) -> HmacSecretInput? {
        guard let input = try map(name) else { return nil }
        let version = input.map[4] == nil ? PinProtocolNumber.one : try input.pinProtocol(4)
        let (key, salts) = (try input.agreementKey(1), try input.requiredBytes(2))
        let authentication = try input.requiredBytes(3)
        // One salt or two, behind an initialisation vector with the second protocol.
        guard [32, 64].contains(salts.count - (version == .two ? 16 : 0)) else { throw .status(.invalidLength) }
        guard authentication.count <= Limits.pinAuthentication else { throw .status(.pinAuthInvalid) }
        return HmacSecretInput(version, platformKey: key, salts: salts, authentication: authentication)
    }

    /// The extension largeBlobKey, which is true or not there.
    func wantsLargeBlobKey() throws(CommandFailure) -> Bool {
        guard let wants = try flag("largeBlobKey") else { return false }
        guard wants else { throw .status(.invalidOption) }
        return true
    }

    /// The proof of verification; nil where there is none.
    func authentication(_ key: CBORKey, version: CBORKey) throws(CommandFailure) -> PinAuthentication? {
        guard let parameter = try bytes(key) else { return nil }
        let version = try pinProtocol(version)
        guard 1...Limits.pinAuthentication ~= parameter.count else { throw .status(.pinAuthInvalid) }
        return PinAuthentication(version, parameter)
    }

    /// The number of a PIN protocol, which must be there.
    func pinProtocol(_ key: CBORKey) throws(CommandFailure) -> PinProtocolNumber {
        let number = try requiredNumber(key)
        guard let byte = UInt8(exactly: number), let version = PinProtocolNumber(rawValue: byte) else {
            throw .status(.invalidParameter)
        }
        return version
    }

    /// x and y of a key for an agreement (COSE, RFC 9053, section 7.1).
    func agreementKey(_ key: CBORKey) throws(CommandFailure) -> [UInt8] {
        let cose = try requiredMap(key)
        let (x, y) = (try cose.requiredBytes(-2), try cose.requiredBytes(-3))
        guard try cose.requiredNumber(1) == 2, try cose.requiredNumber(-1) == 1, x.count == 32, y.count == 32 else {
            throw .status(.invalidParameter)
        }
        return x + y
    }

    /// Ids of a list of keys (PublicKeyCredentialDescriptor); nil where there is no list, or it is empty.
    ///
    /// Those of other types are left out, and those too long to be the agent's.
    func descriptors(_ key: CBORKey) throws(CommandFailure) -> [[UInt8]]? {
        guard let list = try maps(key), !list.isEmpty else { return nil }
        guard list.count <= Limits.keyIDs else { throw .status(.limitExceeded) }
        var ids: [[UInt8]] = []
        for descriptor in list {
            let id = try descriptor.requiredBytes("id")
            guard try descriptor.requiredText("type") == "public-key" else { continue }
            if 1...Limits.keyID ~= id.count { ids.append(id) }
        }
        return ids
    }
}

extension Digest {
    /// From 32 bytes; nil when there are more or fewer.
    init?(array: [UInt8]) {
        guard array.count == Self.count else { return nil }
        var bytes: [32 of UInt8] = .init(repeating: 0)
        for index in bytes.indices { bytes[index] = array[index] }
        self.init(bytes)
    }
}

import Encodings
package import Wire

/// What the extension asks, as messages for the agent.
package enum HostRequest: Equatable, Sendable {
    /// A new key for a page.
    case create(WebCreateRequest)
    /// A sign-in for a page.
    case get(WebAssertRequest)
    /// Which keys there are for a page.
    case keys(WebKeysRequest)
    /// What a site says of its keys.
    case signal(WebSignalRequest)
    /// Whether there is a vault, and whether it is locked.
    case status
    /// Accounts that give codes.
    case accounts
    /// The code of an account.
    case code(CodeRequest)

    /// The most bytes of a message; browsers send no more to programs, nor take more from them.
    package static let most = 1 << 20
    /// Bytes of the longest id that a key in a vault can have.
    static let mostID = 255
}

/// Why a message of the extension is not asked.
package struct HostError: Error, Equatable, Sendable {
    /// What it is.
    package let code: ErrorCode
    /// One sentence.
    package let text: String

    package init(_ code: ErrorCode, _ text: String) { (self.code, self.text) = (code, text) }

    static let malformed = HostError(.usage, "the message is not what the extension sends")
    static func value(_ name: StaticString) -> HostError { HostError(.badInput, "\(name) is not what it should be") }
}

extension HostRequest {
    /// Reads a message.
    ///
    /// - Parameters:
    ///   - requester: the browser.
    ///   - isPublicSuffix: whether what is below a domain belongs to many (publicsuffix.org).
    package init(
        _ bytes: Span<UInt8>, requester: KeyRequester = KeyRequester(), isPublicSuffix: (String) -> Bool
    ) throws(HostError) {
        guard bytes.count <= Self.most, let message = ExtensionValue(bytes), let kind = message["kind"]?.string else {
            throw .malformed
        }
        switch kind {
        case "status": self = .status
        case "accounts": self = .accounts
        case "code":
            guard let text = message["account"]?.string, let id = Identifier(hexadecimal: text) else {
                throw .value("account")
            }
            self = .code(CodeRequest(.id(id)))
        case "create", "get", "keys", "signal":
            guard let options = message["options"] else { throw .malformed }
            let page = try Self.page(message, options, kind, requester, isPublicSuffix)
            switch kind {
            case "create": self = .create(try Self.create(page, options))
            case "get": self = .get(try Self.get(page, options))
            case "keys": self = .keys(WebKeysRequest(page))
            default: self = .signal(try Self.signal(page, options))
            }
        default: throw .malformed
        }
    }

    /// Where it comes from, and for which site. The agent looks at it again, but has no list of public suffixes.
    private static func page(
        _ message: ExtensionValue, _ options: ExtensionValue, _ kind: String, _ requester: KeyRequester,
        _ isPublicSuffix: (String) -> Bool
    ) throws(HostError) -> WebPage {
        guard let text = message["origin"]?.string, let origin = WebOrigin(text) else { throw .value("origin") }
        let top = message["topOrigin"]?.string ?? ""
        guard top.isEmpty || WebOrigin(top) != nil else { throw .value("topOrigin") }
        let given = kind == "create" ? options["rp"]?["id"] : options["rpId"]
        // What a site says of its keys names it, and has no member that is missing: what it leaves out would be thrown away.
        guard given?.string != nil || given == nil && kind != "signal" else { throw .value("rpId") }
        let site = given?.string ?? origin.host
        guard origin.mayUse(site), site == origin.host || !isPublicSuffix(site) else { throw .value("rpId") }
        return WebPage(origin: text, topOrigin: top, site: site, requester: requester)
    }

    // MARK: create

    private static func create(_ page: WebPage, _ options: ExtensionValue) throws(HostError) -> WebCreateRequest {
        guard let user = options["user"] else { throw .value("user") }
        var algorithms: [KeyAlgorithm] = []
        for parameter in options["pubKeyCredParams"]?.items ?? [] where parameter["type"]?.string == "public-key" {
            guard let number = parameter["alg"]?.number, (-128..<0).contains(number),
                let algorithm = KeyAlgorithm(rawValue: UInt8(-number)), !algorithms.contains(algorithm)
            else { continue }
            algorithms.append(algorithm)
        }
        // Without a list it is the two that every browser has (section 5.1.3, step 10).
        if options["pubKeyCredParams"]?.items?.isEmpty ?? true { algorithms = [.es256] }
        guard !algorithms.isEmpty else {
            throw HostError(.unsupportedAlgorithm, "none of these algorithms is known here")
        }
        var request = WebCreateRequest(page, challenge: try challenge(options), algorithms: algorithms)
        let selection = options["authenticatorSelection"]
        let residence = selection?["residentKey"]?.string
        let isRequired = selection?["requireResidentKey"]?.bool ?? false
        if residence == "required" || residence == "preferred" || residence == nil && isRequired {
            request.flags.insert(.discoverable)
        }
        if selection?["userVerification"]?.string != "discouraged" { request.flags.insert(.verification) }
        let extensions = options["extensions"]
        if let prf = extensions?["prf"] {
            request.flags.insert(.prf)
            request.prf = try inputs(prf["eval"])
        }
        request.protection =
            switch extensions?["credentialProtectionPolicy"]?.string {
            case "userVerificationOptional": 1
            case "userVerificationOptionalWithCredentialIDList": 2
            case "userVerificationRequired": 3
            default: 0
            }
        request.siteName = name(options["rp"]?["name"])
        request.userHandle = try handle(user["id"])
        (request.userName, request.displayName) = (name(user["name"]), name(user["displayName"]))
        request.excluded = try ids(options["excludeCredentials"]) ?? []
        return request
    }

    // MARK: get

    private static func get(_ page: WebPage, _ options: ExtensionValue) throws(HostError) -> WebAssertRequest {
        var request = WebAssertRequest(page, challenge: try challenge(options))
        request.isVerified = options["userVerification"]?.string != "discouraged"
        if let ids = try ids(options["allowCredentials"]) {
            // A list of which nothing is left is not the same as none.
            guard !ids.isEmpty else { throw HostError(.noKey, "no security key here has such an id") }
            request.allowed = ids
        }
        guard let prf = options["extensions"]?["prf"] else { return request }
        request.prf = try inputs(prf["eval"])
        guard case .object(let members)? = prf["evalByCredential"] else { return request }
        guard members.count <= Limits.webKeyIDs else { throw tooMany }
        for (id, value) in members.sorted(by: { $0.key < $1.key }) {
            guard let bytes = BaseEncoding.base64URL.bytes(id), !bytes.isEmpty else { throw .value("evalByCredential") }
            guard bytes.count <= Limits.keyID else { continue }
            request.prfOfKeys.append(PRFInputsOfKey(KeyID(bytes), try inputs(value)))
        }
        return request
    }

    // MARK: signal

    private static func signal(_ page: WebPage, _ options: ExtensionValue) throws(HostError) -> WebSignalRequest {
        switch options["signal"]?.string {
        case "unknownCredential":
            return WebSignalRequest(
                page, .unknownKey, keys: [KeyID(try bytes(options["credentialId"], 1...Limits.keyID))])
        case "allAcceptedCredentials":
            guard let items = options["allAcceptedCredentialIds"]?.items else { throw .value("a list of keys") }
            var keys: [KeyID] = []
            for item in items {
                keys.append(KeyID(try bytes(item, 1...Limits.keyID)))
            }
            guard keys.count <= Limits.webKeyIDs else { throw tooMany }
            return WebSignalRequest(page, .acceptedKeys, userHandle: try handle(options["userId"]), keys: keys)
        case "currentUserDetails":
            guard options["name"]?.string != nil, options["displayName"]?.string != nil else { throw .value("a name") }
            var request = WebSignalRequest(page, .names, userHandle: try handle(options["userId"]))
            (request.userName, request.displayName) = (name(options["name"]), name(options["displayName"]))
            return request
        default: throw .malformed
        }
    }

    // MARK: Parts

    private static let tooMany = HostError(.notAllowed, "there are too many keys in a list")

    private static func bytes(
        _ value: ExtensionValue?, _ bounds: ClosedRange<Int>, _ name: StaticString = "a key's id"
    ) throws(HostError) -> [UInt8] {
        guard let text = value?.string, let bytes = BaseEncoding.base64URL.bytes(text), bounds ~= bytes.count else {
            throw .value(name)
        }
        return bytes
    }

    private static func challenge(_ options: ExtensionValue) throws(HostError) -> [UInt8] {
        try bytes(options["challenge"], 0...Limits.webChallenge, "challenge")
    }

    private static func handle(_ value: ExtensionValue?) throws(HostError) -> [UInt8] {
        try bytes(value, 1...Limits.userHandle, "the user's id")
    }

    private static func name(_ value: ExtensionValue?) -> String {
        Text.clipped(value?.string ?? "", to: Limits.keyName)
    }

    /// The ids of a list of keys, without those that no key here has; nil for no list, or an empty one.
    private static func ids(_ list: ExtensionValue?) throws(HostError) -> [KeyID]? {
        guard let items = list?.items, !items.isEmpty else { return nil }
        var ids: [KeyID] = []
        for item in items where item["type"]?.string == "public-key" {
            guard let text = item["id"]?.string, let bytes = BaseEncoding.base64URL.bytes(text) else {
                throw .value("a key's id")
            }
            if 1...mostID ~= bytes.count { ids.append(KeyID(bytes)) }
        }
        guard ids.count <= Limits.webKeyIDs else { throw tooMany }
        return ids
    }

    private static func inputs(_ value: ExtensionValue?) throws(HostError) -> [PRFInput] {
        guard let value else { return [] }
        var inputs = [PRFInput(try bytes(value["first"], 0...Limits.prfInput, "an input of prf"))]
        if value["second"] != nil {
            inputs.append(PRFInput(try bytes(value["second"], 0...Limits.prfInput, "an input of prf")))
        }
        return inputs
    }
}

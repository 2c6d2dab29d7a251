extension AccountURI {
    /// Reads a URI; appends the key to `key` and the PIN, if there is one, to `pin`. On an error nothing is appended.
    ///
    /// A prefix of the label wins over another `issuer`, as in Aegis and Stratum. What would give wrong codes is
    /// refused, never guessed: a missing counter, an unknown hash, a parameter with two values.
    package static func parse(
        _ uri: Span<UInt8>, key: inout OutputSpan<UInt8>, pin: inout OutputSpan<UInt8>
    ) throws(OneTimePasswordError) -> AccountURI {
        let range = trimmed(uri)
        guard range.count <= longest else { throw .uriTooLong }
        let text = uri.extracting(range)
        if text.starts(with: "otpauth-migration:") { throw .migrationURI }
        if text.starts(with: "steam://") { return try parseSteam(text.extracting(8...), key: &key) }
        let parts = try URIParts(text)
        let query = try URIQuery(text, parts.query)
        let kind = try Self.kind(parts.kind, text, query)
        let parameters = try parameters(kind: kind, text, query)
        let (issuer, name) = try label(text, parts.label, issuer: query[.issuer])

        guard let secret = query[.secret] else { throw .secretMissing }
        try readKey(text.extracting(secret), parameters, into: &key) { () throws(OneTimePasswordError) in
            guard kind.hasPIN, let range = query[.pin] else { return }
            let source = text.extracting(range)
            let form = SecretText.formOfPIN(source, kind: kind)
            let count: Int
            do throws(OneTimePasswordError) { count = try SecretText.count(source, form) } catch {
                if case .notBase32 = error { throw .parameterInvalid(.pin) }
                throw error
            }
            guard count <= pin.freeCapacity else { throw .pinTooLong }
            try SecretText.read(source, form, into: &pin)
        }
        return AccountURI(issuer: issuer, name: name, parameters: parameters)
    }

    /// `steam://SECRET` (Bitwarden, Proton).
    private static func parseSteam(
        _ secret: Span<UInt8>, key: inout OutputSpan<UInt8>
    ) throws(OneTimePasswordError) -> AccountURI {
        var count = secret.count
        if count > 0 && secret[count - 1] == UInt8(ascii: "/") { count -= 1 }
        let parameters = try Parameters(kind: .steam)
        try readKey(secret.extracting(0..<count), parameters, into: &key) { () throws(OneTimePasswordError) in }
        return AccountURI(issuer: "Steam", name: "", parameters: parameters)
    }

    /// Appends a key, and takes it back, wiped, if it is no good or if `then` throws.
    private static func readKey(
        _ secret: Span<UInt8>, _ parameters: Parameters, into key: inout OutputSpan<UInt8>,
        then: () throws(OneTimePasswordError) -> Void
    ) throws(OneTimePasswordError) {
        if secret.isEmpty { throw .secretMissing }
        let form: SecretText.Form = parameters.kind == .motp ? .hexadecimal : .base32
        guard try SecretText.count(secret, form) <= key.freeCapacity else { throw .keyTooLong }
        let before = key.count
        try SecretText.read(secret, form, into: &key)
        do {
            try parameters.check(key: key.span.extracting(before...))
            try then()
        } catch {
            var bytes = key.mutableSpan
            for index in before..<bytes.count { bytes[index] = 0 }
            key.removeLast(key.count - before)
            throw error
        }
    }

    /// Without a byte order mark, and without white space at the ends.
    private static func trimmed(_ uri: Span<UInt8>) -> Range<Int> {
        var start = 0
        var end = uri.count
        if end >= 3 && uri[0] == 0xef && uri[1] == 0xbb && uri[2] == 0xbf { start = 3 }
        while start < end && isSpace(uri[start]) { start += 1 }
        while end > start && isSpace(uri[end - 1]) { end -= 1 }
        return start..<end
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    private static func kind(
        _ range: Range<Int>?, _ text: Span<UInt8>, _ query: URIQuery
    ) throws(OneTimePasswordError) -> CredentialKind {
        guard let range else { return .motp }
        guard
            let kind = CredentialKind.allCases.first(where: { text.has($0.nameInURI, at: range) })
                ?? (text.has("yandex", at: range) ? .yandex : nil)
        else { throw .unknownKind }
        if let encoder = query[.encoder] {
            guard text.has("steam", at: encoder), kind == .totp || kind == .steam
            else { throw .parameterInvalid(.encoder) }
            return .steam
        }
        guard let steam = query[.steam] else { return kind }
        guard steam.isEmpty, kind == .totp || kind == .steam else { throw .parameterInvalid(.steam) }
        return .steam
    }

    private static func parameters(
        kind: CredentialKind, _ text: Span<UInt8>, _ query: URIQuery
    ) throws(OneTimePasswordError) -> Parameters {
        switch kind {
        case .steam, .motp, .yandex:
            return try Parameters(kind: kind)
        case .ocra:
            guard let range = query[.suite] else { throw .suiteMalformed }
            let suite = try PercentText.label(text.extracting(range), plusIsSpace: true)
            return try Parameters(kind: kind, counter: try query.number(.counter, in: text) ?? 0, suite: suite)
        case .totp, .hotp: break
        }
        let algorithm = try algorithm(text, query)
        let digits = try query.number(.digits, in: text) ?? 6
        // Fewer than three digits are a mistake of the URI; nobody issues such codes.
        guard (3...10).contains(digits) else { throw .parameterInvalid(.digits) }
        if kind == .hotp {
            guard let counter = try query.number(.counter, in: text) else { throw .counterMissing }
            return try Parameters(kind: kind, algorithm: algorithm, digits: UInt8(digits), counter: counter)
        }
        let period = try query.number(.period, in: text) ?? 30
        guard let period = UInt32(exactly: period), Limits.period.contains(period) else {
            throw .parameterInvalid(.period)
        }
        let start = try query.number(.start, in: text) ?? 0
        return try Parameters(
            kind: kind, algorithm: algorithm, digits: UInt8(digits), period: period, start: start)
    }

    private static func algorithm(
        _ text: Span<UInt8>, _ query: URIQuery
    ) throws(OneTimePasswordError) -> HashAlgorithm {
        guard let range = query[.algorithm] else { return .sha1 }
        guard let name = try? PercentText.label(text.extracting(range), plusIsSpace: true, longest: 64),
            let algorithm = HashAlgorithm(named: name)
        else { throw .parameterInvalid(.algorithm) }
        return algorithm
    }

    /// Splits a label: at the colon after what `issuer` says, else at the first raw colon, else at the first encoded
    /// one. A writer that encodes one colon and not another tells them apart.
    private static func label(
        _ text: Span<UInt8>, _ label: Range<Int>, issuer range: Range<Int>?
    ) throws(OneTimePasswordError) -> (issuer: String, name: String) {
        let issuer =
            if let range { try PercentText.label(text.extracting(range), plusIsSpace: true) } else { "" }
        var colon = label.lowerBound
        while colon < label.upperBound && text[colon] != UInt8(ascii: ":") { colon += 1 }
        // Issuer, colon and name together.
        let whole = try PercentText.label(
            text.extracting(label), plusIsSpace: false, longest: 2 * longestLabel + 1)
        var prefix = ""
        var name = whole
        if !issuer.isEmpty, let rest = LabelText.remainder(of: whole, after: issuer) {
            (prefix, name) = (issuer, rest)
        } else if colon < label.upperBound {
            prefix = try PercentText.label(text.extracting(label.lowerBound..<colon), plusIsSpace: false)
            name = try PercentText.label(text.extracting(colon + 1..<label.upperBound), plusIsSpace: false)
        } else if let split = LabelText.split(whole) {
            (prefix, name) = split
        }
        guard max(prefix.utf8.count, name.utf8.count) <= longestLabel else { throw .labelTooLong }
        return (prefix.isEmpty ? issuer : prefix, name)
    }
}

/// The parts of an account URI, as ranges: nothing is copied before it is known to be no secret.
struct URIParts {
    /// TYPE: what stands before the first `/` or `?`; `motp://` has none.
    private(set) var kind: Range<Int>?
    /// LABEL, still encoded. A raw `#` belongs to it: Microsoft guest accounts have one.
    private(set) var label: Range<Int>
    /// PARAMETERS.
    private(set) var query: Range<Int>

    /// Splits a URI.
    init(_ text: Span<UInt8>) throws(OneTimePasswordError) {
        var position: Int
        // Apple's own scheme opens its passwords and nothing else.
        if let scheme = ["otpauth://", "apple-otpauth://"].first(where: { text.starts(with: $0) }) {
            let start = scheme.utf8.count
            position = start
            while position < text.count && text[position] != UInt8(ascii: "/") && text[position] != UInt8(ascii: "?") {
                position += 1
            }
            kind = start..<position
        } else if text.starts(with: "motp://") {
            position = 7
        } else {
            throw .notAnAccountURI
        }
        if position < text.count && text[position] == UInt8(ascii: "/") { position += 1 }
        let start = position
        while position < text.count && text[position] != UInt8(ascii: "?") { position += 1 }
        label = start..<position
        query = min(position + 1, text.count)..<text.count
    }
}

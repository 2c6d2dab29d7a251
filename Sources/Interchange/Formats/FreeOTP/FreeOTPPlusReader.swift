import OneTimePassword
import Platform

/// FreeOTP+: its JSON backup.
enum FreeOTPPlusReader: FormatReader {
    static var name: String { "freeotp-plus" }

    static func recognizes(_ source: Source) -> Bool {
        source.isJSON { backup in
            guard let tokens = backup["tokens"], tokens.isArray else { return false }
            // Others have a list of that name with keys as text in it.
            return tokens.items.isEmpty || tokens.items.prefix(64).contains { $0["secret"]?.isString != true }
        }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let backup = try source.json()
        let tokens = try backup.list("tokens")
        // As the app shows them; a token that is not in the order comes last.
        var order: [String: Int] = [:]
        for (place, id) in (backup["tokenOrder"]?.items ?? []).enumerated() {
            if let id = id.string, order[id] == nil { order[id] = place }
        }
        let places = tokens.enumerated().map { index, token in (order[id(token)] ?? .max, index) }
        for (position, (_, index)) in places.sorted(by: <).enumerated() {
            let token = tokens[index]
            try sink.item(FreeOTPToken.label(token), at: position + 1) { () throws(ConversionError) in
                try FreeOTPToken.entry(token)
            }
        }
    }

    /// What the order calls a token.
    private static func id(_ token: JSONValue) -> String {
        let label = token["label"]?.string ?? ""
        for name in ["issuerInt", "issuerExt"] {
            if let issuer = token[name]?.string, !issuer.isEmpty { return "\(issuer):\(label)" }
        }
        return label
    }
}

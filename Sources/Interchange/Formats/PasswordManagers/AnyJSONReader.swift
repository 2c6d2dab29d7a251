import OneTimePassword
import Platform

/// JSON of no program that is known here: objects or texts somewhere in it that are URIs, or keys with the name of an account.
enum AnyJSONReader: FormatReader {
    static let name = "json"

    static func recognizes(_ source: Source) -> Bool {
        source.isJSON { root in
            var isFound = false
            each(in: [root]) { item in
                isFound = item.isRight
                return !isFound
            }
            return isFound
        }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        try read([source.json()], to: sink)
    }

    /// Reads the accounts in several values as those of one file.
    static func read(_ roots: [JSONValue], to sink: any EntrySink) throws(ConversionError) {
        var items: [Item] = []
        each(in: roots) { item in
            items.append(item)
            return true
        }
        let ranks = Set(items.filter(\.isRight).map(\.rank))
        guard !ranks.isEmpty else { throw .malformed("nothing in it is an account") }
        items.removeAll { !$0.isRight && !$0.isSure && !ranks.contains($0.rank) }
        for (index, item) in items.enumerated() {
            try sink.item(item.name, at: index + 1) { () throws(ConversionError) in
                guard let field = try item.code.secret() else { throw ConversionError(.keyEmpty) }
                var entry = try item.fields.entry(field.bytes, link: item.fields.link?.secret()) { value in
                    value.withText { URILine.isCode($0) } ? "" : value.string ?? value.numberText ?? ""
                }
                if entry.issuer.isEmpty, !item.fields.isNamed { entry.issuer = item.name }
                return entry
            }
        }
        try sink.warning(
            "the file is of no program that is known here, and was read by the names in it: compare a code")
    }

    private struct Item {
        /// What stands for its name where it has none.
        let name: String
        let code: JSONValue
        /// The code is one.
        let isRight: Bool
        /// How good its name is. One that is none is told where there is no doubt of its name, or others of that name are one.
        var rank = -1
        var isSure = true
        var fields = AnyAccount<JSONValue>()
    }

    /// Gives the accounts in the order of the text, until `body` says no.
    private static func each(in roots: [JSONValue], _ body: (Item) -> Bool) {
        var rest = roots.reversed().map { (name: "", value: $0) }
        while let (name, value) = rest.popLast() {
            if isURI(value) {
                guard body(Item(name: name, code: value, isRight: true)) else { return }
            } else if let item = item(value, name) {
                guard body(item) else { return }
            } else {
                rest += value.items.reversed().map { ($0.isObject ? "" : name, $0) }
                rest += value.members.reversed().map { ($0.name, $0.value) }
            }
        }
    }

    /// An object that has a one-time password, or the only object in it that has one, and says whose it is, or whose name
    /// does.
    private static func item(_ value: JSONValue, _ name: String) -> Item? {
        var own = AnyAccount<JSONValue>()
        // What is in another object without a name of its own belongs to this one.
        var inner: [AnyAccount<JSONValue>] = []
        for (name, value) in value.members {
            guard value.isObject else {
                if !value.isNull { own.add(name.utf8.span, value) }
                continue
            }
            var fields = AnyAccount<JSONValue>()
            for (name, value) in value.members where !value.isNull { fields.add(name.utf8.span, value) }
            if !fields.isNamed { inner.append(fields) }
        }
        let links = value.members.map(\.value).filter(isURI)
        if own.isNamed, links.count == 1 { own.add(link: links[0]) }
        let sealed = inner.filter { code($0) != nil }
        if own.isNamed, sealed.count == 1, code(own) == nil { own.add(sealed[0]) }
        for fields in inner where fields.codes.isEmpty { own.add(fields) }
        let right = code(own)
        guard own.isNamed || !name.isEmpty || right.map(isURI) == true else { return nil }
        // In an object with others in it a name that says little is nothing.
        let isPlain = value.members.allSatisfy { !$0.value.isObject && !$0.value.isArray }
        let broken = own.codes.first { ($0.least < 10 || isPlain) && $0.place.isString && !$0.place.equals("") }
        guard let code = right ?? broken?.place else { return nil }
        let field = own.codes.first { $0.place.index == code.index }
        return Item(
            name: name, code: code, isRight: right != nil, rank: field?.rank ?? -1, isSure: field?.least ?? 0 < 10,
            fields: own)
    }

    /// Whether a text is the URI of an account.
    static func isURI(_ value: JSONValue) -> Bool { value.withText { URILine.kind($0) == .account } }

    /// The one-time password among fields: a URI says more than a key.
    private static func code(_ fields: AnyAccount<JSONValue>) -> JSONValue? {
        fields.codes.first { isURI($0.place) }?.place
            ?? fields.codes.first { code in code.place.withText { URILine.isCode($0, code.least) } }?.place
            ?? fields.link
    }
}

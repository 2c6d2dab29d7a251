import OneTimePassword
import Platform
import Wire

/// The XML inside a KeePass database, and its plain export by KeePass 2 and KeePassXC.
enum KeePassXML {
    /// Gives all accounts outside the recycle bin, group by group.
    ///
    /// `protected` yields what an element with `Protected="True"` stands for, in any order and not for all of them; nil
    /// when that cannot be read.
    static func read(
        _ root: XMLElement, to sink: any EntrySink, protected: (XMLElement) throws(ConversionError) -> LockedText?
    ) throws(ConversionError) {
        guard root.isNamed("KeePassFile"), let first = root.descendant("Root", "Group") else {
            throw .malformed("the XML is not a KeePass database")
        }
        // Groups that are still to be read, the next one last.
        var groups: [(group: XMLElement, name: String?)] = [(first, nil)]
        let bin = root.descendant("Meta", "RecycleBinUUID")?.text ?? ""
        var position = 0
        var discarded = 0
        while let (group, name) = groups.popLast() {
            if let id = group.child("UUID")?.text, id == bin, name != nil {
                discarded += group.all.count { $0.isNamed("Entry") }
                continue
            }
            for element in group.children("Entry") {
                let entry = KeePassEntry(element, group: name)
                try entry.read(&position, to: sink, protected: protected)
            }
            for child in group.children("Group").reversed() {
                groups.append((child, child.child("Name")?.text ?? ""))
            }
        }
        if discarded > 0 { try sink.warning("\(discarded) entries in the recycle bin were left out") }
    }
}

/// One entry of a KeePass database.
private struct KeePassEntry {
    private let element: XMLElement
    /// The name of its group; nil for that of the whole database.
    private let group: String?
    private let values: [String: XMLElement]

    init(_ element: XMLElement, group: String?) {
        self.element = element
        self.group = group
        var values: [String: XMLElement] = [:]
        for string in element.children("String") {
            if let key = string.child("Key")?.text, let value = string.child("Value") { values[key] = value }
        }
        self.values = values
    }

    /// Gives the accounts of the entry: none, one, or one by time and one by counter.
    func read(
        _ position: inout Int, to sink: any EntrySink, protected: (XMLElement) throws(ConversionError) -> LockedText?
    ) throws(ConversionError) {
        // Some programs leave an empty attribute behind.
        let styles = KeePassOTP.Style.present { values[$0]?.hasText == true }
        let others = try otherCodes(protected)
        if styles.isEmpty, others.isEmpty, values[KeePassPasskey.mark] == nil { return }
        let title = try text("Title", protected)
        let user = try text("UserName", protected)
        // Passkeys belong to the account of the entry's one-time password.
        var account = (issuer: title, name: user)
        func found(_ name: String) throws(ConversionError) -> LockedText? {
            guard let element = values[name] else { return nil }
            guard let found = try value(element, protected) else {
                throw .malformed("its \(name) is protected and cannot be read")
            }
            return found
        }
        let codes = styles.map { ($0, nil) } + others.map { (KeePassOTP.Style.otp, Optional($0.text)) }
        var keys: [LockedText] = []
        for (style, text) in codes {
            if let text, try isAmong(keys, text) { continue }
            position += 1
            let label = [title, user].filter { !$0.isEmpty }.joined(separator: ": ")
            try sink.item(label, at: position) { () throws(ConversionError) in
                var entry: Entry
                if let text {
                    entry = try KeePassOTP.entry(otp: text)
                } else {
                    entry = try KeePassOTP.entry(style, found)
                }
                keys.append(LockedText(try ConversionError.copy(entry.key.bytes)))
                if entry.issuer.isEmpty { entry.issuer = title }
                // What KeePassXC writes for an empty user name.
                if entry.name.isEmpty || entry.name == "none" { entry.name = user }
                try add(to: &entry, without: others.map(\.name), protected)
                account = (entry.issuer, entry.name)
                return entry
            }
        }
        guard values[KeePassPasskey.mark] != nil else { return }
        if codes.isEmpty { position += 1 }
        try sink.passkey(title, at: position) { () throws(ConversionError) in
            try KeePassPasskey.passkey(issuer: account.issuer, name: account.name, found)
        }
    }

    /// Whether a one-time password has one of those keys: several programs keep the same one, each in its attribute.
    private func isAmong(_ keys: [LockedText], _ text: LockedText) throws(ConversionError) -> Bool {
        let entry = try ConversionError.ifWhole { () throws(ConversionError) in try KeePassOTP.entry(otp: text) }
        guard let entry else { return false }
        return keys.contains { key in key.withBytes { entry.key.bytes.isSame($0) } }
    }

    /// One-time passwords in attributes of other names, of other programs or the owner's: URIs, and keys whose name says so.
    private func otherCodes(
        _ protected: (XMLElement) throws(ConversionError) -> LockedText?
    ) throws(ConversionError) -> [(name: String, text: LockedText)] {
        var codes: [(String, LockedText)] = []
        for name in values.keys.sorted()
        where !Self.fields.contains(name) && !KeePassOTP.isKnown(name) && !KeePassPasskey.isKnown(name) {
            guard let element = values[name], let text = try value(element, protected) else { continue }
            let called = AnyField.named(name.utf8.span)
            let least = called?.field == .code && called?.isSure == true ? 10 : Int.max
            if text.withBytes({ URILine.isCode($0, least) }) { codes.append((name, text)) }
        }
        return codes
    }

    private static let fields = ["Title", "UserName", "Password", "URL", "Notes"]

    private func value(
        _ element: XMLElement, _ protected: (XMLElement) throws(ConversionError) -> LockedText?
    ) throws(ConversionError) -> LockedText? {
        guard element.attribute("Protected")?.lowercased() == "true" else { return LockedText(try element.secret()) }
        return try protected(element)
    }

    private func text(
        _ name: String, _ protected: (XMLElement) throws(ConversionError) -> LockedText?
    ) throws(ConversionError) -> String {
        guard let element = values[name], let text = try value(element, protected) else { return "" }
        return text.string(0..<text.count) ?? ""
    }

    private func add(
        to entry: inout Entry, without codes: [String],
        _ protected: (XMLElement) throws(ConversionError) -> LockedText?
    ) throws(ConversionError) {
        let group = group ?? ""
        let tags = (element.child("Tags")?.text ?? "").split { $0 == ";" || $0 == "," }
        entry.tags = (group.isEmpty ? [] : [group]) + tags.map { AccountLabel.trimmed($0) }.filter { !$0.isEmpty }
        entry.extras.uses = element.descendant("Times", "UsageCount")?.text.flatMap { UInt64($0) } ?? 0
        if let element = values["Notes"], let notes = try value(element, protected) {
            entry.note = try notes.copy(0..<notes.count)
        }
        let lost = [("Password", "password"), ("URL", "URL")]
        for (name, what) in lost where values[name]?.hasText == true {
            entry.lost.append(what)
        }
        for name in values.keys.sorted()
        where !(Self.fields + codes).contains(name) && !KeePassOTP.isKnown(name) && !KeePassPasskey.isKnown(name) {
            entry.lost.append("attribute \(name)")
        }
        if element.child("Binary") != nil { entry.lost.append("attachments") }
        if element.child("CustomIconUUID") != nil { entry.lost.append("icon") }
        if element.descendant("Times", "Expires")?.text == "True" { entry.lost.append("expiry") }
    }
}

/// The plain XML export of KeePass 2 and KeePassXC.
enum KeePassXMLReader: FormatReader {
    static let name = "keepass"

    static func recognizes(_ source: Source) -> Bool { source.xml("KeePassFile") != nil }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        guard let root = source.xml("KeePassFile") else { throw .malformed("the XML is not a KeePass database") }
        // Outside of a database nothing is encrypted: there is no key that it could be with.
        try KeePassXML.read(root, to: sink) { _ throws(ConversionError) in nil }
    }
}

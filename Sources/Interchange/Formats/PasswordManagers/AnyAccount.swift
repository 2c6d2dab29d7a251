import OneTimePassword
import Platform

/// An account of a file of no program that is known here, by the names of its columns or members.
struct AnyAccount<Place> {
    /// Where each field is, the best first.
    private var places: [AnyField: [(meaning: AnyField.Meaning, place: Place)]] = [:]

    /// Takes the place of a field of that name.
    mutating func add(_ name: Span<UInt8>, _ place: Place) {
        guard let meaning = AnyField.named(name) else { return }
        let others = places[meaning.field] ?? []
        let index = others.firstIndex { $0.meaning.rank > meaning.rank } ?? others.count
        places[meaning.field, default: []].insert((meaning, place), at: index)
    }

    /// Where a URI is, whatever its name: it says more than a key.
    private(set) var link: Place?

    /// Takes the place of a URI.
    mutating func add(link place: Place) { link = place }

    /// Takes the places of another.
    mutating func add(_ other: AnyAccount) { places.merge(other.places) { $0 + $1 } }

    /// Where one-time passwords may be, and of how many bytes a key has to be there at least to be taken for one.
    var codes: [(place: Place, least: Int, rank: Int)] {
        (places[.code] ?? []).map { ($0.place, $0.meaning.isSure ? 5 : 10, $0.meaning.rank) }
    }

    /// Where something is.
    subscript(_ field: AnyField) -> [Place] { (places[field] ?? []).map(\.place) }

    /// It says whose account it is.
    var isNamed: Bool { [.issuer, .name, .either].contains { places[$0] != nil } }

    /// The account of a URI or a key; `text` is what stands in a place, and nothing for a URI with a key. A `link` with the same
    /// key says how its codes are computed.
    func entry(
        _ code: Span<UInt8>, link: consuming LockedBuffer?, _ text: (Place) -> String
    ) throws(ConversionError) -> Entry {
        func said(_ field: AnyField) -> String { self[field].lazy.map(text).first { !$0.isEmpty } ?? "" }
        func number(_ field: AnyField, _ what: String) throws(ConversionError) -> UInt64? {
            var said = AccountLabel.trimmed(said(field)[...])
            if said.isEmpty { return nil }
            for unit in ["seconds", "sec", "s"] where said.hasSuffix(unit) { said.removeLast(unit.count) }
            said = AccountLabel.trimmed(said[...])
            if let number = UInt64(said) { return number }
            // Spreadsheets write whole numbers so, too.
            guard let double = Double(said), let number = UInt64(exactly: double), number < 1 << 53 else {
                throw .malformed("its \(what) is not a possible number")
            }
            return number
        }
        var (issuer, name) = (said(.issuer), said(.name))
        // A name beside both is what the owner calls it, as in every list.
        if issuer.isEmpty { issuer = said(.either) } else if name.isEmpty { name = said(.either) }
        var entry: Entry
        if URILine.kind(code) == .account {
            entry = try TOTPField.entry(code, title: issuer, user: name)
        } else {
            var credential = Credential(kind: .totp, algorithm: said(.algorithm))
            credential.digits = try number(.digits, "number of digits")
            credential.period = try number(.period, "period")
            credential.counter = try number(.counter, "counter")
            let counts = places[.code]?.allSatisfy(\.meaning.counts) ?? false
            credential.kind = Self.kind(said(.kind).lowercased(), hasCounted: counts || credential.counter ?? 0 > 0)
            if !issuer.isEmpty { name = AccountLabel.parts(issuer: issuer, label: name).name }
            entry = try Entry(issuer: issuer, name: name, credential.parameters(), checked: KeyText.decode(code))
            if let link { entry = try Self.linked(entry, link.bytes, title: issuer, user: name) }
        }
        entry.tags += [said(.tag)].filter { !$0.isEmpty }
        return entry
    }

    /// What a link says of an account, when its key is the same.
    private static func linked(
        _ given: consuming Entry, _ link: Span<UInt8>, title: String, user: String
    ) throws(ConversionError) -> Entry {
        var entry = given
        do throws(ConversionError) {
            let linked = try TOTPField.entry(link, title: title, user: user)
            if linked.hasKey(of: entry) { return linked }
        } catch {
            guard error.scope == .item else { throw error }
        }
        entry.lost.append("a link with another key")
        return entry
    }

    /// A word of somebody's own: `type` may be that of an item as well. What has counted is not told by time.
    private static func kind(_ word: String, hasCounted: Bool) -> CredentialKind {
        if let kind = try? CredentialKind(named: word) { return kind }
        if ["hotp", "counter", "event"].contains(where: word.contains) { return .hotp }
        if word.contains("steam") { return .steam }
        return hasCounted && !word.contains("totp") && !word.contains("time") ? .hotp : .totp
    }
}

extension Entry {
    fileprivate borrowing func hasKey(of other: borrowing Entry) -> Bool { key.bytes.isSame(other.key.bytes) }
}

extension URILine {
    /// Whether a text is the URI of an account, or a key of so many bytes.
    static func isCode(_ text: Span<UInt8>, _ least: Int = .max) -> Bool {
        kind(text) == .account || (try? Base32.decodedCount(text)) ?? 0 >= least
    }
}

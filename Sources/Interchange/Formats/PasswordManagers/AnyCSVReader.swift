import OneTimePassword
import Platform

/// A CSV of no program that is known here, whose line of titles says what its columns are: made by hand, by a script, or by a
/// password manager that is not in the list.
enum AnyCSVReader: FormatReader {
    static let name = "csv"

    /// Names of columns in lower case, the best first.
    private enum Column {
        static let code: [StaticString] = [
            "otpauth", "otpauth_uri", "otpauth uri", "otp_uri", "totp_uri", "uri", "totp", "otp", "2fa",
            "one-time password",
            "totp_secret", "totp secret", "totpsecret", "otp_secret", "otp secret", "otpsecret", "secret", "secret key",
            "secret_key", "secretkey", "seed",
        ]
        static let issuer: [StaticString] = ["issuer", "service", "provider", "title", "site", "website"]
        static let name: [StaticString] = ["account", "username", "user", "login", "email", "label", "account name"]
        /// What else an item may be called.
        static let either: [StaticString] = ["name", "url", "domain"]
        static let kind: [StaticString] = ["otp_type", "kind", "type"]
        static let algorithm: [StaticString] = ["algorithm", "algo", "hash"]
        static let digits: [StaticString] = ["digits", "length"]
        static let period: [StaticString] = ["period", "interval", "timestep", "step"]
        static let counter: [StaticString] = ["counter"]
        static let note: [StaticString] = ["note", "notes"]
        static let tag: [StaticString] = ["group", "folder", "category", "tag", "tags"]
        static let known =
            issuer + name + either + kind + algorithm + digits + period + counter + note + tag
    }

    static func recognizes(_ source: Source) -> Bool {
        guard case .other = source.shape, let csv = try? CSVText.parse(source.text, most: 64) else { return false }
        return code(csv) != nil
    }

    /// The column with one-time passwords: one that is called so and has nothing else in it, beside one that says whose
    /// they are.
    private static func code(_ csv: CSVText) -> Int? {
        guard csv.rows.count > 1, csv[0].count > 1, Column.known.contains(where: { csv[0].firstIndex(of: $0) != nil })
        else { return nil }
        return Column.code.lazy.compactMap { csv[0].firstIndex(of: $0) }.first { column in
            let filled = (1..<csv.rows.count).filter { !csv[$0].isBroken && !csv[$0].isEmpty(column) }
            // A password may be of the letters of a key, but is seldom so long.
            let least =
                csv[0].isOne(of: ["secret", "secret key", "secret_key", "secretkey", "seed"], at: column) ? 10 : 5
            // One that somebody has broken is no reason to take the others for something else.
            return !filled.isEmpty && 2 * filled.count { isCode(csv[$0], column, least) } > filled.count
        }
    }

    private static func isCode(_ row: CSVRow, _ column: Int, _ least: Int) -> Bool {
        guard let field = try? row.secret(column) else { return false }
        return URILine.kind(field.bytes) == .account || (try? Base32.decodedCount(field.bytes)) ?? 0 >= least
    }

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        let csv = try CSVText.parse(source.text)
        guard let code = code(csv) else { throw .malformed("no column of it has one-time passwords") }
        var (position, others) = (0, 0)
        for index in 1..<csv.rows.count {
            let row = csv[index]
            if row.isEmpty(code), !row.isBroken {
                others += 1
                continue
            }
            position += 1
            try sink.item("line \(row.line)", at: position) { () throws(ConversionError) in
                guard !row.isBroken else { throw .malformed(CSVParser.broken) }
                return try entry(row, code, csv[0])
            }
        }
        if let warning = Source.warning(others) { try sink.warning(warning) }
    }

    private static func entry(_ row: CSVRow, _ code: Int, _ titles: CSVRow) throws(ConversionError) -> Entry {
        func text(_ names: [StaticString]) -> String {
            names.lazy.compactMap { titles.firstIndex(of: $0) }.map { row.string($0) }.first { !$0.isEmpty } ?? ""
        }
        func number(_ names: [StaticString], _ what: String) throws(ConversionError) -> UInt64? {
            let text = text(names)
            if text.isEmpty { return nil }
            guard let number = UInt64(text) else { throw .malformed("its \(what) is not a possible number") }
            return number
        }
        var (issuer, name) = (text(Column.issuer), text(Column.name))
        // A name beside both is what the owner calls it, as in every list.
        if issuer.isEmpty { issuer = text(Column.either) } else if name.isEmpty { name = text(Column.either) }
        let field: LockedBuffer
        field = try row.secret(code)
        var entry: Entry
        if URILine.kind(field.bytes) == .account {
            entry = try TOTPField.entry(field.bytes, title: issuer, user: name)
        } else {
            let kind = try? CredentialKind(named: text(Column.kind))
            let credential = Credential(
                kind: kind ?? .totp, algorithm: text(Column.algorithm),
                digits: try number(Column.digits, "number of digits"), period: try number(Column.period, "period"),
                counter: try number(Column.counter, "counter"))
            entry = try Entry(
                issuer: issuer, name: name, credential.parameters(), checked: KeyText.decode(field.bytes))
        }
        if let note = Column.note.lazy.compactMap({ titles.firstIndex(of: $0) }).first, !row.isEmpty(note) {
            entry.note = try row.secret(note)
        }
        entry.tags += [text(Column.tag)].filter { !$0.isEmpty }
        if let password = titles.firstIndex(of: "password"), !row.isEmpty(password) { entry.lost.append("password") }
        return entry
    }
}

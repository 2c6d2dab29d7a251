import ForeignLibraries
import Platform

/// Authenticator Plus: an encrypted archive with a list of URIs.
enum AuthenticatorPlusReader: FormatReader {
    static let name = "authenticator-plus"
    private static let member = "Accounts.txt"

    static func recognizes(_ source: Source) -> Bool { source.member(member) != nil }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        guard let member = source.member(member) else { throw .malformed("it is not a backup of this app") }
        let text = try Archive.unfold(member, of: source.text, name, passwords)
        try URIListReader.read(text: text, to: sink)
    }
}

/// Everything that can be read.
package enum Formats {
    /// The order is that of recognition: what is sure first, what has no mark of its own last.
    package static var readers: [any FormatReader.Type] {
        jsonReaders + containerReaders + textReaders + unmarkedReaders
    }

    /// What `--from` may name, in alphabetical order.
    package static var names: [String] { Set(readers.map { $0.name }).sorted() }

    /// The reader that `--from` names. Of several with that name, one that recognises the contents, else the last: it
    /// reads what has no mark.
    package static func reader(named name: String, for source: Source) -> (any FormatReader.Type)? {
        let named = readers.filter { $0.name == name }
        return named.first { $0.recognizes(source) } ?? named.last
    }

    /// The reader for these contents.
    package static func reader(for source: Source) throws(ConversionError) -> any FormatReader.Type {
        for reader in readers where reader.recognizes(source) { return reader }
        throw ForeignFile.unknown(source)
    }

    /// Formats that are JSON texts. Objects come first, then arrays; each has a mark of its own, but for andOTP's, which
    /// is the rest of the arrays.
    static var jsonReaders: [any FormatReader.Type] {
        [
            AegisReader.self, CXFReader.self, StratumReader.self, TwoFASReader.self, FreeOTPPlusReader.self,
            BitwardenReader.self, KeePassPasskeyReader.self,
            EnteReader.self, SteamReader.self, ProtonReader.self, KeeperJSONReader.self, LastPassReader.self,
            CotpReader.self, AuthyTokensReader.self, TwoFAuthReader.self, EnpassReader.self,
            AuthenticatorExtensionReader.self,
            DuoReader.self, RaivoReader.self, OTPClientReader.self, AndOTPReader.self, ProtonPassReader.self,
            OnePasswordReader.self,
        ]
    }

    /// Formats that are archives, databases or other binary containers.
    static var containerReaders: [any FormatReader.Type] {
        [
            StratumContainerReader.self, OTPClientContainerReader.self, OTPAuthReader.self, FreeOTP2Reader.self,
            KeePassReader.self,
            MicrosoftReader.self, GoogleDatabaseReader.self, StratumDatabaseReader.self,
            RaivoArchiveReader.self, AuthenticatorPlusReader.self,
            ArchiveReader.self,
        ]
    }

    /// Formats without any mark: what is nothing else may be one of these.
    static var unmarkedReaders: [any FormatReader.Type] {
        [TOTPAuthenticatorBackupReader.self, AndOTPContainerReader.self, AuthenticatorPlusDatabaseReader.self]
    }

    /// Formats that are lines of text, CSV or XML.
    static var textReaders: [any FormatReader.Type] {
        [
            GoogleMigrationReader.self, URIListReader.self, FreeOTPXMLReader.self, AuthyReader.self,
            TOTPAuthenticatorReader.self, BattleNetReader.self,
            WinAuthReader.self, SafeInCloudReader.self, KeePassXMLReader.self, PSKCReader.self, HTMLReader.self,
            OnePasswordInterchangeReader.self, ZohoCSVReader.self, BitwardenCSVReader.self, KeePassXCCSVReader.self,
            LastPassCSVReader.self, OnePasswordCSVReader.self,
            AppleCSVReader.self, ProtonPassCSVReader.self, DashlaneCSVReader.self, KeeperCSVReader.self,
            RoboFormCSVReader.self, EnpassCSVReader.self,
            AnyCSVReader.self, PassReader.self, JSONLinesReader.self, AnyJSONReader.self,
        ]
    }
}

extension Formats {
    /// Formats that are lines of text, CSV or XML.
    static var textReaders: [any FormatReader.Type] {
        [
            FreeOTPXMLReader.self, AuthyReader.self, TOTPAuthenticatorReader.self, BattleNetReader.self,
            KeePassXMLReader.self, HTMLReader.self,
            BitwardenCSVReader.self, KeePassXCCSVReader.self, LastPassCSVReader.self, OnePasswordCSVReader.self,
            AppleCSVReader.self, ProtonPassCSVReader.self, DashlaneCSVReader.self, KeeperCSVReader.self,
            GoogleMigrationReader.self, URIListReader.self, PassReader.self,
        ]
    }
}

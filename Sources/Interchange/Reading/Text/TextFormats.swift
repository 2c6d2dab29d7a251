extension Formats {
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
            AnyCSVReader.self, PassReader.self, AnyJSONReader.self,
        ]
    }
}

extension Formats {
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
}

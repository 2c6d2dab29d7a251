extension Formats {
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
}

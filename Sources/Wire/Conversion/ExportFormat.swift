/// The formats that accounts are written in, as `fob export --to` names them.
package enum ExportFormat: String, CaseIterable, Sendable {
    /// One otpauth, motp or steam URI on a line.
    case otpauth
    /// An age file, sealed by the agent itself.
    case age
    /// Aegis, a plain vault.
    case aegis
    /// Aegis, a vault with a password.
    case aegisEncrypted = "aegis-encrypted"
    /// 2FAS, a plain backup.
    case twoFAS = "2fas"
    /// 2FAS, a backup with a password.
    case twoFASEncrypted = "2fas-encrypted"
    /// Bitwarden, a plain JSON export.
    case bitwarden
    /// Bitwarden, a JSON export with a password.
    case bitwardenEncrypted = "bitwarden-encrypted"
    /// Ente Auth, plain text.
    case ente
    /// KeePassXC, CSV.
    case keepassxc
    /// KeePass 2 and KeePassXC, XML.
    case keepassXML = "keepass-xml"
    /// 1Password, CSV.
    case onePassword = "1password"
    /// Keeper, CSV.
    case keeperCSV = "keeper-csv"
    /// Keeper, JSON.
    case keeperJSON = "keeper-json"
    /// LastPass, CSV.
    case lastpass
    /// Google Authenticator, migration URIs.
    case google
    /// Google Authenticator, migration URIs as QR codes on a page.
    case googleHTML = "google-html"
    /// pass and pass-otp: a directory with a file for each account.
    case pass
    /// A page to be printed, with a QR code for each account.
    case html
    /// A QR code for each account, made of characters.
    case qr
    /// The Credential Exchange Format of the FIDO Alliance, 1.0.
    case cxf

    /// It has passkeys too.
    package var hasPasskeys: Bool { self == .cxf || self == .bitwarden || self == .bitwardenEncrypted }

    /// It is made with a password, or sealed to keys.
    package var isEncrypted: Bool {
        switch self {
        case .age, .aegisEncrypted, .twoFASEncrypted, .bitwardenEncrypted: true
        default: false
        }
    }

    /// It is printed and put away.
    package var isPage: Bool { self == .html || self == .googleHTML }

    /// It is a directory, not a file.
    package var isTree: Bool { self == .pass }

    /// It is binary, nothing for a terminal.
    package var isBinary: Bool { self == .age }
}

import CGcrypt
import CSQLite

/// The libraries of this module as a whole.
package enum Library {
    /// Initialises what opens files or asks the system when it is first used; called before a sandbox is entered. Only
    /// the first call does something.
    package static func prepare() { _ = prepared }

    private static let prepared: Bool = {
        // The secrets are in this program's own locked memory; the library's pool would only be a second one.
        unsafe gcry_check_version(nil)
        fob_gcrypt_disable_secure_memory()
        // Its generator reads a file of the system, once.
        sqlite3_initialize()
        var byte: UInt8 = 0
        unsafe sqlite3_randomness(1, &byte)
        return true
    }()
}

import CLinux

/// Sentences in the language of the user, by gettext(3) of the C library.
package enum Catalogue {
    /// Reads the user's language from the environment, and finds its catalogue with the installed program. Called before
    /// there are threads.
    ///
    /// - Returns: whether there may be sentences in another language: not where the terminal's characters are not UTF-8,
    ///   since they could not be shown.
    package static func open() -> Bool {
        guard fob_locale() != 0 else { return false }
        Characters.learn()
        guard let own = Companions.ownProgram, Characters.isUTF8 else { return false }
        // PREFIX/bin or PREFIX/libexec/fob.
        var above = Paths.directory(of: Paths.directory(of: own))
        if above.hasSuffix("/libexec") { above = Paths.directory(of: above) }
        var directory = "\(above)/share/locale"
        #if FOB_TESTING
        directory = Environment.value(of: "FOB_TEST_LOCALES") ?? directory
        #endif
        return unsafe fob_catalogue(directory) != 0
    }

    /// The sentence in the user's language, or as it is.
    package static func text(_ key: String) -> String {
        // An empty one is the catalogue's own header.
        guard !key.isEmpty, !key.utf8.contains(0) else { return key }
        return unsafe key.withCString { unsafe String(cString: fob_sentence($0)) }
    }

    /// The same of a number of things.
    package static func text(_ one: String, _ many: String, _ number: UInt64) -> String {
        unsafe one.withCString { one in
            unsafe many.withCString { unsafe String(cString: fob_sentence_of(one, $0, UInt(number))) }
        }
    }
}

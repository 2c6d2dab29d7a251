import CPSL

/// The list of public suffixes: Debian's file (publicsuffix), or what is in the library where that is newer or the file missing.
@safe
struct PublicSuffixes {
    // Invariant: what psl_latest has given, for the life of the process.
    private let list: OpaquePointer

    /// Reads the list; nil where there is none.
    init?() {
        guard let list = unsafe psl_latest(nil) else { return nil }
        unsafe self.list = list
    }

    /// Whether domains below that one belong to many. So does each single label that nobody knows.
    func contains(_ domain: String) -> Bool {
        unsafe psl_is_public_suffix2(list, domain, PSL_TYPE_ANY) != 0
    }
}

/// Files whose number of a version is higher than any that is known. Programs raise the number more often than they change
/// what it numbers: such a file is read when all of its entries can be.
enum NewerVersion {
    /// Gives what `read` reads, after the same for its version.
    static func read(
        _ version: UInt64, known: ClosedRange<UInt64>, to sink: any EntrySink,
        _ read: (any EntrySink) throws(ConversionError) -> Void
    ) throws(ConversionError) {
        try check(version, known: known, warn: sink, read)
        try read(sink)
    }

    /// Throws `version` when anything of the file cannot be read as before, else says that it is newer.
    ///
    /// - Parameters:
    ///   - what: what the number is of, behind "version N", as " of its contents"; may be empty.
    ///   - read: reads the file, into nothing.
    static func check(
        _ version: UInt64, known: ClosedRange<UInt64>, _ what: String = "", warn sink: any EntrySink,
        _ read: (any EntrySink) throws(ConversionError) -> Void
    ) throws(ConversionError) {
        guard !known.contains(version) else { return }
        let unknown = ConversionError.version("\(version)\(what)")
        guard version > known.upperBound else { throw unknown }
        let trial = Trial()
        let isWhole: Void? = try ConversionError.ifWhole { () throws(ConversionError) in try read(trial) }
        guard isWhole != nil, trial.hasOnlyEntries else { throw unknown }
        try sink.warning(
            "the file is newer than this program: version \(version)\(what); every entry reads as one of version "
                + "\(known.upperBound), but compare a code")
    }

    /// What a trial has found.
    private final class Trial: EntrySink {
        private var entries = 0
        private var problems = 0

        var hasOnlyEntries: Bool { entries > 0 && problems == 0 }

        func entry(_ entry: consuming Entry, at position: Int) throws(ConversionError) { entries += 1 }
        func problem(_ label: String, _ reason: String, at position: Int) throws(ConversionError) {
            problems += 1
        }
        func passkey(_ passkey: consuming PasskeyItem, at position: Int) throws(ConversionError) { entries += 1 }
        func warning(_ text: String) throws(ConversionError) {}
    }
}

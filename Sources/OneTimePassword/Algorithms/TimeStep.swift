/// A time step (RFC 6238, section 4.2): its number and the seconds it covers.
struct TimeStep {
    /// T of the RFC.
    let number: UInt64
    /// Its first second of UTC.
    let from: UInt64
    /// The first second after it; the end of time if there is none.
    let until: UInt64

    /// The step that `seconds` falls into. `period` is not 0.
    init(at seconds: UInt64, start: UInt64, period: UInt32) throws(OneTimePasswordError) {
        guard seconds >= start else { throw .beforeStart }
        number = (seconds - start) / UInt64(period)
        from = start + number * UInt64(period)
        let (sum, overflow) = from.addingReportingOverflow(UInt64(period))
        until = overflow ? .max : sum
    }
}

/// How many messages are read in a time: whoever floods the telephone costs no more than that.
struct Allowance {
    private let most: Int
    /// Milliseconds after which one more is read.
    private let pause: UInt64
    private var left: Int
    private var filled: UInt64 = 0

    init(most: Int, per milliseconds: UInt64) {
        (self.most, left) = (most, most)
        pause = milliseconds / UInt64(most)
    }

    /// Whether one more may be read.
    ///
    /// - Parameter now: milliseconds since the machine was started.
    mutating func take(at now: UInt64) -> Bool {
        let earned = (now - min(filled, now)) / pause
        if earned > 0 {
            left = Int(min(UInt64(most), UInt64(left) + earned))
            filled = left == most ? now : filled + earned * pause
        }
        guard left > 0 else { return false }
        left -= 1
        return true
    }
}

import Client
import Wire

/// Keepers as a way back.
struct KeeperWay {
    /// How many may be lost.
    let spare: Int
    /// How many there are.
    let count: Int
    private let threshold: Int
    private let hasPlusCode: Bool
    private let standing: Standing
    private let advice: String

    /// - Parameter hasPlusCode: a code on paper has to come to it.
    /// - Returns: nil where there are none.
    init?(_ reply: KeepersReply, hasPlusCode: Bool, at utc: UInt64) {
        guard !reply.keepers.isEmpty else { return nil }
        (count, threshold) = (reply.keepers.count, Int(reply.threshold))
        self.hasPlusCode = hasPlusCode
        spare = count - threshold
        // So many of them must have given back their share, and the oldest of those proofs counts.
        let proofs = reply.keepers.filter { !KeeperListVerb.isOld($0, at: utc) }.map(\.proven).sorted(by: >)
        let isProven = proofs.count >= threshold
        standing = isProven ? .works(proofs[threshold - 1]) : .untried
        advice =
            reply.used != 0 ? Sentences.renewKeepersNow : proofs.count == count ? "" : Sentences.proveKeepers
    }

    /// What the unlock method is called.
    var label: String { "keepers (\(threshold) of \(count))" }

    /// As what opens a copy.
    var means: Means {
        Means(
            name: hasPlusCode
                ? tr("\(threshold) of \(count) keepers with the plus-code") : tr("\(threshold) of \(count) keepers"),
            standing: standing, advice: advice, lostWith: [.keepers])
    }
}

import Client
import Wire

/// Keepers as a way back.
struct KeeperWay {
    /// How many may be lost.
    let spare: Int
    /// How many there are.
    let count: Int
    private let threshold: Int
    /// Whether a code on paper has to come to it.
    let hasPlusCode: Bool
    private let standing: Standing
    private let advice: String
    private let made: UInt64

    /// - Parameter plusCode: when the owner has last typed that code; 0 for never.
    /// - Returns: nil where there are none.
    init?(_ reply: KeepersReply, plusCode: UInt64, at utc: UInt64) {
        guard !reply.keepers.isEmpty else { return nil }
        (count, threshold, hasPlusCode) = (reply.keepers.count, Int(reply.threshold), reply.hasPlusCode)
        made = reply.made <= utc ? reply.made : 0
        spare = count - threshold
        // So many of them must have given back their share, and the oldest of those proofs counts.
        let proofs = reply.keepers.filter { !KeeperListVerb.isOld($0, at: utc) }.map(\.proven).sorted(by: >)
        let isProven = proofs.count >= threshold
        let isTyped = !hasPlusCode || plusCode > 0
        let answers: Standing = isProven ? .works(proofs[threshold - 1]) : .untried
        standing = !hasPlusCode ? answers : answers.and(isTyped ? .works(plusCode) : .untried)
        advice =
            reply.used != 0
            ? tr("they have opened a backup: make them anew with fob keeper renew")
            : proofs.count < count ? Sentences.proveKeepers : isTyped ? "" : Sentences.tryPlusCode
    }

    /// What the unlock method is called.
    var label: String { "keepers (\(threshold) of \(count))" }

    /// As what opens a copy.
    var means: Means {
        Means(
            name: hasPlusCode
                ? tr("\(threshold) of \(count) keepers with the plus-code") : tr("\(threshold) of \(count) keepers"),
            standing: standing, advice: advice, lostWith: [.keepers], needs: hasPlusCode ? .plusCode : nil,
            since: made)
    }
}

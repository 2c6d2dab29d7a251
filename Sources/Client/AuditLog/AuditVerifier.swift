import Platform
package import Wire

/// Follows the chain of hashes through the lines of one log, oldest first.
package struct AuditVerifier {
    /// What does not fit.
    package enum Fault: Equatable, Sendable {
        /// The line is not one of the log.
        case malformed
        /// The hash is not that of the line and the one before it: one of them was changed.
        case broken
        /// The number is not that of the line before plus one: lines were taken out or put in.
        case gap(after: UInt64)
        /// The vault remembers this line with another hash.
        case notAnchored
        /// The agent found lines missing or replaced, and wrote that down.
        case told(String, from: UInt64?, to: UInt64?)
        /// The kept lines begin too late: no rotation explains it.
        case beginsLate(UInt64)
        /// The tag is not that of the line: whoever wrote it had no key.
        case forged(UInt64)
    }

    /// Lines read so far.
    package private(set) var lines = 0
    /// Lines that do not fit, with their number in the order of reading (from 1), at most ``mostFaults``.
    package private(set) var faults: [(line: Int, fault: Fault)] = []
    /// Number of the first line that is kept; lines before it have been dropped by rotation. Nil before any line.
    package private(set) var first: UInt64?
    /// Number of the last line.
    package private(set) var last: UInt64?

    private let anchor: (sequence: UInt64, hash: Digest)?
    private let isRotated: Bool
    private var hash: Digest?
    private var sawAnchor = false

    /// How many faults are listed.
    package static let mostFaults = 32

    /// - Parameters:
    ///   - anchor: the line that the vault remembers, if it remembers one.
    ///   - isRotated: as many full files are there as are kept, so that lines before them may have gone.
    package init(anchor: (sequence: UInt64, hash: Digest)?, isRotated: Bool = false) {
        self.anchor = anchor.flatMap { $0.sequence > 0 ? $0 : nil }
        self.isRotated = isRotated
    }

    /// Checks the next line (without its line feed) and takes it apart; nil when it is malformed.
    @discardableResult
    package mutating func add(_ line: Span<UInt8>) -> AuditEntry? {
        lines += 1
        guard let entry = AuditEntry(line) else {
            report(.malformed)
            hash = nil
            return nil
        }
        if let last {
            if entry.sequence != last &+ 1 { report(.gap(after: last)) }
        } else {
            first = entry.sequence
            if entry.sequence > 1, !isRotated { report(.beginsLate(entry.sequence)) }
        }
        // The chain starts with zeroes before line 1. A log whose start was rotated away is followed from its first
        // line on; so is what comes after a malformed line.
        let before = entry.sequence == 1 ? Digest(.init(repeating: 0)) : hash
        if let before, Self.chain(before, line.extracting(0..<entry.textCount)) != entry.chain { report(.broken) }
        if let anchor, anchor.sequence == entry.sequence {
            sawAnchor = true
            if anchor.hash != entry.chain { report(.notAnchored) }
        }
        if entry.event == "log.missing" || entry.event == "log.replaced" {
            report(
                .told(
                    entry.event, from: entry.detail("first").flatMap { UInt64($0) },
                    to: entry.detail("last").flatMap { UInt64($0) }))
        }
        last = entry.sequence
        hash = entry.chain
        return entry
    }

    /// The line that the vault remembers, which should have come and did not: the log was cut or replaced.
    package var missingAnchor: UInt64? {
        guard let anchor, !sawAnchor else { return nil }
        return anchor.sequence
    }

    /// Adds what the agent found, which has the keys of the tags.
    package mutating func add(firstForged line: UInt64) { report(.forged(line)) }

    /// Whether everything fits.
    package var isIntact: Bool { faults.isEmpty && missingAnchor == nil }

    private mutating func report(_ fault: Fault) {
        if faults.count < Self.mostFaults { faults.append((lines, fault)) }
    }

    /// SHA-256 over the hash before and the line up to the space before its own.
    static func chain(_ before: Digest, _ text: Span<UInt8>) -> Digest {
        var digest = Sodium.SHA256()
        digest.update(before.bytes.span)
        digest.update(text)
        return Digest(digest.finish())
    }
}

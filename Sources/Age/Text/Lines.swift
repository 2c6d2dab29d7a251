/// A cursor over lines that end in LF.
struct Lines {
    /// Where the next line starts.
    private(set) var position = 0
    /// Lines handed out.
    private(set) var number = 0

    /// The next line without its LF; nil when no LF follows.
    mutating func next(in text: Span<UInt8>) -> Range<Int>? {
        for end in position..<text.count where text[end] == UInt8(ascii: "\n") {
            defer { position = end + 1 }
            number += 1
            return position..<end
        }
        return nil
    }

    /// What is left, which has no LF.
    mutating func rest(of text: Span<UInt8>) -> Range<Int> {
        defer { position = text.count }
        return position..<text.count
    }
}

extension Span<UInt8> {
    /// A copy in ordinary memory: for what is not secret.
    var copied: [UInt8] {
        [UInt8](capacity: count) { output in
            for index in indices { output.append(self[index]) }
        }
    }

    /// Compares what is public; time depends on the contents.
    func isEqual(to other: [UInt8]) -> Bool { count == other.count && starts(with: other) }

    /// Whether the first bytes are `prefix`; time depends on the contents.
    func starts(with prefix: [UInt8]) -> Bool {
        guard count >= prefix.count else { return false }
        for index in prefix.indices where self[index] != prefix[index] { return false }
        return true
    }
}

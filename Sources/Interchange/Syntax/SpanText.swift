/// What readers of text ask borrowed bytes.
extension Span<UInt8> {
    /// Whether it is the UTF-8 of `text`.
    func isSame(_ text: StaticString) -> Bool { count == text.utf8CodeUnitCount && hasPrefix(text) }

    /// Whether it holds the same bytes.
    func isSame(_ other: borrowing Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    /// Whether it is that ASCII text, given in lower case, in any case.
    func isASCII(_ text: StaticString) -> Bool { count == text.utf8CodeUnitCount && hasASCIIPrefix(text) }

    /// Whether it begins with that ASCII text, given in lower case, in any case.
    func hasASCIIPrefix(_ text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        var index = 0
        for byte in "\(text)".utf8 {
            let own = self[index]
            guard ((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(own) ? own | 0x20 : own) == byte else {
                return false
            }
            index += 1
        }
        return true
    }

    /// The first place, from `start` on, of a byte that `body` says yes to.
    func firstIndex(from start: Int, where body: (UInt8) -> Bool) -> Int? {
        var index = start
        while index < count {
            if body(self[index]) { return index }
            index += 1
        }
        return nil
    }

    /// The first place of a text that is not empty, from `start` on.
    func firstIndex(of text: StaticString, from start: Int = 0) -> Int? {
        let wanted = "\(text)".utf8
        guard let first = wanted.first, wanted.count <= count else { return nil }
        var index = start
        search: while index <= count - wanted.count {
            defer { index += 1 }
            guard self[index] == first else { continue }
            var place = index
            for byte in wanted {
                guard self[place] == byte else { continue search }
                place += 1
            }
            return index
        }
        return nil
    }
}

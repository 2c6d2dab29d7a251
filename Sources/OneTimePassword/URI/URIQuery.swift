/// Where the values of the known parameters are.
package struct URIQuery {
    private var ranges: [AccountURI.Parameter: Range<Int>] = [:]

    /// Finds the parameters; names are read in any case. A parameter that is repeated with the same value is let pass.
    /// Where a page was copied, an ampersand may be written `&amp;` or `&#38;`, once or more often, with spaces behind it. A
    /// fragment behind the query belongs to no value, but for the texts. An empty value of what has a default says nothing.
    init(_ uri: Span<UInt8>, _ query: Range<Int>) throws(OneTimePasswordError) {
        var position = query.lowerBound
        while position < query.upperBound {
            var end = position
            var equals: Int?
            while end < query.upperBound && uri[end] != UInt8(ascii: "&") {
                if equals == nil && uri[end] == UInt8(ascii: "=") { equals = end }
                end += 1
            }
            let name = min(Self.name(uri, position..<end), equals ?? end)..<(equals ?? end)
            let start = equals.map { $0 + 1 } ?? end
            let parameter = AccountURI.Parameter.allCases.first { uri.has($0.rawValue, at: name) }
            var last = end
            if parameter != .issuer && parameter != .suite && parameter != .pin {
                last = start
                while last < end && uri[last] != UInt8(ascii: "#") { last += 1 }
                while last > start && [0x20, 0x09].contains(uri[last - 1]) { last -= 1 }
            }
            let value = start..<last
            if let parameter, equals == nil || !value.isEmpty || ![.algorithm, .digits, .period].contains(parameter) {
                if let earlier = ranges[parameter], !uri.isSame(earlier, value) { throw .parameterRepeated(parameter) }
                ranges[parameter] = value
            }
            position = end + 1
        }
    }

    /// Where the name of a parameter begins: behind what is left of an ampersand, and behind spaces.
    package static func name(_ uri: Span<UInt8>, _ parameter: Range<Int>) -> Int {
        var start = parameter.lowerBound
        let rests = ["amp;", "#38;", "#038;", "#x26;", " ", "+", "%20", "\t", "\u{A0}"]
        while let rest = rests.first(where: { uri.extracting(start..<parameter.upperBound).starts(with: $0) }) {
            start += rest.utf8.count
        }
        return start
    }

    /// True for a parameter that is there, with or without a value.
    func has(_ parameter: AccountURI.Parameter) -> Bool { ranges[parameter] != nil }

    /// Where the value of a parameter is.
    subscript(_ parameter: AccountURI.Parameter) -> Range<Int>? { ranges[parameter] }

    /// A decimal number, or nil if the parameter is not there.
    func number(_ parameter: AccountURI.Parameter, in uri: Span<UInt8>) throws(OneTimePasswordError) -> UInt64? {
        guard let range = ranges[parameter] else { return nil }
        guard !range.isEmpty else { throw .parameterInvalid(parameter) }
        var number: UInt64 = 0
        for index in range {
            guard (0x30...0x39).contains(uri[index]) else { throw .parameterInvalid(parameter) }
            let (product, over) = number.multipliedReportingOverflow(by: 10)
            let (sum, overAgain) = product.addingReportingOverflow(UInt64(uri[index] - 0x30))
            if over || overAgain { throw .parameterInvalid(parameter) }
            number = sum
        }
        return number
    }
}

extension Span<UInt8> {
    /// True if this ASCII text stands at `range`, in any case.
    func has(_ text: String, at range: Range<Int>) -> Bool {
        guard range.count == text.utf8.count else { return false }
        var index = range.lowerBound
        for character in text.utf8 {
            let own = self[index]
            let lower = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(own) ? own | 0x20 : own
            if lower != character { return false }
            index += 1
        }
        return true
    }

    /// True if this ASCII text stands at the start, in any case.
    func starts(with text: String) -> Bool { count >= text.utf8.count && has(text, at: 0..<text.utf8.count) }

    /// True if two ranges hold the same bytes.
    func isSame(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        for offset in 0..<left.count where self[left.lowerBound + offset] != self[right.lowerBound + offset] {
            return false
        }
        return true
    }
}

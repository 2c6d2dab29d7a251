/// Where the values of the known parameters are.
struct URIQuery {
    private var ranges: [AccountURI.Parameter: Range<Int>] = [:]

    /// Finds the parameters; names are read in any case. A parameter that is repeated with the same value is let pass.
    /// Where a page was copied, an ampersand may be written `&amp;`. An empty value of what has a default says nothing.
    init(_ uri: Span<UInt8>, _ query: Range<Int>) throws(OneTimePasswordError) {
        var start = query.lowerBound
        while start < query.upperBound {
            var end = start
            var equals: Int?
            while end < query.upperBound && uri[end] != UInt8(ascii: "&") {
                if equals == nil && uri[end] == UInt8(ascii: "=") { equals = end }
                end += 1
            }
            let isEscaped = uri.extracting(start..<end).starts(with: "amp;")
            let name = (start + (isEscaped ? 4 : 0))..<(equals ?? end)
            let value = (equals.map { $0 + 1 } ?? end)..<end
            if let parameter = AccountURI.Parameter.allCases.first(where: { uri.has($0.rawValue, at: name) }),
                equals == nil || !value.isEmpty || ![.algorithm, .digits, .period].contains(parameter)
            {
                if let earlier = ranges[parameter], !uri.isSame(earlier, value) { throw .parameterRepeated(parameter) }
                ranges[parameter] = value
            }
            start = end + 1
        }
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

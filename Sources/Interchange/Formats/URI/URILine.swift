import OneTimePassword
import Platform
import Wire

/// One line of a list of URIs.
enum URILine {
    /// What a line is.
    enum Kind { case blank, comment, account, migration, other }

    /// What may stand in front of the first URI of a line, besides quotes and brackets.
    enum Front {
        /// The sign or the number of a list's item.
        case sign
        /// What ends a name or a number.
        case name
        /// Anything: it is a line of a list.
        case anything
    }

    /// Where the URIs of a line are, without what people put around them.
    static func uris(_ bytes: Span<UInt8>, _ line: Range<Int>, behind allowed: Front) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var position = line.lowerBound
        while let mark = bytes.extracting(0..<line.upperBound).firstIndex(of: "://", from: position) {
            position = mark + 3
            var start = mark
            while start > line.lowerBound, isOfScheme(bytes[start - 1]) { start -= 1 }
            while start < mark, bytes[start] == UInt8(ascii: "-") { start += 1 }
            guard [.account, .migration].contains(kind(bytes.extracting(start..<line.upperBound))) else { continue }
            let front = trimmed(bytes, line.lowerBound..<start, of: "\"'`<([")
            let isApart = front.upperBound < start || start == line.lowerBound
            if let last = found.last {
                // Another one begins behind a space or what separates items; all else is a part of the one before.
                guard isApart || ",;|".utf8.contains(bytes[start - 1]), last.upperBound >= start else { continue }
                found[found.count - 1] = last.lowerBound..<end(bytes, last.lowerBound, front.upperBound)
            } else {
                let isSign = front.allSatisfy { "-*+.)0123456789".utf8.contains(bytes[$0]) }
                let gap = front.upperBound..<start
                let isNamed = isSign || ":-.)=,;>|]*+".utf8.contains(bytes[front.upperBound - 1])
                guard
                    isSign || allowed == .anything && (isApart || isNamed)
                        || allowed == .name
                            && (isNamed && gap.contains { bytes[$0] == 0x20 } || gap.contains { bytes[$0] == 0x09 }
                                || isSetting(bytes, line.lowerBound..<front.upperBound))
                else { continue }
            }
            found.append(start..<end(bytes, start, line.upperBound))
        }
        return found
    }

    /// A word and an equals sign.
    private static func isSetting(_ bytes: Span<UInt8>, _ front: Range<Int>) -> Bool {
        front.count > 1 && bytes[front.upperBound - 1] == UInt8(ascii: "=")
            && front.dropLast().allSatisfy { isOfScheme(bytes[$0]) || bytes[$0] == UInt8(ascii: "_") }
    }

    private static func isOfScheme(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// A range without spaces, those of other scripts as well, and such characters at its end.
    private static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>, of signs: StaticString) -> Range<Int> {
        var end = range.upperBound
        trimming: while end > range.lowerBound {
            let byte = bytes[end - 1]
            if byte == 0x20 || byte == 0x09 || "\(signs)".utf8.contains(byte) {
                end -= 1
                continue
            }
            for space in ["\u{A0}", "\u{200B}", "\u{201C}", "\u{2018}", "\u{2022}", "\u{2013}"] as [StaticString]
            where end - range.lowerBound >= space.utf8CodeUnitCount
                && bytes.extracting(end - space.utf8CodeUnitCount..<end).isSame(space)
            {
                end -= space.utf8CodeUnitCount
                continue trimming
            }
            break
        }
        return range.lowerBound..<end
    }

    /// Where a URI ends: at the sign that closes the one in front of it, else at the end of the line.
    private static func end(_ bytes: Span<UInt8>, _ start: Int, _ last: Int) -> Int {
        let pairs: [(StaticString, StaticString)] = [
            ("\"", "\""), ("'", "'"), ("`", "`"), ("<", ">"), ("(", ")"), ("\u{201C}", "\u{201D}"),
            ("\u{2018}", "\u{2019}"),
        ]
        for (opening, closing) in pairs where start >= opening.utf8CodeUnitCount {
            guard bytes.extracting(start - opening.utf8CodeUnitCount..<start).isSame(opening) else { continue }
            if let end = bytes.extracting(0..<last).firstIndex(of: closing, from: start) { return end }
        }
        return trimmed(bytes, start..<last, of: ",;|").upperBound
    }

    /// What a trimmed line is.
    static func kind(_ line: Span<UInt8>) -> Kind {
        if line.isEmpty { return .blank }
        if line[0] == UInt8(ascii: "#") { return .comment }
        if line.hasASCIIPrefix("otpauth-migration:") { return .migration }
        let schemes: [StaticString] = ["otpauth://", "motp://", "steam://", "apple-otpauth://"]
        return schemes.contains { line.hasASCIIPrefix($0) } ? .account : .other
    }

    /// The account of a line, with what programs add to the URI: ente's `codeDisplay`, an icon, an image.
    static func entry(_ line: Span<UInt8>, isEnte: Bool = false) throws(ConversionError) -> Entry {
        let query = Query(line)
        var reduced = try ConversionError.buffer(line.count + 10)
        reduced.append { output in
            query.reduce(line, into: &output)
            // ente leaves the counter of a new account out, and counts from 0 itself.
            if isEnte || query.display != nil, !query.hasCounter, line.hasASCIIPrefix("otpauth://hotp/") {
                for byte in "&counter=0".utf8 { output.append(byte) }
            }
        }
        var entry = try Entry.uri(reduced.bytes)
        // WinAuth writes Steam Guard as a code of five digits, which nobody else issues.
        if let parameters = entry.parameters, parameters.kind == .totp, parameters.digits == 5, entry.issuer == "Steam"
        {
            entry.parameters = try? Parameters(kind: .steam)
        }
        if let icon = query.icon, let name = text(line.extracting(icon)) { entry.extras.icon = name }
        if query.hasImage { entry.lost.append("image") }
        entry.lost += query.unknown.map { "the parameter \($0), which means nothing in a URI" }
        if let display = query.display {
            do throws(ConversionError) {
                try EnteDisplay.read(line.extracting(display), into: &entry)
            } catch {
                guard error.scope == .item else { throw error }
                entry.lost.append("codeDisplay, which is broken")
            }
        }
        return entry
    }

    private static func text(_ value: Span<UInt8>) -> String? {
        guard value.count <= 1024, let bytes = try? PercentEscapes.decode(value, plusIsSpace: true) else { return nil }
        return String(validating: bytes.bytes.indices.map { bytes.bytes[$0] }, as: UTF8.self)
    }

    /// Where the parameters are that `AccountURI` does not know.
    private struct Query {
        /// The value of `codeDisplay`, and the whole parameter with its `&`: notes in it may be longer than a URI may be.
        private(set) var display: Range<Int>?
        private var wholeDisplay: Range<Int>?
        private(set) var icon: Range<Int>?
        private(set) var hasImage = false
        private(set) var hasCounter = false
        private var emptyCounter: Range<Int>?
        /// Those of which nobody knows what they mean, with a value as of one that decides about the codes.
        private(set) var unknown: [String] = []

        /// What programs say besides, and what no code depends on.
        private static let harmless = [
            "image", "color", "colour", "position", "index", "order", "id", "version", "lock", "logo", "tag", "note",
        ]

        init(_ line: Span<UInt8>) {
            guard var start = line.firstIndex(from: 0, where: { $0 == UInt8(ascii: "?") }) else { return }
            while start < line.count {
                let separator = start
                start += 1
                let end = line.firstIndex(from: start) { $0 == UInt8(ascii: "&") } ?? line.count
                let first = URIQuery.name(line, start..<end)
                let equals = line.firstIndex(from: first) { $0 == UInt8(ascii: "=") } ?? end
                let (name, value) = (line.extracting(first..<max(first, min(equals, end))), min(equals + 1, end)..<end)
                if name.isASCII("codedisplay") {
                    display = value
                    wholeDisplay = line[separator] == UInt8(ascii: "&") ? separator..<end : start..<end
                } else if name.isASCII("icon") {
                    icon = value
                } else if name.isASCII("image") {
                    hasImage = true
                } else if name.isASCII("counter") {
                    hasCounter = !value.isEmpty
                    emptyCounter = value.isEmpty ? start..<end : nil
                } else if let text = URILine.text(name)?.lowercased(), (1...20).contains(text.utf8.count),
                    AccountURI.Parameter(rawValue: text) == nil, !Self.harmless.contains(text),
                    Self.decides(line.extracting(value))
                {
                    unknown.append(text)
                }
                start = end
            }
        }

        /// A short number, or the name of a hash.
        private static func decides(_ value: Span<UInt8>) -> Bool {
            guard (1...16).contains(value.count), let text = URILine.text(value) else { return false }
            return text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } && value.count <= 5
                || HashAlgorithm(named: text) != nil
        }

        /// Appends the line without what is too long for a URI or in nobody else's.
        func reduce(_ line: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
            for index in line.indices {
                if let wholeDisplay, wholeDisplay.contains(index) { continue }
                if let emptyCounter, emptyCounter.contains(index) { continue }
                output.append(line[index])
            }
        }
    }
}

/// `codeDisplay`: what ente says of an account besides its URI, as URL-encoded JSON.
enum EnteDisplay {
    /// Adds what the value of the parameter says.
    static func read(_ value: Span<UInt8>, into entry: inout Entry) throws(ConversionError) {
        let bytes = try PercentEscapes.decode(value, plusIsSpace: true)
        let display = try JSONText.parse(LockedText(bytes))
        entry.extras.isFavourite = display["pinned"]?.bool ?? false
        entry.extras.uses = display["tapCount"]?.unsigned ?? 0
        // Microseconds; seconds and milliseconds are told from them by their size.
        var time = display["lastUsedAt"]?.unsigned ?? 0
        while time > 100_000_000_000 { time /= 1000 }
        entry.extras.lastUsed = time
        entry.tags += (display["tags"]?.items ?? []).compactMap { $0.string }.filter { !$0.isEmpty }
        entry.extras.icon = display["iconID"]?.string ?? entry.extras.icon
        if let note = try display["note"]?.secret() { entry.note = note }
        entry.isTrashed = display["trashed"]?.bool == true
    }
}

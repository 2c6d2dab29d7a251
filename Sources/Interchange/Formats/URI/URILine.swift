import OneTimePassword
import Platform
import Wire

/// One line of a list of URIs.
enum URILine {
    /// What a line is.
    enum Kind { case blank, comment, account, migration, other }

    /// A line without what people put around a URI: the sign of a list's item, quotes, angle brackets.
    static func bare(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Range<Int> {
        var (start, end) = (line.lowerBound, line.upperBound)
        if end - start > 2, bytes[start + 1] == 0x20, "-*+".utf8.contains(bytes[start]) {
            start += 2
            while start < end, bytes[start] == 0x20 { start += 1 }
        }
        if end > start, bytes[end - 1] == UInt8(ascii: ",") { end -= 1 }
        for (opening, closing) in zip("\"'`<".utf8, "\"'`>".utf8)
        where end - start >= 2 && bytes[start] == opening && bytes[end - 1] == closing {
            return start + 1..<end - 1
        }
        return start..<line.upperBound
    }

    /// The same, and without what else stands in front of a URI, such as a number or a name: a mark is behind it.
    static func anywhere(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Range<Int> {
        let own = bare(bytes, line)
        guard kind(bytes.extracting(own)) == .other else { return own }
        var start = own.lowerBound
        while let index = bytes.extracting(0..<own.upperBound).firstIndex(of: "otpauth", from: start + 1) {
            start = index
            let quoted = [UInt8(ascii: "\""), UInt8(ascii: "<")].contains(bytes[start - 1]) ? start - 1 : start
            let rest = bare(bytes, quoted..<own.upperBound)
            guard quoted > own.lowerBound + 1, [0x20, 0x09].contains(bytes[quoted - 1]),
                ":-.)=,;>|".utf8.contains(bytes[quoted - 2]),
                [.account, .migration].contains(kind(bytes.extracting(rest)))
            else { continue }
            return rest
        }
        return own
    }

    /// What a trimmed line is.
    static func kind(_ line: Span<UInt8>) -> Kind {
        if line.isEmpty { return .blank }
        if line[0] == UInt8(ascii: "#") { return .comment }
        if line.hasASCIIPrefix("otpauth-migration:") { return .migration }
        if line.hasASCIIPrefix("otpauth://") || line.hasASCIIPrefix("motp://") || line.hasASCIIPrefix("steam://") {
            return .account
        }
        return .other
    }

    /// The account of a line, with what programs add to the URI: ente's `codeDisplay`, an icon, an image.
    static func entry(_ line: Span<UInt8>) throws(ConversionError) -> Entry {
        let query = Query(line)
        var reduced = try ConversionError.buffer(line.count + 10)
        reduced.append { output in
            query.reduce(line, into: &output)
            // ente leaves the counter of a new account out, and counts from 0 itself.
            if query.display != nil, !query.hasCounter, line.hasASCIIPrefix("otpauth://hotp/") {
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
        entry.lost += query.unknown.map { "the parameter \("\($0)".dropLast()), which means nothing in a URI" }
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
        /// `Algorithm.` in front of the hash, as old versions of ente wrote it.
        private var prefix: Range<Int>?
        private(set) var icon: Range<Int>?
        private(set) var hasImage = false
        private(set) var hasCounter = false
        /// Those that look like a known one: codes may be other ones than was meant.
        private(set) var unknown: [StaticString] = []

        private static let likely: [StaticString] = [
            "algo=", "hash=", "digit=", "length=", "step=", "interval=", "timestep=", "time=", "count=",
        ]

        init(_ line: Span<UInt8>) {
            guard var start = line.firstIndex(from: 0, where: { $0 == UInt8(ascii: "?") }) else { return }
            while start < line.count {
                let separator = start
                start += 1
                let end = line.firstIndex(from: start) { $0 == UInt8(ascii: "&") } ?? line.count
                let parameter = line.extracting(start..<end)
                if parameter.hasASCIIPrefix("codedisplay=") {
                    display = start + 12..<end
                    wholeDisplay = line[separator] == UInt8(ascii: "&") ? separator..<end : start..<end
                } else if parameter.hasASCIIPrefix("algorithm=algorithm.") {
                    prefix = start + 10..<start + 20
                } else if parameter.hasASCIIPrefix("icon=") {
                    icon = start + 5..<end
                } else if parameter.hasASCIIPrefix("image=") {
                    hasImage = true
                } else if parameter.hasASCIIPrefix("counter=") || parameter.hasASCIIPrefix("amp;counter=") {
                    hasCounter = true
                } else if let name = Self.likely.first(where: { parameter.hasASCIIPrefix($0) }) {
                    unknown.append(name)
                }
                start = end
            }
        }

        /// Appends the line without what is too long for a URI or in nobody else's.
        func reduce(_ line: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
            for index in line.indices {
                if let wholeDisplay, wholeDisplay.contains(index) { continue }
                if let prefix, prefix.contains(index) { continue }
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

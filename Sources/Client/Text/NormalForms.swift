package import Platform
import Wire

/// The other ways in which Unicode writes the same text: letters with their marks in one (NFC) or apart (NFD), as keyboards
/// and systems differ in. For letters of Latin, Greek and Cyrillic, whose pairs the standard library tells apart; in
/// locked memory.
package enum NormalForms {
    /// Which one.
    package enum Form: CaseIterable {
        case composed
        case decomposed
    }

    /// Gives a passphrase to `body` as it was typed, and where that is not right, as it might have been typed elsewhere.
    package static func trying(
        _ text: borrowing LockedBuffer, _ body: (borrowing LockedBuffer) throws(ClientError) -> Void
    ) throws(ClientError) {
        let refusal: ClientError
        do throws(ClientError) { return try body(text) } catch { refusal = error }
        guard refusal.code == .permission else { throw refusal }
        for form in Form.allCases {
            guard let other = try Self.form(form, of: text.bytes), !Sodium.equal(other.bytes, text.bytes) else {
                continue
            }
            do throws(ClientError) { return try body(other) } catch {
                guard error.code == .permission else { throw error }
            }
        }
        throw refusal
    }

    /// A text in that form; nil when it is plain ASCII, is no UTF-8, or has more marks on one letter than any language.
    package static func form(_ form: Form, of text: Span<UInt8>) throws(ClientError) -> LockedBuffer? {
        guard text.indices.contains(where: { text[$0] > 0x7F }), (try? UTF8Span(validating: text)) != nil else {
            return nil
        }
        // Letters of it pass over the stack.
        defer { Memory.scrubStack() }
        return try inForm(form, text)
    }

    @inline(never)
    private static func inForm(_ form: Form, _ text: Span<UInt8>) throws(ClientError) -> LockedBuffer? {
        // A letter of two bytes comes apart into at most three parts of two or three.
        var target = try ClientError.locked(text.count * 4)
        var run = Run()
        var start = 0
        while start < text.count {
            guard run.add(decode(text, &start), to: &target, form) else { return nil }
        }
        run.flush(into: &target, form)
        return target
    }

    private static func decode(_ text: Span<UInt8>, _ start: inout Int) -> UInt32 {
        let first = UInt32(text[start])
        let more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3
        var scalar = more == 0 ? first : first & (0x3F >> UInt32(more))
        for index in 0..<more { scalar = scalar << 6 | UInt32(text[start + 1 + index]) & 0x3F }
        start += more + 1
        return scalar
    }

    /// A letter and its marks.
    private struct Run {
        private static let most = 16
        private var scalars: InlineArray<16, UInt32> = .init(repeating: 0)
        private var count = 0

        mutating func add(_ scalar: UInt32, to target: inout LockedBuffer, _ form: Form) -> Bool {
            if let parts = Pairs.all.parts[scalar] {
                return add(parts.letter, to: &target, form) && add(parts.mark, to: &target, form)
            }
            let rank = Self.rank(scalar)
            if rank == 0 { flush(into: &target, form) }
            guard count < Self.most else { return false }
            // Marks stand in their canonical order (Unicode, 3.11).
            var place = count
            while place > 0, rank != 0, Self.rank(scalars[place - 1]) > rank {
                scalars[place] = scalars[place - 1]
                place -= 1
            }
            scalars[place] = scalar
            count += 1
            return true
        }

        mutating func flush(into target: inout LockedBuffer, _ form: Form) {
            if form == .composed { compose() }
            for index in 0..<count { Self.append(scalars[index], to: &target) }
            count = 0
        }

        private mutating func compose() {
            var kept = min(count, 1)
            for index in kept..<max(count, kept) {
                let scalar = scalars[index]
                let isBlocked = kept > 1 && Self.rank(scalars[kept - 1]) >= Self.rank(scalar)
                if !isBlocked, let whole = Pairs.all.wholes[Pairs.key(scalars[0], scalar)] {
                    scalars[0] = whole
                } else {
                    scalars[kept] = scalar
                    kept += 1
                }
            }
            count = kept
        }

        private static func rank(_ scalar: UInt32) -> UInt8 {
            Unicode.Scalar(scalar)?.properties.canonicalCombiningClass.rawValue ?? 0
        }

        private static func append(_ scalar: UInt32, to target: inout LockedBuffer) {
            target.append { (output: inout OutputSpan<UInt8>) in
                switch scalar {
                case ..<0x80: output.append(UInt8(scalar))
                case ..<0x800:
                    output.append(UInt8(0xC0 | scalar >> 6))
                    output.append(UInt8(0x80 | scalar & 0x3F))
                case ..<0x1_0000:
                    output.append(UInt8(0xE0 | scalar >> 12))
                    output.append(UInt8(0x80 | scalar >> 6 & 0x3F))
                    output.append(UInt8(0x80 | scalar & 0x3F))
                default:
                    output.append(UInt8(0xF0 | scalar >> 18))
                    output.append(UInt8(0x80 | scalar >> 12 & 0x3F))
                    output.append(UInt8(0x80 | scalar >> 6 & 0x3F))
                    output.append(UInt8(0x80 | scalar & 0x3F))
                }
            }
        }
    }

    /// Which letters are one of a letter and a mark. Made of all of them, when one is needed, and not of any text.
    private struct Pairs: Sendable {
        static let all = Pairs()
        private static let letters: [ClosedRange<UInt32>] = [0xC0...0x24F, 0x370...0x4FF, 0x1E00...0x1FFF]
        private static let plain: [ClosedRange<UInt32>] = [0x41...0x5A, 0x61...0x7A, 0xA8...0xA8]
        private static let marks: ClosedRange<UInt32> = 0x300...0x345
        /// Marks that are others themselves.
        private static let others: [UInt32] = [0x340, 0x341, 0x343, 0x344]

        private(set) var parts: [UInt32: (letter: UInt32, mark: UInt32)] = [:]
        private(set) var wholes: [UInt64: UInt32] = [:]

        static func key(_ letter: UInt32, _ mark: UInt32) -> UInt64 { UInt64(letter) << 32 | UInt64(mark) }

        private init() {
            // Strings are equal, and hashed alike, when they are canonically equivalent.
            var known: [String: UInt32] = [:]
            let letters = Self.letters.joined().compactMap(Unicode.Scalar.init)
            for letter in letters where known[String(letter)] == nil { known[String(letter)] = letter.value }
            for letter in Self.plain.joined().compactMap(Unicode.Scalar.init) + letters {
                for mark in Self.marks.compactMap(Unicode.Scalar.init) where !Self.others.contains(mark.value) {
                    var text = String(letter)
                    text.unicodeScalars.append(mark)
                    guard let whole = known[text] else { continue }
                    wholes[Self.key(letter.value, mark.value)] = whole
                    if parts[whole] == nil { parts[whole] = (letter.value, mark.value) }
                }
            }
        }
    }
}

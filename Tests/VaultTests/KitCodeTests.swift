import Age
import Platform
import Testing

@testable import Vault

/// The form of recovery codes: what is written, what is read, and what of mistakes in typing is noticed.
@Suite struct KitCodeTests {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    private func text(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](capacity: KitCode.textCount) { output in KitCode.append(bytes.span, to: &output) }
    }

    private func fault(_ text: [UInt8]) -> KitCode.Fault? {
        do throws(KitCode.Fault) { _ = try KitCode(text: text.span) } catch { return error }
        return nil
    }

    private func canonical(_ text: String) throws -> [UInt8] {
        let code = try KitCode(text: text.utf8Span.span)
        return code.withBytes { array($0) }
    }

    private func random(_ generator: inout SeededGenerator) -> [UInt8] {
        (0..<Limits.kitCode).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
    }

    @Test(arguments: [
        ([UInt8](repeating: 0, count: 15), "00001-00002-00004-00008-0000G-00005"),
        ((0..<15).map { UInt8($0) }, "000GC-40R4Y-0M306-E209R-185GQ-R38ED"),
        ([UInt8](repeating: 255, count: 15), "ZZZZC-ZZZZF-ZZZZ9-ZZZZ5-ZZZZX-ZZZZ8"),
    ])
    func `known codes are written and read`(payload: [UInt8], written: String) throws {
        #expect(String(decoding: text(payload), as: UTF8.self) == written)
        #expect(try canonical(written) == payload)
    }

    @Test func `case, dashes, spaces and the letters O, I and L do not matter`() throws {
        let wanted = (0..<15).map { UInt8($0) }
        #expect(try canonical("ooogc4or4yom3o6e2o9ri85gqr38ed") == wanted)
        #expect(try canonical(" 000GC 40R4Y\t0M306 E209R l85GQ R38ED ") == wanted)
        #expect(try canonical("0-0-0-G-C40R4Y0M306E209RI85GQR38ED--") == wanted)
    }

    @Test func `U and other characters are mistyped, too few or too many are counted`() {
        #expect(fault(bytes("000GC-40R4U-0M306-E209R-185GQ-R38ED")) == .mistyped(group: 2))
        #expect(fault(bytes("000GC-40R4Y-0M306-E209R-185GQ-R38E*")) == .mistyped(group: 6))
        #expect(fault(bytes("000GC-40R4Y-0M306-E209R-185GQ-R38E")) == .mistyped(group: 6))
        #expect(fault(bytes("> 000GC-40R4Y 0M3O66-E209R-185GQ-R38ED")) == .mistyped(group: 3))
        #expect(fault(bytes("000GC-40R4Y-0M306-E209R-185GQ")) == .count(25))
        #expect(fault(bytes("000GC40R4Y0M306E209R185GQR38E")) == .count(29))
        #expect(fault(bytes("000GC-40R4Y-0M306-E209R-185GQ-R38ED-0")) == .count(31))
        #expect(fault([]) == .count(0))
    }

    /// What stands between groups on web pages, in word processors and in terminals, and what stands in front of a code on
    /// the kit.
    private static let dashes = [
        "-", "\u{AD}", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2015}", "\u{2212}", "\u{FE63}",
        "\u{FF0D}", " \u{2013} ", "- ", "",
    ]
    private static let blanks = [
        " ", "\t", "\n", "\r\n", "\u{A0}", "\u{2003}", "\u{2009}", "\u{200B}", "\u{202F}", "\u{3000}", "\u{FEFF}", "\"",
        "\u{201C}", "\u{201D}", "'", ".", ",", "/", "_", "\u{AB}", "\u{3001}", "",
    ]
    private static let numbers = ["", "1", "7.", "12", "16)", "[ ] 1", "[ ]  10", "\u{2610} 3", "\u{2022}", "#4:"]

    @Test func `codes that were pasted are taken with their number, with dashes and blanks of any kind`() throws {
        var generator = SeededGenerator(state: 3)
        for _ in 0..<4000 {
            let payload = random(&generator)
            let groups = String(decoding: text(payload), as: UTF8.self).split(separator: "-")
            let number = Self.numbers.randomElement(using: &generator) ?? ""
            let blank = Self.blanks.dropLast().randomElement(using: &generator) ?? " "
            var pasted = (Self.blanks.randomElement(using: &generator) ?? "") + number + (number.isEmpty ? "" : blank)
            for (index, group) in groups.enumerated() {
                if index > 0 { pasted += Self.dashes.randomElement(using: &generator) ?? "-" }
                pasted += Bool.random(using: &generator) ? String(group) : group.lowercased()
            }
            pasted += Self.blanks.randomElement(using: &generator) ?? ""
            let found = try? canonical(pasted)
            if found != payload { Issue.record("not taken: \(pasted.debugDescription)") }
        }
    }

    @Test func `codes are taken in the wide letters of Asian keyboards`() throws {
        let code = text([UInt8](0..<15))
        let wide = String(String.UnicodeScalarView(code.compactMap { Unicode.Scalar(UInt32($0) + 0xFEE0) }))
        #expect(try canonical(wide) == [UInt8](0..<15))
        #expect(try canonical("\u{201C}" + String(decoding: code, as: UTF8.self) + ".\u{201D}") == [UInt8](0..<15))
    }

    @Test func `what was typed is counted in characters`() {
        #expect(fault(bytes("000GC\u{2013}40R4Y")) == .count(10))
        #expect(fault(bytes("\u{E9}\u{20AC}\u{1F511}")) == .count(3))
        #expect(fault([0xFF, 0xC3, 0x41]) == .count(3))
        #expect(fault(bytes("1 000GC-40R4Y")) == .count(11))
        #expect(fault(bytes("000GC-40R4Y-0M306-E209R-185GQ-R38E\u{E9}")) == .mistyped(group: 6))
    }

    @Test func `a code that was meant is told from a passphrase`() throws {
        func mistake(_ text: String) -> KitCode.Fault? { KitCode.mistake(in: text.utf8Span.span) }
        #expect(mistake("000GC-40R4Y-0M316-E209R-185GQ-R38ED") == .mistyped(group: 3))
        #expect(mistake("000gc\u{2013}40R4Y\u{2013}0M306\u{2013}E209R\u{2013}185GQ\u{2013}R38E") == .mistyped(group: 6))
        #expect(mistake("000GC-40R4Y-0M306-E209R-185GQ-R38ED") == nil)
        for passphrase in [
            "correct horse battery staple", "correct-horse-battery-staple-31",
            "p\u{E4}ss-w\u{F6}rd-mit-vielen-strichen-drin",
            "", "-", "------", "one two three four five six seven", "a-b-c-d-e-f-g-h",
        ] {
            #expect(mistake(passphrase) == nil, "\(passphrase)")
        }
    }

    @Test func `random codes come back`() throws {
        var generator = SeededGenerator(state: 1)
        for _ in 0..<500 {
            let payload = random(&generator)
            let code = try KitCode(text: text(payload).span)
            #expect(code.withBytes { array($0) } == payload)
        }
    }

    @Test func `every wrong symbol, every two swapped in a group and every group in another's place is noticed`() {
        var generator = SeededGenerator(state: 2)
        let groups = 0..<6
        var tried = 0
        for round in 0..<20 {
            let right = text(round == 0 ? [UInt8](repeating: 0, count: 15) : random(&generator))
            for group in groups {
                let places = group * 6..<group * 6 + 5
                for place in places {
                    for symbol in Self.alphabet where symbol != right[place] {
                        var wrong = right
                        wrong[place] = symbol
                        if fault(wrong) != .mistyped(group: group + 1) { Issue.record("a wrong symbol: \(wrong)") }
                        tried += 1
                    }
                    for other in places where other > place && right[other] != right[place] {
                        var wrong = right
                        wrong.swapAt(place, other)
                        if fault(wrong) != .mistyped(group: group + 1) { Issue.record("two swapped: \(wrong)") }
                        tried += 1
                    }
                }
                for other in groups where other != group {
                    // One group in two places, and two that changed places.
                    var wrong = right
                    for index in 0..<5 { wrong[group * 6 + index] = right[other * 6 + index] }
                    if fault(wrong) != .mistyped(group: group + 1) { Issue.record("a group twice: \(wrong)") }
                    for index in 0..<5 { wrong[other * 6 + index] = right[group * 6 + index] }
                    if fault(wrong) != .mistyped(group: min(group, other) + 1) {
                        Issue.record("two groups changed places: \(wrong)")
                    }
                    tried += 2
                }
            }
        }
        #expect(tried > 19_000)
    }

    @Test func `the identity is the one of the manual page, and its text is an identity of age`() throws {
        let code = try KitCode(text: "000GC-40R4Y-0M306-E209R-185GQ-R38ED".utf8Span.span)
        let identity = try code.identity()
        let text = [UInt8](capacity: X25519Identity.textCount) { output in identity.appendText(to: &output) }
        let again = try X25519Identity(text: text.span)
        #expect(again.recipient == identity.recipient)
        // Made with hashlib and hmac of Python.
        #expect(
            String(decoding: text, as: UTF8.self)
                == "AGE-SECRET-KEY-1W7WAWQ6FJ8VZN7RQP6RDSAFSHFXRNCYWZ862JJKJDP3WG6204E6Q7XJ2EZ")
        let other = try KitCode([UInt8](repeating: 0, count: 15).span)
        #expect(try other.identity().recipient != identity.recipient)
    }

    @Test func `bytes of another number are no code`() {
        let short = [UInt8](repeating: 0, count: 14)
        #expect(refusal { () throws(VaultError) in _ = try KitCode(short.span) } == .noMatch)
    }

    @Test func `new codes differ`() throws {
        var seen: Set<[UInt8]> = []
        for _ in 0..<64 {
            let code = try KitCode.random()
            seen.insert(code.withBytes { array($0) })
        }
        #expect(seen.count == 64)
    }
}

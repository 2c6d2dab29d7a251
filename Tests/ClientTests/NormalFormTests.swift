import Foundation
import Platform
import Testing
import Wire

@testable import Client

/// One passphrase, however a keyboard writes its letters.
@Suite struct NormalFormTests {
    private func form(_ form: NormalForms.Form, of text: String) throws -> String? {
        guard let found = try NormalForms.form(form, of: text.utf8.span) else { return nil }
        return String(decoding: found.bytes.indices.map { found.bytes[$0] }, as: UTF8.self)
    }

    private func isSame(_ a: String?, _ b: String) -> Bool { a.map { Array($0.utf8) } == Array(b.utf8) }

    @Test func `letters of Europe come together and apart as Foundation has them`() throws {
        let letters = [0xC0...0x17F, 0x370...0x3FF, 0x400...0x45F, 0x1EA0...0x1EF9] as [ClosedRange<UInt32>]
        for letter in letters.joined().compactMap(Unicode.Scalar.init) {
            // Some are written as others in both forms, such as the Greek question mark.
            let text = String(letter)
            guard isSame(text, text.precomposedStringWithCanonicalMapping) else { continue }
            let apart = text.decomposedStringWithCanonicalMapping
            for written in ["a\(text)b\(text)", "a\(apart)b\(apart)"] {
                let (composed, decomposed) = ("a\(text)b\(text)", "a\(apart)b\(apart)")
                #expect(isSame(try form(.composed, of: written), composed), "\(letter.value)")
                #expect(isSame(try form(.decomposed, of: written), decomposed), "\(letter.value)")
            }
        }
    }

    @Test func `what has no other form is left alone`() throws {
        for text in ["", "plain", "pass phrase 7"] { #expect(try form(.composed, of: text) == nil) }
        for text in ["\u{1F511}\u{4E2D}\u{6587}", "\u{2019}"] {
            #expect(isSame(try form(.composed, of: text), text))
            #expect(isSame(try form(.decomposed, of: text), text))
        }
        #expect(try form(.composed, of: "e" + String(repeating: "\u{301}", count: 40)) == nil)
        #expect(try NormalForms.form(.composed, of: ([0xC3, 0x28] as [UInt8]).span) == nil)
    }

    @Test func `it is tried as typed first, then in the other forms, and another error ends that`() throws {
        for (set, typed) in [("Gr\u{fc}n", "Gru\u{308}n"), ("Gru\u{308}n", "Gr\u{fc}n"), ("Gr\u{fc}n", "Gr\u{fc}n")] {
            var tried: [[UInt8]] = []
            let text = try typedBuffer(typed)
            try NormalForms.trying(text) { (passphrase) throws(ClientError) in
                let bytes = passphrase.bytes.indices.map { passphrase.bytes[$0] }
                tried.append(bytes)
                if bytes != Array(set.utf8) { throw ClientError(.permission, "wrong") }
            }
            #expect(tried.first == Array(typed.utf8) && tried.count == (isSame(set, typed) ? 1 : 2))
        }
        var count = 0
        let text = try typedBuffer("Gr\u{fc}n")
        #expect(throws: ClientError.self) {
            try NormalForms.trying(text) { (_) throws(ClientError) in
                count += 1
                throw ClientError(.busy, "later")
            }
        }
        #expect(count == 1)
    }

    private func typedBuffer(_ text: String) throws -> LockedBuffer {
        var buffer = try LockedBuffer(capacity: 64)
        buffer.append(copying: text.utf8.span)
        return buffer
    }
}

import Foundation
import Platform
import Testing

@testable import Vault

@Suite struct PassphraseStrengthTests {
    private func strength(_ text: String, names: [String] = []) -> PassphraseStrength {
        let passphrase = bytes(text)
        return PassphraseStrength(passphrase.span, names: names)
    }

    @Test(
        arguments: [
            ("", .short), ("a", .short), ("x7K9m", .short), ("password", .common), ("Password1", .common),
            ("P@ssw0rd", .common), ("drowssap", .common), ("iloveyou", .common), ("letmein!", .common),
            ("qwertyuiop", .common), ("poiuytrewq", .common), ("asdfghjkl", .keys),
            ("aaaaaaaaaaaaaaaaaaaaaaaa", .repetition),
            ("abcabcabcabcabcabc", .repetition), ("passwordpasswordpassword", .common),
            ("abcdefghijklmnop", .sequence),
            ("zyxwvutsrq", .sequence), ("24.12.1987", .date), ("19871224", .date), ("241287", .date), ("horse", .words),
            ("Horse2", .words), ("umbrella1987", .words),
        ] as [(String, PassphraseStrength.Weakness)])
    func `what is tried first is weak, and the reason is told`(_ text: String, _ weakness: PassphraseStrength.Weakness)
    {
        #expect(strength(text).weakness == weakness)
    }

    @Test(arguments: [
        "correct horse battery", "correct horse battery staple", "the new passphrase 5", "another battery staple 47",
        "x7K9mQ2pL", "Zr8#kQ1v", "kitten umbrella volcano tennis", "ein ganz anderer Satz", "größenwahnsinnig",
        "9f86d081884c7d65", "\u{1F40E}\u{1F50B}\u{1F4CE}",
    ])
    func `what takes long to guess is not weak`(_ text: String) { #expect(strength(text).weakness == nil) }

    @Test func `names of the owner and the machine count for nothing`() {
        #expect(strength("annegret.kowalczyk").weakness == nil)
        let names = ["annegret", "Kowalczyk", "laptop-7"]
        #expect(strength("annegret.kowalczyk", names: names).weakness == .personal)
        #expect(strength("Laptop-7Kowalczyk", names: names).weakness == .personal)
    }

    /// Whatever is put behind a passphrase, it is not guessed sooner; and what is said once more adds next to nothing.
    @Test func `more of it is never worth less, and the same again hardly more`() {
        var random = SystemRandomNumberGenerator()
        let pieces = ["horse", "x", "Q7", "1987", "qwer", "abc", "password", "ü", "--", "summer", "zzz"]
        for _ in 0..<200 {
            let text = (0..<Int.random(in: 1...5, using: &random)).map { _ in pieces.randomElement() ?? "" }.joined()
            let more = text + (pieces.randomElement() ?? "")
            // A longer word may be commoner than its beginning: by no more than what the words cost.
            #expect(strength(more).centibits >= strength(text).centibits - 1200, "\(text), \(more)")
            #expect(strength(text + text).centibits <= strength(text).centibits + 400, "\(text)")
        }
    }

    @Test func `the longest passphrase is looked at in bounded time, and by its beginning`() {
        let long = [UInt8](repeating: UInt8(ascii: "a"), count: 4096)
        #expect(PassphraseStrength(long.span).weakness == .repetition)
        let odd = (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 7) }
        #expect(PassphraseStrength(odd.span).weakness == nil)
    }

    @Test func `every common password is weak`() {
        for word in CommonPasswords.text.split(separator: " ") { #expect(strength(String(word)).isWeak, "\(word)") }
    }

    @Test func `six words that chance takes are strong, of the list, and others each time`() throws {
        let words = Set(Words.text.split(separator: " ").map(String.init))
        #expect(words.count == 2798)
        #expect(
            words.allSatisfy { (3...10).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x61...0x7A).contains($0) } })
        var made: Set<[UInt8]> = []
        for _ in 0..<50 {
            let suggestion = try PassphraseSuggestion.make()
            let text = String(decoding: array(suggestion.bytes), as: UTF8.self)
            let parts = text.split(separator: " ").map(String.init)
            #expect(parts.count == 6 && parts.allSatisfy(words.contains))
            #expect(!PassphraseStrength(suggestion.bytes).isWeak)
            made.insert(array(suggestion.bytes))
        }
        #expect(made.count == 50)
    }
}

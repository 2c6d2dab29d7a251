import Age
import Foundation
import OneTimePassword
import Platform
import Testing

@testable import Vault

/// What a file may bring that no fob would write: every text with control characters, every number as large as it gets.
@Suite struct ForeignValueTests {
    /// Texts that strangers write, within the bounds of every field.
    private static let texts = [
        "a\0b", "\u{1B}]52;c;cm0gLXJmIH4=\u{07}", "line\nline", "\u{85}\u{9B}2J", "\u{7F}\t", "plain",
        "\u{A0}ä\u{1F40E}", "\r",
    ]

    private static func number(_ value: UInt64, bytes count: Int = 8) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - $0))) }
    }

    private static func octets(_ id: Vault.Identifier) -> [UInt8] { number(id.high) + number(id.low) }

    /// The records of a vault whose texts are from `texts` and whose numbers are `large`.
    private func vault(
        _ random: inout some RandomNumberGenerator, large: UInt64
    ) throws -> [Record] {
        func text() -> [UInt8] { bytes(Self.texts.randomElement(using: &random) ?? "") }
        let head = try emptyVault().records[.single(.vault)]
        var records = [try #require(head)]
        let recipient = array(try X25519Identity.random().recipient.publicKey.span)
        records.append(
            try record(2, [(1, [2]), (2, text()), (3, recipient), (6, Self.number(large))]))
        records.append(
            try record(
                7, id: .single(.lastImport),
                [(1, Self.octets(.random())), (2, Self.number(large)), (3, text()), (4, Self.number(1, bytes: 4))]))
        for _ in 0..<8 {
            let account = Vault.Identifier.random()
            records.append(
                try record(
                    4, id: account,
                    [
                        (1, text()), (2, text()), (4, text()), (5, Self.number(large)), (9, Self.number(large)),
                        (12, text()), (13, Self.number(large)), (14, Self.number(large)),
                        (10, Self.number(Bool.random(using: &random) ? large : 0)),
                    ]))
            records.append(
                try record(
                    5,
                    [
                        (1, Self.octets(account)), (2, [2, 1, 6, 0, 0, 0, 0]), (4, Self.number(min(large, 1 << 62))),
                        (6, Array(Self.octets(.random()))),
                    ]))
            let codes = (0..<4).map { _ in (UInt8(6), Self.number(0) + Self.number(0) + text()) }
            records.append(
                try record(6, [(1, Self.octets(account)), (2, text()), (3, Self.number(min(large, 1 << 62)))] + codes))
            records.append(try key(of: account, text, large))
        }
        return records
    }

    private func key(of account: Vault.Identifier, _ text: () -> [UInt8], _ large: UInt64) throws -> Record {
        let id = Vault.Identifier.random()
        let large = Self.number(min(large, 1 << 62))
        return try record(
            10, id: id,
            [
                (1, Self.octets(account)), (2, Self.octets(id) + Self.octets(id)), (3, [1, 2, 3, 1]),
                (5, .init(repeating: 1, count: 32)), (6, .init(repeating: 2, count: 32)),
                (7, text() + bytes(".example")),
                (8, text()), (10, text()), (11, text()), (12, text()), (17, large), (18, large), (19, large),
            ])
    }

    /// Every text that a reply may carry.
    private func texts(of vault: Contents) -> [String] {
        var texts = vault.accounts.values.flatMap { account in
            [account.details.issuer, account.details.name, account.extras.icon] + account.details.tags
        }
        texts += vault.unlockMethods.map(\.label)
        texts += vault.recoverySets.values.flatMap { sets in sets.flatMap { [$0.service] + $0.texts } }
        texts += vault.keyTable.values.flatMap { key in
            [key.relyingParty, key.relyingPartyName, key.userName, key.displayName, key.label]
        }
        texts.append(vault.lastImport?.source ?? "")
        return texts
    }

    @Test(arguments: [1 << 20, 1 << 61, 1 << 62, (1 << 62) + 1, UInt64.max] as [UInt64])
    func `no text of a file has a control character, and no number keeps the owner from going on`(_ large: UInt64)
        throws
    {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<25 {
            var vault = try Contents(try self.vault(&random, large: large))
            #expect(vault.accounts.count == 8 && vault.keyTable.count == 8 && vault.recoverySets.count == 8)
            for text in texts(of: vault) {
                let controls = text.unicodeScalars.filter { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) }
                #expect(controls.isEmpty, "\(text.debugDescription)")
            }
            // The vault goes on: accounts and keys come, move, count and go, and the next agent reads all of it.
            let now: UInt64 = 1_800_000_000
            let first = try vault.add("New", "first", key: "a key of its own 001", at: now).id
            try vault.move(first, to: .first, at: now)
            try vault.move(first, to: .last, at: now)
            let counting = vault.accounts.values.filter { $0.removed == 0 && $0.credential?.parameters.kind == .hotp }
            for account in counting {
                let counter = try #require(account.credential).parameters.counter
                try vault.advanceCounter(of: account.id, to: counter + 1, at: now)
                try vault.setRecoveryCodes(of: account.id, ["abcd-efgh"], at: now)
            }
            let half = [UInt8](repeating: 9, count: 32)
            for site in ["one.example", "two.example"] {
                let new = NewKey(relyingParty: site, .synced, .edDSA, .ctap)
                _ = try vault.addKey(new, privateKey: half.span, publicKey: half.span, account: first, at: now)
            }
            try vault.purgeTrash(at: now)
            try vault.purgeSuperseded(at: now)
            let again = try reloaded(vault)
            #expect(again.order == vault.order)
            #expect(texts(of: again).sorted() == texts(of: vault).sorted())
        }
    }

    /// Bringing such a file in, in either mode, makes a vault of which the same holds.
    @Test func `a merge takes nothing of it over either`() throws {
        var random = SystemRandomNumberGenerator()
        for mode in [MergeMode.restore, .sync] {
            let theirs = try Contents(try vault(&random, large: 1 << 60))
            let merged = try emptyVault().merging(theirs, mode: mode, MergeLabels(source: "a\u{1B}b", at: 9), at: 9)
                .contents
            #expect(texts(of: merged).allSatisfy { !$0.hasControls })
        }
    }

    @Test func `a line has no control character and is never longer`() {
        for text in Self.texts + ["", "\u{C2}", "Â"] {
            #expect(!text.oneLine.hasControls)
            #expect(text.oneLine.utf8.count <= text.utf8.count)
            #expect(text.oneLine.unicodeScalars.count == text.unicodeScalars.count)
            if !text.hasControls { #expect(text.oneLine == text) }
        }
    }

    /// The number of looks decides, not a clock: thousands of one name are told apart in some steps each.
    @Test(arguments: [1, 10, 1000, 50_000]) func `a free name is found in few steps`(_ taken: Int) {
        var looks = 0
        let details = AccountDetails(issuer: "", name: "same")
        let name = details.freeName(
            startingWith: 1,
            isTaken: { other in
                looks += 1
                return (Int(other.name.dropFirst(4)) ?? 0) <= taken
            }
        ) { "same\($0)" }
        #expect(name == "same\(taken + 1)")
        #expect(looks <= 2 * (Int.bitWidth - taken.leadingZeroBitCount) + 1)
    }
}

import Client

/// What a kit of recovery codes says: it must be enough for somebody who has nothing else left.
enum KitSentences {
    static let title = "fob emergency kit"
    static let codesTitle = "Kit codes"
    static let codesOnce = "Each opens the vault and its backups, once. Tick off the one that you have used."
    static let placesTitle = "Where the backups are"
    static let noPlaces = "Write it down here: ________________________________________________"
    static let fobTitle = "To restore with fob"
    static let fobSteps = [
        "Install fob on the new machine.",
        "Run: fob restore, and give the place or file of a backup.",
        "Type one of these codes when it asks for the passphrase or a code.",
        "Choose a new passphrase, and make a new kit: fob access kit",
    ]
    static let ageTitle = "To restore without fob"
    static let ageText = """
        Backups are files of the program age (age-encryption.org), which every system has. With the passphrase and the
        recovery-key file that lies beside the backups (of several, the one of that passphrase):
        """
    static let ageByPassphrase = "age -d -i recovery-key-....age BACKUP.age > records"
    static let ageByCode = """
        With a code: it stands for an identity of age, which "fob access identity" prints, or this program for Python 3
        (type the code and Enter; save it as identity.py):
        """
    static let ageAfterwards = """
        python3 identity.py > identity.txt
        age -d -i identity.txt BACKUP.age > records
        """
    static let ageRecords = """
        The records are described in fob-vault(5), which is part of fob; the key of each account lies behind its name.
        identity.txt and records are secret: delete them when you have what you need.
        """
    static let warningTitle = "Keep this safe"
    static let warning = """
        Anyone who has one of these codes and a copy of the vault or of a backup has all that is in it. Keep this page where
        you keep your passport, not beside the backups and not on this machine alone. A used code opens nothing that is
        sealed later, and a new set ends this one; copies of backups from before stay open to it until they are deleted.
        When you restore, compare the fingerprint: another one means another vault.
        """

    /// HKDF and Bech32, as fob-vault(5) has them.
    static let program = #"""
        import hashlib, hmac
        c = input().upper().translate({79: 48, 73: 49, 76: 49, 45: None, 32: None})
        n = 0
        for i in range(30):
            if i % 5 < 4: n = n * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(c[i])
        k = hmac.new(bytes(32), n.to_bytes(15, "big"), hashlib.sha256).digest()
        k = hmac.new(k, b"fob/recovery-code/x25519/1\x01", hashlib.sha256).digest()
        h = "age-secret-key-"
        d = [int.from_bytes(k, "big") << 4 >> s & 31 for s in range(255, -1, -5)]
        r = 1
        for v in [ord(x) >> 5 for x in h] + [0] + [ord(x) & 31 for x in h] + d + [0] * 6:
            t, r = r >> 25, (r & 0x1ffffff) << 5 ^ v
            for j in range(5):
                g = (0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3)[j]
                r ^= g if t >> j & 1 else 0
        d += [(r ^ 1) >> s & 31 for s in range(25, -1, -5)]
        print((h + "1" + "".join("qpzry9x8gf2tvdw0s3jn54khce6mua7l"[x] for x in d)).upper())
        """#

    /// Names and values at the top.
    static func facts(of kit: borrowing VaultKit) -> [(String, String)] {
        [
            ("Vault", kit.vault), ("Fingerprint", kit.fingerprint),
            ("Set", "\(kit.set)\(kit.set > 1 ? ", those before are void" : "")"), ("Made", Moment.text(kit.madeAt)),
        ]
    }

    /// The plain text in front of the codes, and behind them.
    static func parts(of kit: borrowing VaultKit) -> [String] {
        let facts = facts(of: kit).map { "  " + Label.padded($0.0 + ":", to: 14) + $0.1 + "\n" }.joined()
        let head = heading(title) + facts + "\n" + heading(codesTitle) + "\(codesOnce)\n\n"
        let places = kit.places.isEmpty ? "  \(noPlaces)\n" : kit.places.map { "  \(Label.shown($0))\n" }.joined()
        var steps = ""
        for (index, step) in fobSteps.enumerated() { steps += "  \(index + 1). \(step)\n" }
        let tail =
            "\n" + heading(placesTitle) + places + "\n" + heading(fobTitle) + steps + "\n" + heading(ageTitle)
            + "\(ageText)\n\n    \(ageByPassphrase)\n\n\(ageByCode)\n\n" + indented(program) + "\n"
            + indented(ageAfterwards) + "\n\(ageRecords)\n\n" + heading(warningTitle) + warning + "\n"
        return [head, tail]
    }

    private static func heading(_ text: String) -> String {
        text + "\n" + String(repeating: "-", count: text.utf8.count) + "\n"
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)\n" }.joined()
    }
}

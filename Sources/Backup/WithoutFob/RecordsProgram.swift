/// The program that shows a person what the stock `age` program makes of a backup: for Python 3 and nothing else. It is on
/// the emergency kit, and lies beside the backups at each place.
package enum RecordsProgram {
    /// Its name in the kit's commands.
    package static let name = "readable.py"

    /// The file that lies beside backups: how to use it, and the program.
    package static var file: [UInt8] { Array((usage + program + "\n").utf8) }

    /// Whether a file is one that some release has put there.
    static func isFile(_ bytes: [UInt8]) -> Bool { bytes.starts(with: firstLine.utf8) }

    private static let firstLine = "# What is in a backup of fob, for whoever has no fob: Python 3 and the program"

    private static let usage = """
        \(firstLine)
        # age (package "age" of Debian, Ubuntu, Fedora, Arch and Homebrew, or from
        # age-encryption.org). The newest backup is the fob-...age with the latest time
        # in its name. With the passphrase and the recovery-key...age that lies beside:
        #   age -d -i recovery-key.age fob-...age > records
        # or with a code of the emergency kit, which says how it becomes identity.txt:
        #   age -d -i identity.txt fob-...age > records
        # Then:
        #   python3 readable.py < records
        # Each line otpauth://... is an account: make a QR code of it for another
        # authenticator, or give its secret to oathtool. Delete records afterwards.

        """

    /// One line of `otpauth:` (or `motp:`) for each one-time password, with the account's tags, note and recovery codes below
    /// it; see fob-vault(5). Whatever is put together here is so by ids: records come in any order.
    package static let program = #"""
        import base64, sys, urllib.parse; sys.stdout.reconfigure(errors="replace")
        d, p, recs, sha = sys.stdin.buffer.read(), 14, {}, (0, 1, 256, 512)
        if d[:p] != b"fob-records 1\n": sys.exit("these are no records of fob")
        num = lambda b: int.from_bytes(b, "big")
        one = lambda f, tag: f.get(tag, [b""])[-1]
        b32 = lambda b: base64.b32encode(b).decode().rstrip("=")
        q = lambda b: urllib.parse.quote(b, "")
        rank = lambda a: (any(one(a, 10)), num(one(a, 5)), a[-1])
        say = lambda head, b: print(head + "".join(
            c if c.isprintable() else "?" for c in b.decode("utf8", "replace")))
        while d[p] != 255:
            at, to, f = p + 37, p + 37 + num(d[p+33:p+37]), {-1: d[p+1:p+17]}
            while at < to:
                end = at + 3 + num(d[at+1:at+3])
                f[d[at]], at = f.get(d[at], []) + [d[at+3:end]], end
            recs.setdefault((d[p], one(f, 1) * (d[p] != 4)), []).append(f)
            p = to
        for a in sorted(recs.get((4, b""), []), key=rank):
            i, n = one(a, 1), one(a, 2)
            say("\n", i + b" / " + n + b" (in the trash)" * any(one(a, 10)))
            for o in recs.get((5, a[-1]), []):
                (k, h, digits), s, pin = o[2][-1][:3], one(o, 6), one(o, 7)
                u = "- totp hotp steam motp yaotp ocra".split()[k] + "/"
                u = ("motp://" if k == 4 else "otpauth://" + u) + q(i)
                u += ":" * (i > b"" or b":" in n) + q(n) + "?secret="
                u += (s.hex() if k == 4 else b32(s)) + "&issuer=" * any(i) + q(i)
                if k < 4: u += "&algorithm=SHA%d&digits=%d" % (sha[h], digits)
                if k == 1: u += "&period=%d" % num(o[2][-1][3:])
                if any(one(o, 3)): u += "&t0=%d" % num(one(o, 3))
                if k in (2, 6): u += "&counter=%d" % num(one(o, 4))
                if k == 6: u += "&suite=" + q(one(o, 5))
                print(u + "&pin=" * any(pin) + (b32(pin) if k == 5 else q(pin)))
            if any(one(a, 8)): print("  set it up again at its service")
            for t in a.get(4, []): say("  tag: ", t)
            for t in one(a, 3).split(b"\n"): t and say("  note: ", t)
            for s in recs.get((6, a[-1]), []):
                old = b" (replaced)" * any(one(s, 5))
                for c in s.get(6, []): say("  recovery code: ", c[16:] + (
                    old or b" (used)" * any(c[8:16])))
        """#
}

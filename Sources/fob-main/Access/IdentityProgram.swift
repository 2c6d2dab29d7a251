/// The program on the kit that turns a code into an identity of age: HKDF and Bech32, as fob-vault(5) has them, behind a
/// look at the check symbols.
enum IdentityProgram {
    static let text = #"""
        import hashlib, hmac, re, sys
        A = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        up = lambda v: v << 1 ^ (v >> 4) * 37
        print("Kit code:", file=sys.stderr)
        c = re.sub(r"[\W_]+", " ", input()).strip().upper()
        c = re.sub(r"^\d\d? (?=( ?\w){30}$)", "", c).replace(" ", "")
        c = c.translate({79: 48, 73: 49, 76: 49})
        if len(c) != 30: sys.exit("%d letters and digits, and not 30" % len(c))
        n, p = 0, 1
        for g in range(6):
            d, s = [A.find(x) for x in c[5 * g:5 * g + 5]], 0
            for v in d[3::-1]: s = up(s ^ v)
            if -1 in d or s ^ p != d[4]: sys.exit("group %d is mistyped" % (g + 1))
            for v in d[:4]: n = n * 32 + v
            p = up(p)
        k = hmac.new(bytes(32), n.to_bytes(15, "big"), hashlib.sha256).digest()
        k = hmac.new(k, b"fob/recovery-code/x25519/1\x01", hashlib.sha256).digest()
        h, r, k = "age-secret-key-", 1, int.from_bytes(k, "big") << 4
        d = [k >> s & 31 for s in range(255, -1, -5)]
        m = (0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3)
        w = [ord(x) >> 5 for x in h] + [0] + [ord(x) & 31 for x in h]
        for v in w + d + [0] * 6:
            t, r = r >> 25, (r & 0x1ffffff) << 5 ^ v
            for j in range(5): r ^= m[j] * (t >> j & 1)
        d += [(r ^ 1) >> s & 31 for s in range(25, -1, -5)]
        b = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
        print((h + "1" + "".join(b[x] for x in d)).upper())
        """#
}

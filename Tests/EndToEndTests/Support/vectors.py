"""Codes of accounts that came in as URIs, and of published vectors, at fixed times.

Each URI goes through `fob add`; its codes at 20 times, for each of which an agent is started with its clock at that
time, are those that oathtool prints for the key and parameters which the URI should have. Kinds and lengths that
oathtool does not know are compared with the few lines of Python below, which are held against the vectors as well.

The URIs and vectors are those of ../shared/fixtures beside the repository; without it, those built in here.
"""

import json

from faults import *

need("oathtool")
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
FIXTURES = os.path.join(ROOT, "..", "shared", "fixtures")
TIMES = [0, 1, 29, 30, 59, 1000000000, 1111111109, 1111111111, 1234567890, 1356998400, 1400000000, 1500000010,
         1577836799, 1577836800, 1735689600, 1800000000, 2000000000, 2147483647, 4102444800, 20000000000]
SEED = b"1234567890123456789012345678901234567890123456789012345678901234"
figures = collections.Counter()

# Each is from the documentation of the Key URI Format or from what issuers give out.
URIS = [
    ("otpauth://totp/Example:alice@google.com?secret=JBSWY3DPEHPK3PXP&issuer=Example", "Example", "alice@google.com",
     "totp", "48656c6c6f21deadbeef", "SHA1", 6, 30, 0),
    ("otpauth://totp/ACME%20Co:john.doe@email.com?secret=HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ&issuer=ACME%20Co"
     "&algorithm=SHA1&digits=6&period=30", "ACME Co", "john.doe@email.com", "totp",
     "3dc6caa4824a6d288767b2331e20b43166cb85d9", "SHA1", 6, 30, 0),
    ("otpauth://totp/Big%20Corporation%3A%20alice%40bigco.com?secret=JBSWY3DPEHPK3PXP", "Big Corporation",
     "alice@bigco.com", "totp", "48656c6c6f21deadbeef", "SHA1", 6, 30, 0),
    ("otpauth://totp/Example:alice@google.com?secret=JBSWY3DPEHPK3PXP&issuer=Example&algorithm=sha256&digits=8",
     "Example", "alice@google.com", "totp", "48656c6c6f21deadbeef", "SHA256", 8, 30, 0),
    ("otpauth://totp/L%C3%A9on?algorithm=SHA256&digits=8&period=45&secret=AAAQEAYEAUDAOCAJBIFQYDIOB4", "", "Léon",
     "totp", "000102030405060708090a0b0c0d0e0f", "SHA256", 8, 45, 0),
    ("otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example&algorithm=SHA512", "Example", "alice",
     "totp", "48656c6c6f21deadbeef", "SHA512", 6, 30, 0),
    ("otpauth://hotp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example&counter=42&digits=6", "Example", "alice",
     "hotp", "48656c6c6f21deadbeef", "SHA1", 6, 0, 42),
    ("otpauth://totp/issuer:username?secret=abcd efg&period=60&digits=7", "issuer", "username", "totp", "00443214",
     "SHA1", 7, 60, 0),
    ("otpauth://totp/Maybe:SteamAccount?secret=Y2PO2DPO4AGBS2KQPO5ONQPEBAR2VKMF&period=30&digits=5&issuer=Maybe"
     "&encoder=steam", "Maybe", "SteamAccount", "steam", "c69eed0deee00c1969507bbae6c1e40823aaa985", "SHA1", 5, 30, 0),
]
OCRA = [  # RFC 6287 C: suite, octets of the key, question, more, code
    ("OCRA-1:HOTP-SHA1-6:QN08", 20, "00000000", {}, "237653"),
    ("OCRA-1:HOTP-SHA1-6:QN08", 20, "99999999", {}, "294470"),
    ("OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1", 32, "12345678", {"C": 0, "P": "1234"}, "65347737"),
    ("OCRA-1:HOTP-SHA512-8:QN08-T1M", 64, "00000000", {"T": 20107446}, "95209754"),
    ("OCRA-1:HOTP-SHA256-8:QA08", 32, "CLI22220SRV11110", {}, "28247970"),
]
OTHERS = [  # kind, key, PIN, time, code: what other authenticators' own tests have
    ("steam", "f6c241d850caa70b3c92045048afa39ce051266a", "", 1511200518, "FR8RV"),
    ("steam", "94c8062898", "", 1742298317, "VKFDN"),
    ("motp", "e3152afee62599c8", "1234", 165892298, "e7d8b6"),
    ("motp", "e3152afee62599c8", "1234", 123456789, "4ebfb2"),
    ("yandex", base64.b32decode("6SB2IKNM6OBZPAVBVTOHDKS4FAAAAAAADFUTQMBTRY======").hex(), "5239", 1641559648,
     "umozdicq"),
]


def fixture(name):
    path = os.path.join(FIXTURES, name)
    if not os.path.exists(path):
        return None
    with open(path) as file:
        return json.load(file)


def truncated(mac, bits=31):
    offset = mac[-1] & 15
    size = bits // 8 + 1
    return int.from_bytes(mac[offset:offset + size], "big") & (1 << bits) - 1


def steam(key, at):
    mac, code = hmac.new(key, u64(at // 30), "sha1").digest(), ""
    value = truncated(mac)
    for _ in range(5):
        value, letter = divmod(value, 26)
        code += "23456789BCDFGHJKMNPQRTVWXY"[letter]
    return code


def motp(key, pin, at):
    return hashlib.md5(f"{at // 10}{key.hex()}{pin}".encode()).hexdigest()[:6]


def yandex(key, pin, at):
    hashed = hashlib.sha256(pin.encode() + key[:16]).digest()
    mac = hmac.new(hashed[1:] if hashed[0] == 0 else hashed, u64(at // 30), "sha256").digest()
    value, code = truncated(mac, 63) % 26 ** 8, ""
    for _ in range(8):
        value, letter = divmod(value, 26)
        code = chr(97 + letter) + code
    return code


def oathtool(account, at, counter):
    """What oathtool prints for a key; the Python above for kinds and lengths that it does not know."""
    key, hash = bytes.fromhex(account["key"]), account["algorithm"].lower()
    if account["kind"] == "steam":
        figures["by Python"] += 1
        return steam(key, at)
    if not 6 <= account["digits"] <= 8:
        figures["by Python"] += 1
        return hotp(key, at // account["period"] if account["kind"] == "totp" else counter, account["digits"], hash)
    command = ["oathtool", "-d", str(account["digits"])]
    if account["kind"] == "totp":
        command += [f"--totp={hash}", "-s", f"{account['period']}s", "--now", f"@{at}", account["key"]]
    else:
        equal(hash, "sha1", "oathtool's hash of HOTP")
        command += ["--hotp", "-c", str(counter), account["key"]]
    figures["by oathtool"] += 1
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def at_time(home, at):
    """An agent whose clock stands at `at`, with the vault of `home`, unlocked."""
    home.flags = ["--test-cheap-derivation", "--test-time", str(at)]
    agent = home.start().connect()
    agent.unlock(PASSPHRASE)
    return agent


def fresh():
    home = Home()
    with home.start().connect() as agent:
        agent.initialize(PASSPHRASE)
    return home


def uris():
    found = fixture("otpauth-uris.json")
    if found is None:
        return [dict(zip(("uri", "issuer", "name", "kind", "key", "algorithm", "digits", "period", "counter"), row))
                for row in URIS]
    return [{"uri": entry["uri"], "issuer": wanted["issuer"], "name": wanted["account"], "kind": wanted["type"],
             "key": wanted["secret_hex"], "algorithm": wanted["algorithm"], "digits": wanted["digits"],
             "period": wanted.get("period", 0), "counter": wanted.get("counter", 0),
             "accept": entry.get("accept", {})}
            for entry in found["uris"] if entry["class"] == "valid" for wanted in [entry["expect"]]]


def add_uri(home, entry):
    """Gives a URI to `fob add`, and checks what it became. Returns the account's id, None when it was there already."""
    done = subprocess.run([os.path.join(BIN, "fob"), "add", "--json", "--no-start", "--no-ask"],
                          input=entry["uri"].encode(), env=home.environment, capture_output=True, timeout=PATIENCE)
    equal(done.returncode, 0, f"adding {entry['uri']} ({done.stderr.decode()})")
    added, accept = json.loads(done.stdout), entry.get("accept", {})
    if added["outcome"] == "already_there":
        return None
    # An account whose name is taken gets a number behind it.
    name = added["name"].rsplit(" (", 1)[0] if added["outcome"] == "renamed" else added["name"]
    check(added["issuer"] in [entry["issuer"], *accept.get("issuer", [])]
          and name in [entry["name"], *accept.get("account", [])],
          f"{entry['uri']} became {added['issuer']!r} {added['name']!r}")
    return added["id"]


def check_codes(agent, id, entry, at, counter):
    code = agent.code(id=id)
    equal(code["code"], oathtool(entry, at, counter), f"{entry['uri']} at {at}")
    figures["codes of URIs"] += 1
    if entry["kind"] == "hotp":
        return equal(code["counter"], counter, f"{entry['uri']}: the counter")
    begin = at // entry["period"] * entry["period"]
    equal((code["valid_from"], code["valid_until"]), (begin, begin + entry["period"]),
          f"{entry['uri']} at {at}: when it holds")
    equal(agent.code(id=id, next=True)["code"], oathtool(entry, at + entry["period"], 0),
          f"{entry['uri']} at {at}: the next")
    figures["next codes"] += 1


def from_uris():
    left = uris()
    while left:
        # URIs with one key and the same parameters are one account: the others have their turn in another vault.
        home, accounts, again = fresh(), [], []
        for entry in left:
            if (id := add_uri(home, entry)) is None:
                again.append(entry)
            else:
                accounts.append((id, entry))
        home.stop()
        for step, at in enumerate(TIMES):
            with at_time(home, at) as agent:
                for id, entry in accounts:
                    check_codes(agent, id, entry, at, entry["counter"] + step)
            equal(home.stop(), 0, "the agent's end")
        home.remove()
        check(len(again) < len(left), "a URI is never taken in")
        figures["URIs"] += len(accounts)
        left = again


def published():
    """RFC 4226 D, RFC 6238 B, RFC 6287 C, and the vectors of other authenticators for their own kinds."""
    vectors = fixture("otp-vectors.json")
    ocra, others = OCRA, OTHERS
    times = [("SHA1", 20, 59, "94287082"), ("SHA256", 32, 59, "46119246"), ("SHA512", 64, 59, "90693936"),
             ("SHA1", 20, 20000000000, "65353130"), ("SHA256", 32, 20000000000, "77737706"),
             ("SHA512", 64, 20000000000, "47863826")]
    counted = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
    if vectors:
        counted = [vector["code"] for vector in vectors["rfc4226_appendix_d"]["vectors"]]
        times = [(vector["algorithm"], vector["seed_len"], vector["time"], vector["code"])
                 for vector in vectors["rfc6238_appendix_b"]["vectors"]]
        ocra = [(vector["suite"], vector["key_len"], vector["Q"], vector, vector["code"])
                for vector in vectors["rfc6287_appendix_c"]["vectors"]]
        others = [("steam", vector["secret_hex"], "", vector["time"], vector["code"])
                  for vector in vectors["steam"]["vectors"]]
        others += [("motp", vector["secret_hex"], vector["pin"], vector["time"], vector["code"])
                   for vector in vectors["motp"]["vectors"]]
        for vector in vectors["yandex"]["vectors"]:
            key = vector["secret_base32"]
            key = base64.b32decode(key + "=" * (-len(key) % 8)).hex()
            others.append(("yandex", key, vector["pin"], vector["time"], vector["code"]))
    home = fresh()
    wanted, ids = {}, {}  # time: what is asked for then
    with home.connect() as agent:
        agent.add("", "counted", SEED[:20], kind="hotp")
        for counter, code in enumerate(counted):
            reply = agent.code("counted")
            equal((reply["counter"], reply["code"]), (counter, code), "RFC 4226 D")
            figures["RFC 4226"] += 1
        for hash, size, at, code in times:
            if hash not in ids:
                ids[hash] = agent.add("RFC 6238", hash, SEED[:size], algorithm=hash.lower(), digits=8)["id"]
            wanted.setdefault(at, []).append((ids[hash], None, code, "RFC 6238"))
        for suite, size, question, more, code in ocra:
            at = more.get("T", 0) * 60
            # One account for each: a counter is used once.
            id = agent.add("RFC 6287", f"{suite} {question} {len(wanted)} {code}", SEED[:size], kind="ocra",
                           algorithm="none", digits=0, period=0, suite=suite, counter=more.get("C", 0),
                           pin=b"" if "C" in more else more.get("P", "").encode())["id"]
            # The PIN is the account's own or comes with the question.
            given = more.get("P", "").encode() if "C" in more else b""
            wanted.setdefault(at, []).append((id, (question, given), code, "RFC 6287"))
        for kind, key, pin, at, code in others:
            if (kind, key, pin) not in ids:
                shape = {"steam": ("sha1", 5, 30), "motp": ("md5", 6, 10), "yandex": ("sha256", 8, 30)}[kind]
                ids[kind, key, pin] = agent.add(
                    kind, f"{key[:8]} {pin}", bytes.fromhex(key), kind=kind, algorithm=shape[0], digits=shape[1],
                    period=shape[2], pin=pin.encode())["id"]
            raw = bytes.fromhex(key)
            own = {"steam": lambda: steam(raw, at), "motp": lambda: motp(raw, pin, at),
                   "yandex": lambda: yandex(raw, pin, at)}[kind]()
            equal(own, code, f"{kind} in this script")
            wanted.setdefault(at, []).append((ids[kind, key, pin], None, code, kind))
    home.stop()
    for at, asked in sorted(wanted.items()):
        with at_time(home, at) as agent:
            for id, question, code, source in asked:
                if question is None:
                    found = agent.code(id=id)["code"]
                else:
                    body = agent.ask(0x11, protocol_client.selector(id=id) + protocol_client.string(question[0])
                                     + protocol_client.octets(question[1]) + protocol_client.octets(b""), 0x90)
                    body.id()
                    found = body.string()
                equal(found, code, f"{source} at {at} {question or ''}")
                figures[source] += 1
        equal(home.stop(), 0, "the agent's end")
    home.remove()


u64 = protocol_client.u64
if not os.path.isdir(FIXTURES):
    partly("../shared/fixtures is not beside the repository: the URIs and vectors that are built in were tried")
published()
from_uris()
print("fixtures:" if os.path.isdir(FIXTURES) else "built in:", ", ".join(f"{name} {figures[name]}" for name in figures))

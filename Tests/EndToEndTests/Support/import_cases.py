"""Files with what is in them, through the real `fob import`: tells for each whether everything in it came in as it should.

    import_cases.py DIRECTORY

DIRECTORY has the files and `index.json`, an array of objects: `file`; `with`, others that are named behind it; `verb`,
import or scan; `options`; `password`; `expect`, the accounts (issuer, account, type, secret_hex, algorithm, digits, period
or counter, pin; `accept` has other values that are as good, `*` any; `optional` ones may be refused). Without `expect` the
file has to be refused, or `expected` tells what has to be said.
"""

import hashlib
import re
import urllib.parse

from imports import *


def exported(home):
    """All accounts with their keys, as the agent hands them out to the owner."""
    # What it says has secrets of tests in it.
    import threading
    found = {}

    def run():
        found["done"] = fob(home, "export", "--to", "otpauth", "--json")
    thread = threading.Thread(target=run)
    thread.start()
    with home.connect() as agent:
        until(lambda: not thread.is_alive() or agent.challenges(), "a challenge is pending")
    if thread.is_alive():
        line, options = command(home, "confirm", "--all", "--yes", password=PASSPHRASE)
        line[line.index("--password-fd")] = "--passphrase-fd"
        elsewhere(subprocess.run, line, capture_output=True, timeout=60, **options)
    thread.join()
    return [parsed(account) for account in json.loads(found["done"].out)["accounts"]]


def parsed(account):
    uri = urllib.parse.urlsplit(account["uri"])
    query = dict(urllib.parse.parse_qsl(uri.query))
    kind = "motp" if uri.scheme == "motp" else "steam" if query.get("encoder") == "steam" else uri.netloc
    secret = query["secret"]
    key = secret if kind == "motp" else base64.b32decode(secret + "=" * (-len(secret) % 8)).hex()
    pin = query.get("pin", "")
    if pin and uri.netloc == "yaotp":
        pin = base64.b32decode(pin + "=" * (-len(pin) % 8)).decode()
    return {"issuer": account["issuer"], "account": account["name"], "type": "yandex" if kind == "yaotp" else kind,
            "secret_hex": key, "algorithm": query.get("algorithm", "SHA1"), "digits": int(query.get("digits", 6)),
            "period": int(query.get("period", 30)), "counter": int(query.get("counter", 0)), "pin": pin}


def differences(wanted, found):
    """The members of an account that are not what they should be."""
    result = []
    for name, value in wanted.items():
        if name in ("accept", "optional") or name == "period" and wanted["type"] != "totp":
            continue
        if name == "digits" and wanted["type"] not in ("totp", "hotp"):
            continue
        if name == "algorithm" and wanted["type"] not in ("totp", "hotp"):
            continue
        accepted = wanted.get("accept", {}).get(name, [])
        if found.get(name) != value and found.get(name) not in accepted and "*" not in accepted:
            result.append(f"{name} {found.get(name)!r} instead of {value!r}")
    return result


def wrong(entry, directory):
    """What is wrong with what becomes of an entry of the index; empty when nothing is."""
    home = Home().start()
    try:
        with home.connect() as agent:
            agent.initialize(PASSPHRASE)
        files = [os.path.join(directory, name) for name in [entry["file"], *entry.get("with", [])]]
        password = entry["password"].encode() if "password" in entry else None
        line, options = command(
            home, entry.get("verb", "import"), *files, *entry.get("options", []), "--yes", "--json", password=password)
        done = Outcome(subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, **options))
        said = json.loads(done.out) if done.out.strip() else {}
        if (done.status != 0) != ("error" in said):
            return [f"status {done.status} and error {said.get('error')}"]
        rows = {row["label"]: row for row in said.get("entries", [])}
        told = " ".join([done.err, json.dumps(said, ensure_ascii=False)])
        if "expect" not in entry:
            return refusal(entry, done, rows, told)
        found = exported(home) if done.status in (0, 14) else []
        result = []
        for wanted in entry["expect"]:
            close = [account for account in found if account["secret_hex"] == wanted["secret_hex"]]
            best = min(close, key=lambda account: len(differences(wanted, account)), default=None)
            if best is None:
                if not wanted.get("optional"):
                    result.append(f"{wanted['issuer']}/{wanted['account']} is missing: {done.err.strip()}")
                continue
            found.remove(best)
            result += differences(wanted, best)
        return result + [f"{account['issuer']}/{account['account']} should not be there" for account in found]
    finally:
        home.remove()


CAUSES = [
    (r"maFile", r"Steam|maFile"), (r"picture-|qr-|\.png$|\.jpe?g$|\.webp$", r"fob scan"), (r"gz$|gzip", r"gzip"),
    (r"\.age$", r"age"), (r"html", r"no format|of no"), (r"kdb$", r"KeePass"), (r"\.xlsx$", r"CSV"), (r"\.csv$", r"list of passwords"),
    (r"\.rtf$", r"plain text"), (r"\.gpg$", r"gpg"),
]


def refusal(entry, done, rows, told):
    """A file that has to be refused with the right cause, or of which something has to be said."""
    expected = entry.get("expected", "")
    if expected.startswith("refused"):
        names = [entry["file"], *entry.get("with", [])]
        if done.status == 0:
            return ["it was not refused"]
        for mark, cause in CAUSES:
            if any(re.search(mark, name) for name in names) and not re.search(cause, told):
                return [f"no word of {cause}: {done.err.strip()}"]
        return ["andotp was blamed"] if re.search(r"the (andotp|totp-authenticator) file", told) else []
    if expected.startswith("harmless"):
        named = any(row["status"] == "new" for row in rows.values())
        return [] if done.status != 0 or named and all(label.strip(" /") for label in rows) and (
            "control" in told or "not UTF-8" in told or "Latin-1" in told or "surrogate" in told) else [f"not said: {told[:300]}"]
    if "Gone" in expected:
        gone = [row for label, row in rows.items() if "Gone" in label]
        live = [row for row in gone if row["status"] in ("new", "differs")]
        return [f"Gone came in: {live}"] if live else [] if "trash" in told else ["the trash is not told"]
    if expected.startswith("read with a warning"):
        return [] if done.status in (0, 14) and said_warning(told) else [f"no warning: {done.err.strip()}"]
    return [f"nothing is known of {expected!r}"]


def said_warning(told):
    return "newer" in told


# Files that a script makes, and what is in them.
def base32(key):
    return base64.b32encode(key).decode().rstrip("=")


def account(issuer, name, key, type="totp", **more):
    return {"issuer": issuer, "account": name, "type": type, "secret_hex": key.hex(), "algorithm": "SHA1", "digits": 6,
            **({"counter": 0} if type == "hotp" else {"period": 30}), **more}


def key(*parts):
    return hashlib.sha1(repr(parts).encode()).digest()


def uri(issuer, name, secret, separator="&", kind="totp", **parameters):
    pairs = {"secret": base32(secret), "issuer": issuer, **parameters}
    return f"otpauth://{kind}/{issuer}:{name}?" + separator.join(f"{name}={value}" for name, value in pairs.items())


class MadeFiles:
    """Files in a directory of their own, each with its expectations."""

    def __init__(self):
        self.home, self.index = Home(), []
        self.directory = tempfile.mkdtemp(prefix="fob-", dir=self.home.path)

    def case(self, file, content, *expect, expected=None, **more):
        """A file and what is in it, or what has to be said of it."""
        with open(os.path.join(self.directory, file), "wb") as out:
            out.write(content if isinstance(content, bytes) else content.encode() if isinstance(content, str)
                      else json.dumps(content).encode())
        if expected is not None or expect:
            self.index.append(
                {"file": file, **({"expect": list(expect)} if expected is None else {"expected": expected}), **more})

    def judge(self):
        """Imports each into an empty vault."""
        bad = []
        for entry in self.index:
            try:
                faults = wrong(entry, self.directory)
            except Exception as error:
                faults = [f"{type(error).__name__}: {error}"]
            if faults:
                bad.append(f"{entry['file']}: {'; '.join(faults)}")
        check(not bad, "\n".join(bad))


if __name__ == "__main__":
    directory, *only = sys.argv[1:]
    with open(os.path.join(directory, "index.json")) as file:
        index = [entry for entry in json.load(file) if not only or any(part in entry["file"] for part in only)]
    bad = 0
    for entry in index:
        try:
            faults = wrong(entry, directory)
        except Exception as error:
            faults = [f"{type(error).__name__}: {str(error)[:300]}"]
        bad += bool(faults)
        if faults:
            print(f"{entry['file']}: {'; '.join(faults)[:400]}")
    print(f"{len(index) - bad} of {len(index)} right")
    sys.exit(bool(bad))

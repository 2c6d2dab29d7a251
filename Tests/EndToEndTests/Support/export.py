"""Exports as the command makes them, and what other programs make of them: oathtool and pyotp of the URIs, age of the
sealed file, KeePassXC of the XML, zbar of the printed codes, protobuf of the migration, cryptography of the encrypted
containers.

    export.py
"""

import csv
import importlib
import io
import json
import re
import stat
import struct
import threading
import urllib.parse
import xml.etree.ElementTree

from scratch import *

FOB = os.path.join(BIN, "fob")
PASSWORD = "pässword for a file"
PLAIN = ("otpauth", "aegis", "2fas", "bitwarden", "ente", "keepassxc", "keepass-xml", "1password", "keeper-csv",
         "keeper-json", "lastpass", "google", "google-html", "pass", "html", "qr")
ENCRYPTED = ("aegis-encrypted", "2fas-encrypted", "bitwarden-encrypted")
KEYS = {
    ("GitHub", "octo \"cat\", <b>"): (b"12345678901234567890", "totp", "sha1", 6, 30),
    ("Bank", "=me+@-"): (b"abcdefghij" * 3, "totp", "sha256", 8, 30),
    ("Zürich", "müller"): (b"x" * 64, "totp", "sha512", 6, 60),
    ("", "no issuer"): (b"0123456789", "totp", "sha1", 6, 30),
    ("Door", "key"): (b"door" * 5, "hotp", "sha1", 6, 0),
}
used, absent = [], []


def uri(issuer, name, key, kind, algorithm, digits, period):
    label = f"{urllib.parse.quote(issuer, safe='')}:" if issuer else ""
    rest = "counter=7" if kind == "hotp" else f"period={period}"
    issuer = f"&issuer={urllib.parse.quote(issuer, safe='')}" if issuer else ""
    return (f"otpauth://{kind}/{label}{urllib.parse.quote(name, safe='')}?secret={base64.b32encode(key).decode().rstrip('=')}"
            f"{issuer}&algorithm={algorithm.upper()}&digits={digits}&{rest}")


def run(*arguments, fd=None, status=0, input=b""):
    """Runs fob; descriptor 3 reads `fd`. Gives what it says on both streams."""
    command, options = [FOB, *arguments], {}
    if fd is not None:
        read, write = os.pipe()
        os.write(write, fd)
        os.close(write)
        os.set_inheritable(read, True)
        command = ["bash", "-c", f'exec 3<&{read}; exec "$0" "$@"', *command]
        options["pass_fds"] = (read,)
    done = subprocess.run(command, input=input, capture_output=True, timeout=60, cwd=home.path,
                          env={"PATH": os.environ["PATH"], "FOB_HOME": home.path}, **options)
    if fd is not None:
        os.close(read)
    out, err = done.stdout.decode(), done.stderr.decode()
    if status is not None:
        equal(done.returncode, status, f"{' '.join(arguments)} said {out!r} {err!r}")
    return out, err


def answered(action, *answer, fd=None):
    """Runs `action`, and answers the challenge that it raises."""
    found = {}

    def act():
        try:
            found["done"] = action()
        except BaseException as error:
            found["error"] = error
    thread = threading.Thread(target=act)
    thread.start()
    with home.connect() as agent:
        until(lambda: "error" in found or agent.challenges(), "a challenge is pending")
    if "error" not in found:
        elsewhere(run, "confirm", "--all", *answer, fd=fd)
    thread.join()
    if "error" in found:
        raise found["error"]
    return found["done"]


def export(form, *arguments, status=0):
    """An export with --json to a path of its own; gives the path, the report, and what was said besides."""
    path = os.path.join(home.path, f"out.{len(os.listdir(home.path))}")
    fd = PASSWORD.encode() if form in ENCRYPTED else None
    more = ("--password-fd", "3") if fd else ()
    out, err = answered(
        lambda: run("export", "--to", form, "--output", path, "--json", *more, *arguments, fd=fd, status=status),
        "--yes", "--passphrase-fd", "3", fd=PASSPHRASE)
    return path, json.loads(out), err


def read(path):
    with open(path, "rb") as file:
        return file.read()


def program(*names):
    """Whether these programs are here; says so at the end where one is not."""
    missing = [name for name in names if not shutil.which(name)]
    absent.extend(missing)
    return not missing


def module(name):
    try:
        importlib.import_module(name)
        return True
    except ImportError:
        absent.append(f"python3-{name.split('.')[-1]}")
        return False


home = Home().start()
run("init", "--passphrase-fd", "3", fd=PASSPHRASE)
run("import", "-", input="".join(uri(*names, *what) + "\n" for names, what in KEYS.items()).encode())
run("edit", "GitHub", "--tag", "work", "--confirm")
run("edit", "Bank", "--note", input="a note\nof \"two\" lines".encode())

# Each format is a file of mode 0600, or a directory of mode 0700; what is left out is told; nothing is overwritten.
made = {}
whole = {"otpauth", "aegis", "aegis-encrypted", "2fas", "2fas-encrypted", "ente", "pass", "html", "qr", "age"}
for form in PLAIN + ENCRYPTED + ("age",):
    path, report, said = export(form, status=0 if form in whole else 14)
    made[form] = path
    entries = [os.path.join(top, name) for top, _, names in os.walk(path) for name in names] or [path]
    for file in entries:
        equal(stat.S_IMODE(os.stat(file).st_mode), 0o600, f"{form}: mode")
    equal(("plain text" in said), form in PLAIN, f"{form}: the warning ({said!r})")
    held = len(KEYS) if form in whole else {"lastpass": 2, "google": 4, "google-html": 4}.get(form, len(KEYS) - 1)
    equal((report["output"], report["format"], report["accounts"], report["written"]), (path, form, held, held),
          f"{form}: the report")
    equal("error" in report, held < len(KEYS), f"{form}: an error when accounts were not written")
    unwritten = {entry["account"] for entry in report["lost"] if not entry["written"]}
    equal(len(unwritten), len(KEYS) - held, f"{form}: those that were not written")
    check(all(entry["lost"] for entry in report["lost"] if entry["written"]), f"{form}: what is lost, as words")
    reasons = {entry["account"]: entry["reason"] for entry in report["lost"]}
    check(form == "age" or "confirmation" in reasons.get('GitHub: octo "cat", <b>', ""), f"{form}: {reasons}")
    equal(any("not written" in reason for reason in reasons.values()), held < len(KEYS), f"{form}: {reasons}")
    before = os.stat(path)
    run("export", "--to", form, "--output", path, status=73)
    equal(os.stat(path), before, f"{form}: what is there already")
    keys = [key for key, *_ in KEYS.values()]
    forms = [key for key in keys] + [base64.b32encode(key).rstrip(b"=") for key in keys]
    if form in ENCRYPTED + ("age",):
        check(not any(form in read(path) for form in forms), f"{form}: a secret in clear")
    if form not in ("age", "qr"):
        password = ("--password-fd", "3") if form in ENCRYPTED else ()
        again = json.loads(run("import", "--dry-run", "--json", *password, path, status=None,
                               fd=PASSWORD.encode() if password else None)[0])
        check("entries" in again, f"{form}: {again}")
        equal([row["status"] for row in again["entries"]], ["same"] * held, f"{form}: what fob itself reads of it")
        equal((again["added"], again["bad"]), (0, []), f"{form}: what fob itself reads of it")
    used.append(form)
equal(stat.S_IMODE(os.stat(made["pass"]).st_mode), 0o700, "mode of a directory")

# An export that is refused, that fails or that has nowhere to go leaves nothing.
before = sorted(os.listdir(home.path))
answered(lambda: run("export", "--to", "aegis", "--output", "denied", status=5), "--deny")
answered(lambda: run("export", "--to", "pass", "--output", "denied", status=5), "--deny")
equal(sorted(os.listdir(home.path)), before, "files after a refusal")
os.symlink("nowhere", os.path.join(home.path, "link"))
run("export", "--to", "html", "--output", "link", status=73)
run("export", "--to", "html", "--output", "missing/file", status=74)
run("export", "--to", "pass", status=64)
run("export", "--to", "aegis", "--json", status=64)
run("export", "--to", "aegis", "--password-fd", "3", "--output", "x", status=64, fd=b"x")
run("export", "--to", "nothing", "--output", "x", status=64)
os.unlink(os.path.join(home.path, "link"))
equal(sorted(os.listdir(home.path)), before, "files after errors")
equal(run("log", "--json")[0].count("account.export"), len(KEYS) * len(made), "exports in the log")

at = int(time.time())
uris = [line for line in read(made["otpauth"]).decode().splitlines()]
equal(len(uris), len(KEYS), "URIs")
if program("oathtool"):
    for line in uris:
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(line).query))
        names = (query.get("issuer", ""), urllib.parse.unquote(urllib.parse.urlsplit(line).path[1:]).split(":")[-1])
        key, kind, algorithm, digits, period = KEYS[names]
        command = ["oathtool", "-b", "-d", query["digits"]]
        command += ["-c", query["counter"]] if kind == "hotp" else [
            f"--totp={query['algorithm'].lower()}", "-s", f"{query['period']}s", "-N", f"@{at}"]
        code = subprocess.run(command + ["-"], input=query["secret"].encode(), capture_output=True, check=True)
        wanted = hotp(key, 7, digits) if kind == "hotp" else totp(key, at, period, digits, algorithm)
        equal(code.stdout.decode().strip(), wanted, f"{names}: oathtool's code")
    used.append("oathtool")

if module("pyotp"):
    import pyotp
    for line in uris:
        # It wants keys of 112 bits or more.
        if "secret=GAYTEMZUGU3DOOBZ&" in line:
            continue
        account = pyotp.parse_uri(line)
        key, kind, algorithm, digits, period = KEYS[(account.issuer or "", account.name)]
        found = account.at(0) if kind == "hotp" else account.at(at)
        equal(found, hotp(key, 7, digits) if kind == "hotp" else totp(key, at, period, digits, algorithm), "pyotp's code")
    used.append("pyotp")

if program("age", "age-keygen"):
    made_key = subprocess.run(["age-keygen"], capture_output=True, check=True)
    identity = os.path.join(home.path, "identity")
    with open(identity, "wb") as file:
        file.write(made_key.stdout)
    recipient = re.search(rb"public key: (age1\w+)", made_key.stdout)[1].decode()
    sealed, _, _ = export("age", "--recipient", recipient)
    opened = subprocess.run(["age", "-d", "-i", identity, sealed], capture_output=True, check=True).stdout
    check(opened.startswith(b"fob-records 1\n") and b"x" * 64 in opened, "what age opens")
    used.append("age")

if program("keepassxc-cli"):
    base = os.path.join(home.path, "imported.kdbx")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": home.path, "LC_ALL": "C.UTF-8"}

    def keepassxc(*arguments):
        done = subprocess.run(["keepassxc-cli", *arguments], input=b"password\npassword\n", env=environment,
                              capture_output=True, timeout=60)
        equal(done.returncode, 0, f"keepassxc-cli {arguments[0]}: {done.stderr.decode()}")
        return done.stdout.decode()
    keepassxc("import", "-q", "-p", made["keepass-xml"], base)
    for (issuer, name), (key, kind, algorithm, digits, period) in KEYS.items():
        if kind != "totp" or not issuer:
            continue
        before = totp(key, time.time(), period, digits, algorithm)
        shown = keepassxc("show", "-q", "-t", base, issuer).strip()
        check(shown in (before, totp(key, time.time(), period, digits, algorithm)), f"KeePassXC's code of {issuer}")
        equal(keepassxc("show", "-q", "-a", "UserName", base, issuer).strip(), name, "KeePassXC's user name")
    equal(keepassxc("show", "-q", "-a", "Notes", base, "Bank").strip(), 'a note\nof "two" lines', "KeePassXC's note")
    used.append("KeePassXC")

migrations = read(made["google"]).decode().split()
if module("google.protobuf"):
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
    fields = {"OtpParameters": ["secret:12", "name:9", "issuer:9", "algorithm:13", "digits:13", "type:13", "counter:4"],
              "Payload": ["accounts:11", "version:13", "size:13", "index:13", "id:13"]}
    file = descriptor_pb2.FileDescriptorProto(name="migration.proto", package="m", syntax="proto3")
    for message, members in fields.items():
        added = file.message_type.add(name=message)
        for number, member in enumerate(members, 1):
            name, kind = member.split(":")
            field = added.field.add(name=name, number=number, type=int(kind), label=3 if kind == "11" else 1)
            if kind == "11":
                field.type_name = ".m.OtpParameters"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    made_class = getattr(message_factory, "GetMessageClass", None) or message_factory.MessageFactory(pool).GetPrototype
    payload = made_class(pool.FindMessageTypeByName("m.Payload"))()
    payload.ParseFromString(base64.b64decode(urllib.parse.unquote(migrations[0].split("data=")[1])))
    found = {(entry.issuer, entry.name): entry for entry in payload.accounts}
    equal(sorted(found), sorted(names for names, what in KEYS.items() if what[4] in (0, 30)), "accounts in a migration")
    for names, entry in found.items():
        key, kind, algorithm, digits, _ = KEYS[names]
        equal((entry.secret, entry.algorithm, entry.digits, entry.type, entry.counter),
              (key, {"sha1": 1, "sha256": 2}[algorithm], {6: 1, 8: 2}[digits], {"hotp": 1, "totp": 2}[kind],
               7 if kind == "hotp" else 0), f"{names} in a migration")
    equal((payload.version, payload.size, payload.index), (1, len(migrations), 0), "the batch")
    used.append("protobuf")

if program("zbarimg", "rsvg-convert"):
    page = read(made["html"]).decode()
    for number, drawing in enumerate(re.findall(r"<svg.*?</svg>", page, re.S)):
        picture = subprocess.run(["rsvg-convert", "-w", "600"], input=drawing.encode(), capture_output=True, check=True)
        path = os.path.join(home.path, "code.png")
        with open(path, "wb") as file:
            file.write(picture.stdout)
        seen = subprocess.run(["zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", path], capture_output=True)
        equal(seen.stdout.decode().strip(), uris[number], "what is read from a printed code")
    equal(number + 1, len(uris), "printed codes")
    for number, drawing in enumerate(re.findall(r"<svg.*?</svg>", read(made["google-html"]).decode(), re.S)):
        picture = subprocess.run(["rsvg-convert", "-w", "900"], input=drawing.encode(), capture_output=True, check=True)
        with open(path, "wb") as file:
            file.write(picture.stdout)
        seen = subprocess.run(["zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", path], capture_output=True)
        check(seen.stdout.startswith(b"otpauth-migration://offline?data="), "a migration's printed code")
    used.append("zbar")

# The other containers are what their authors say they are.
for form in ("aegis", "2fas", "bitwarden", "keeper-json"):
    json.loads(read(made[form]))
root = xml.etree.ElementTree.fromstring(read(made["keepass-xml"]))
equal(len(root.findall("./Root/Group/Entry")), len(KEYS) - 1, "entries of the XML")
for form, column, rows in (("keepassxc", "TOTP", 4), ("1password", "OTPAuth", 4), ("lastpass", "totp", 2)):
    table = list(csv.DictReader(io.StringIO(read(made[form]).decode(), newline="")))
    equal(len([row for row in table if row[column]]), rows, f"rows of {form}")
tree = sorted(os.path.relpath(os.path.join(top, name), made["pass"])
              for top, _, names in os.walk(made["pass"]) for name in names)
equal(len(tree), len(KEYS), "files of a tree")
check("Door/key.txt" in tree and "no issuer.txt" in tree, f"the tree {tree}")

if module("cryptography"):
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    names = sorted(names for names in KEYS)
    vault = json.loads(read(made["aegis-encrypted"]))
    slot = vault["header"]["slots"][0]
    equal((slot["n"], slot["r"], slot["p"]), (32768, 8, 1), "Aegis: the cost")
    key = hashlib.scrypt(PASSWORD.encode(), salt=bytes.fromhex(slot["salt"]), n=32768, r=8, p=1, maxmem=1 << 26, dklen=32)
    fields = slot["key_params"]
    master = AESGCM(key).decrypt(bytes.fromhex(fields["nonce"]), bytes.fromhex(slot["key"] + fields["tag"]), None)
    fields = vault["header"]["params"]
    content = json.loads(AESGCM(master).decrypt(
        bytes.fromhex(fields["nonce"]), base64.b64decode(vault["db"]) + bytes.fromhex(fields["tag"]), None))
    equal(sorted((entry["issuer"], entry["name"]) for entry in content["entries"]), names, "Aegis: accounts")

    backup = json.loads(read(made["2fas-encrypted"]))
    sealed, salt, nonce = map(base64.b64decode, backup["servicesEncrypted"].split(":"))
    key = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt, 10_000, 32)
    services = json.loads(AESGCM(key).decrypt(nonce, sealed, None))
    equal(sorted((entry["otp"]["issuer"], entry["otp"]["account"]) for entry in services), names, "2FAS: accounts")
    sealed, again, nonce = map(base64.b64decode, backup["reference"].split(":"))
    equal((len(salt), again, len(AESGCM(key).decrypt(nonce, sealed, None))), (256, salt, 256), "2FAS: the reference")

    vault = json.loads(read(made["bitwarden-encrypted"]))
    key = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), vault["salt"].encode(), vault["kdfIterations"], 32)
    keys = [hmac.new(key, what + b"\x01", "sha256").digest() for what in (b"enc", b"mac")]

    def bitwarden(text):
        iv, sealed, mac = map(base64.b64decode, text.removeprefix("2.").split("|"))
        equal(hmac.new(keys[1], iv + sealed, "sha256").digest(), mac, "Bitwarden: the code")
        machine = Cipher(algorithms.AES(keys[0]), modes.CBC(iv)).decryptor()
        padded = machine.update(sealed) + machine.finalize()
        return padded[:-padded[-1]]
    equal(len(bitwarden(vault["encKeyValidation_DO_NOT_EDIT"])), 36, "Bitwarden: the validation")
    items = json.loads(bitwarden(vault["data"]))["items"]
    equal(len(items), len(KEYS) - 1, "Bitwarden: items")
    used.append("cryptography")

if absent:
    partly(f"not installed: {', '.join(sorted(set(absent)))}")
print(f"{len(made)} formats; read by {', '.join(used[len(made):])}")

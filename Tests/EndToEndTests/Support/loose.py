"""Files as people have them, not as a program would write them: broken in one row, in other encodings, with other columns,
spelt loosely, packed; through the real `fob import`.

    loose.py
"""

import io
import zipfile

from import_cases import *

files = MadeFiles()
case = files.case
ANY = {"issuer": ["*"], "account": ["*"]}


def loosely(secret, separator=" "):
    """A key in groups of four small letters."""
    text = base32(secret).lower()
    return separator.join(text[start:start + 4] for start in range(0, len(text), 4))


def item(issuer, name, secret, **info):
    return {**entry(issuer, name), "info": {"secret": secret, "algo": "SHA1", "digits": 6, "period": 30, **info}}


def aegis_of(*entries):
    return {"version": 1, "header": {"slots": None, "params": None}, "db": {"version": 3, "entries": list(entries), "groups": []}}


def packed(*members):
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return octets.getvalue()


one, two, three = key(1), key(2), key(3)
list_of_one = uri("One", "me", one) + "\n"
both = account("T", "me", one), account("U", "me", two)
t, u = uri("T", "me", one), uri("U", "me", two)

# Keys, numbers and names.
case("keys.json", aegis_of(
    item("Small", "me", loosely(one)), item("Dash", "me", loosely(two, "-")),
    item("Padded", "me", base64.b32encode(three).decode() + "=="), item("Empty", "me", ""), item("Blank", "me", "   ")),
     account("Small", "me", one), account("Dash", "me", two), account("Padded", "me", three))
case("numbers.json", aegis_of(
    *(item(f"P{period}", "me", base32(key(period)), period=period) for period in (15, 60, 90)),
    *(item(f"D{digits}", "me", base32(key("d", digits)), digits=str(digits)) for digits in (7, 8)),
    *(item(name, "me", base32(key(name)), algo=name) for name in ("SHA256", "SHA512")),
    item("Never", "me", base32(one), period=0)),
     *(account(f"P{period}", "me", key(period), period=period) for period in (15, 60, 90)),
     *(account(f"D{digits}", "me", key("d", digits), digits=digits) for digits in (7, 8)),
     *(account(name, "me", key(name), algorithm=name) for name in ("SHA256", "SHA512")))
case("names.json", aegis_of(
    item("Émoji 🔑", "zoë 🦊", base32(one)), item("B\u2066x", "\u202ebidi\u202c", base32(two)),
    item("Same", "me", base32(three)), item("Same", "me", base32(key(4)))),
     account("Émoji 🔑", "zoë 🦊", one), account("Bx", "bidi", two), account("Same", "me", three),
     account("Same", "me (2)", key(4)))
case("rows.json", aegis_of(item("One", "me", base32(one)), {"type": "totp", "name": 5}, None, "x", item("Two", "me", base32(two))),
     account("One", "me", one), account("Two", "me", two))

# Encodings of a whole file.
plain = json.dumps(aegis_of(item("Bäm", "mé", base32(one))), ensure_ascii=False, indent=1)
for name, octets in (
        ("mark.json", b"\xef\xbb\xbf" + plain.replace("\n", "\r\n").encode()), ("utf-16.json", plain.encode("utf-16")),
        ("utf-16-bare.json", plain.encode("utf-16-le")), ("utf-16-bare-be.json", plain.encode("utf-16-be"))):
    case(name, octets, account("Bäm", "mé", one))
for encoding in ("utf-8", "utf-16", "iso-8859-1"):
    case(f"{encoding}.xml", (
        f"<?xml version='1.0' encoding='{encoding}'?>\r\n<!DOCTYPE KeePassFile>\r\n<KeePassFile><Meta/><Root><Group><UUID>AA==</UUID>"
        f"<Name>R</Name><Entry><String><Key>Title</Key><Value>Héron</Value></String><String><Key>TOTP Seed</Key><Value>"
        f"{loosely(one)}</Value></String><String><Key>TOTP Settings</Key><Value>60;8</Value></String></Entry></Group></Root>"
        f"</KeePassFile>").encode(encoding), account("Héron", "", one, digits=8, period=60))

case("attributes.xml", "<KeePassFile><Meta/><Root><Group><UUID>AA==</UUID><Name>R</Name>" + "".join(
    f"<Entry><String><Key>Title</Key><Value>{title}</Value></String><String><Key>UserName</Key><Value>me</Value></String>"
    f"<String><Key>{name}</Key><Value>{value}</Value></String></Entry>" for title, name, value in (
        ("T", "OTPAuth", t.replace("&", "&amp;")), ("U", "2FA secret", base32(two)), ("X", "Token", "thisisnotakey")))
     + "</Group></Root></KeePassFile>", *both)

# Lists.
case("number.txt", f"1. {t}\n2) {u}\n", *both)
case("name.txt", f"GitHub: {t}\nGoogle - \"{u}\"\n", *both)
case("list.json", [t, u, 5], *both)
case("old-mac.txt", f"# mine\r\r{t}\r   {u}  \r\t", *both)
case("loose.txt", "\n".join((
    f"OTPAUTH://TOTP/T:me?SECRET={loosely(one, '+')}&Digits=8&PERIOD=90&Algorithm=sha-256",
    f"otpauth://totp/U:me?secret={loosely(two, '%20')}&digits=&period=&algorithm=&issuer=",
    f"otpauth://totp/My Company:some one?secret={base32(three)}&issuer=My Company",
    f"otpauth://hotp/No:counter?secret={base32(one)}", f"otpauth://hotp/H:me?secret={base32(key(4))}&counter=12",
    f"steam://{base32(key(5))}", f"otpauth://totp/Steam:gordon?secret={base32(key(6))}&encoder=steam")),
     account("T", "me", one, digits=8, period=90, algorithm="SHA256"), account("U", "me", two),
     account("My Company", "some one", three), account("H", "me", key(4), "hotp", counter=12),
     account("Steam", "", key(5), "steam", accept=ANY), account("Steam", "gordon", key(6), "steam"))

# CSV: broken rows, other separators, columns of nobody that is known.
titles = "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n"


def row(name, user, code):
    return f",,login,{name},,,0,,{user},,{code}\n"


case("quotes.csv", titles + row("T", "me", base32(one)) + row('"Open', "x", base32(three)) + row('"Behind"x', "x", base32(three))
     + row('"U"', "me", f'"{u}"') + ",,login,Short\n" + row("Bad", "x", "not!base32"), *both)
case("last-quote.csv", titles + row("T", "me", loosely(one)) + row("U", "me", u) + row('"Open', "x", base32(three)), *both)
for separator in ";\t":
    case(f"separator-{ord(separator)}.csv", (titles + row("T", "me", base32(one))).replace(",", separator), both[0])
case("lines.csv", b"\xef\xbb\xbf" + (titles + f'W,1,login,"A, B","two\nlines",,0,,me,pw,{loosely(one)}\n').replace("\n", "\r\n").encode(),
     account("A, B", "me", one))
case("any-uri.csv", f'name,uri\nT,{t}\nU,"{u}"\n', *both)
case("any-key.csv", f"issuer,account,secret,digits,period,algorithm,type,counter\nT,me,{loosely(one)},8,60,SHA256,,\n"
     f"U,me,{base32(two)},6,,,hotp,7\nX,me,?,6,,,,\n",
     account("T", "me", one, digits=8, period=60, algorithm="SHA256"), account("U", "me", two, "hotp", counter=7))
case("any-manager.csv", f"name,url,additional_urls,username,password,note,totp,folder,custom_fields\nT,https://x,,me,pw,,{t},Work,\n"
     "Without,https://x,,me,pw,,,,\n", both[0])
case("any-browser.csv", f'"url","username","password","totp"\n"https://x.org","me","pw","{base32(one)}"\n',
     account("https://x.org", "me", one))
case("no-codes.csv", "url,username,password\nhttps://x.org,me,secret\n", expected="refused")

# What no title or member of theirs is passed over that decides about the codes, however it is called.
eight = account("T", "me", one, digits=8, period=60, algorithm="SHA512")
case("prefixed.csv", f"id,issuer,account,otp_secret,otp_digits,otp_period,otp_algorithm\n1,T,me,{base32(one)},8,60,SHA512\n", eight)
case("spelt.csv", f"Site|Login|2FA Secret|TOTP Digits|Time Step|Hash\nT|me|{loosely(one)}|8.0|60 s|sha-512\n", eight)
case("nested.json", {"items": [{"title": "T", "username": "me", "password": "x", "mfa": {
    "secret": base32(one), "digits": "8", "interval": 60, "algorithm": "HMAC-SHA-512"}}]}, eight)
case("camel.json", [{"issuer": "T", "user": "me", "totpSecret": base32(one), "totpDigits": 8, "totpPeriod": 60,
                     "totpAlgorithm": "sha512"}, {"issuer": "X", "user": "me", "totpSecret": "not a key?"}], eight)
case("counter.csv", f"issuer,account,secret,counter\nU,me,{base32(two)},7\nT,me,{base32(one)},0\n",
     account("T", "me", one), account("U", "me", two, "hotp", counter=7))
case("untitled.txt", f"T: {loosely(one).upper()}\nU: {base32(two).lower()}\n",
     *(account(name, "", secret, accept={"account": ["T", "U"], "issuer": [""]}) for name, secret in (("T", one), ("U", two))))
case("untitled.csv", f"T,me,{base32(one)}\nU,me,{base32(two)}\n", *both)
case("page.key.json", aegis_of(item("T", "me", base32(one)[:8] + "\u200b" + base32(one)[8:])), both[0])
case("section.ini", f"[totp]\nuri={t}\n[other]\nuri = \"{u}\"\n", *both)
case("boxes.md", f"[x] {t}\n[ ] {u}\n", *both)
case("in-a-letter.txt", f"Dear me,\nhere it is: {t}\nGood bye\nme\n", both[0], options=["--from", "otpauth"])
case("half-a-unit.txt", b"\xff\xfe" + f"{t}\n{u}\n".encode("utf-16-le") + b"\0", *both)
case("mafiles.json", [{"shared_secret": base64.b64encode(secret).decode(), "account_name": name,
                       "uri": f"otpauth://totp/Steam:{name}?secret={base32(secret)}&issuer=Steam"}
                      for name, secret in (("a", one), ("b", two))],
     account("Steam", "a", one, "steam"), account("Steam", "b", two, "steam"))

# Archives: each file by itself, with its own outcome.
case("folders.zip", packed(
    ("a/", ""), ("a/one.txt", list_of_one), ("b/two.json", json.dumps(aegis_of(item("Two", "me", base32(two))))),
    ("b/picture.png", b"\x89PNG\r\n\x1a\n" + bytes(20)), ("__MACOSX/a/._one.txt", bytes(30))),
     account("One", "me", one), account("Two", "me", two))
case("broken.zip", packed(
    ("a.json", '{"version":1,"header":{"slots":null},"db":{"version":3}}'), ("b.txt", list_of_one), ("c.json", "{ broken")),
     account("One", "me", one))
case("named.zip", packed(("readme.md", "hello"), ("backup.2fas", json.dumps({"schemaVersion": 4, "services": [
    {"name": "T", "secret": loosely(one), "otp": {"account": "me", "issuer": "T"}}]}))), both[0])
case("called.zip", packed(("one", list_of_one), ("two.md", uri("Two", "me", two) + "\n"), ("photo", b"\x89PNG\r\n\x1a\n" + bytes(20))),
     account("One", "me", one), account("Two", "me", two))
case("large.zip", packed(("large.json", b"[" + b" " * (65 << 20) + b"]"), ("one.txt", list_of_one)), account("One", "me", one))
case("empty.zip", packed(), expected="refused")
case("pictures.zip", packed(*((f"{n}.png", b"\x89PNG\r\n\x1a\n" + bytes(20)) for n in "ab")), expected="refused")

# FIDO's exchange format.
case("cxf.json", {"version": {"major": 1, "minor": 0}, "exporterRpId": "x.example", "timestamp": 1, "accounts": [{
    "id": "YQ", "username": "", "email": "", "collections": [{"id": "Yw", "title": "Work", "items": [{"item": "aQ"}]}],
    "items": [{"id": "aQ", "title": "T", "credentials": [
        {"type": "basic-auth", "username": {"fieldType": "string", "value": "me"}, "password": {"value": "x"}},
        {"type": "note", "content": {"fieldType": "string", "value": "a note"}},
        {"type": "totp", "secret": base32(one), "period": 60, "digits": 8, "algorithm": "sha512"}]},
        {"id": "aR", "title": "Other", "credentials": [{"type": "totp", "secret": base32(two), "period": 30, "digits": 6,
                                                       "algorithm": "sha1", "username": "me", "issuer": "U"}]},
        {"id": "aS", "title": "Key", "credentials": [{"type": "passkey"}]}]}]},
     account("T", "me", one, digits=8, period=60, algorithm="SHA512"), both[1])
for name in ("empty.txt", "blank.txt", "zeros.bin"):
    case(name, {"empty.txt": b"", "blank.txt": b"  \n\n", "zeros.bin": bytes(4096)}[name], expected="refused")
files.judge()

# What became of each file in an archive.
files.home.start()
with files.home.connect() as agent:
    agent.initialize(PASSPHRASE)
told = fob(files.home, "import", os.path.join(files.directory, "broken.zip"), "--json", status=14).json()
equal([(file["names"], file["format"], file["accounts"], file["failure"] is None) for file in told["files"]],
      [(["broken.zip: a.json"], "aegis", 0, False), (["broken.zip: b.txt"], "otpauth", 1, True),
       (["broken.zip: c.json"], "", 0, False)], "what became of each file of an archive")
inside = os.path.join(files.directory, "inside.zip")
with open(inside, "wb") as file:
    file.write(packed(("inner.zip", packed(("a.txt", list_of_one))), ("b.txt", list_of_one), ("c.gpg", b"\x8c\x0d\x04\x09\x03\x02" + bytes(90)),
                      ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(20))))
told = fob(files.home, "import", inside, "--json", "--dry-run", status=14).json()
equal([(file["names"], file["accounts"], file["failure"] is None) for file in told["files"]],
      [(["inside.zip: inner.zip"], 0, False), (["inside.zip: b.txt"], 1, True), (["inside.zip: c.gpg"], 0, False)],
      "what may be accounts in an archive is told")
check(any("photo.png" in warning for warning in told["warnings"]), f"what is left out is named: {told['warnings']}")
shown = fob(files.home, "import", os.path.join(files.directory, "folders.zip"), "--dry-run").out
check("folders.zip: b/two.json: aegis, 1 entry" in shown, f"the outcomes of an archive: {shown}")
print(f"{len(files.index)} loose files made and judged")

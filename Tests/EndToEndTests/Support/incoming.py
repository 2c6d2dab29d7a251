"""Files of every kind that people bring, made here, through the real `fob import`: each account has to come in as it is,
each file gets an outcome, and what is no export is called by its name.

    incoming.py
"""

import ctypes
import ctypes.util
import gzip
import hmac
import io
import plistlib
import zipfile

from import_cases import *

try:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
except ImportError:
    skip("not installed: python3-cryptography")

files = MadeFiles()
case, index, directory, home = files.case, files.index, files.directory, files.home


def padded(text):
    count = 16 - len(text) % 16
    return text + bytes([count]) * count


def cbc(key, iv, text):
    made = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return made.update(padded(text)) + made.finalize()


# Authy: with keys under a password, some with a vector of their own, and decrypted.
password = b"Backup word 1"
tokens = []
for number, (rounds, iv) in enumerate([(1000, None), (20_000, os.urandom(16)), (None, None)]):
    salt = f"salt number {number}"
    derived = hashlib.pbkdf2_hmac("sha1", password, salt.encode(), rounds or 1000, 32)
    tokens.append({
        "account_type": "authenticator", "digits": 6 + number, "issuer": "Authy A", "name": f"Authy A: user{number}",
        "original_name": f"Authy A:user{number}", "salt": salt, "unique_iv": iv and iv.hex(),
        "key_derivation_iterations": rounds,
        "encrypted_seed": base64.b64encode(cbc(derived, iv or bytes(16), base32(key("authy", number)).encode())).decode()})
case("tokens.json", {"message": "success", "authenticator_tokens": tokens, "success": True},
     *(account("Authy A", f"user{number}", key("authy", number), digits=6 + number) for number in range(3)),
     password=password.decode())
case("decrypted.json", {"message": "success", "decrypted_authenticator_tokens": [
    {"account_type": "github", "name": "me", "issuer": None, "decrypted_seed": base32(key("plain")), "digits": 7}]},
     account("Github", "me", key("plain"), digits=7))

# OTP Auth: an archive of objects under a key that is the same everywhere, with another one under the password in it.
def archived(value):
    """What NSKeyedArchiver makes of dictionaries, lists, texts and octets; an object has its class in `$`."""
    objects = ["$null"]

    def put(value):
        place = len(objects)
        objects.append(None)
        if isinstance(value, dict) and "$" in value:
            made = {name: put(member) if not isinstance(member, (int, float)) else member
                    for name, member in value.items() if name != "$"}
            made["$class"] = put({"$plain": {"$classname": value["$"], "$classes": [value["$"], "NSObject"]}})
        elif isinstance(value, dict) and "$plain" in value:
            made = value["$plain"]
        elif isinstance(value, dict):
            made = {"NS.keys": [put(name) for name in value], "NS.objects": [put(member) for member in value.values()],
                    "$class": put({"$plain": {"$classname": "NSDictionary", "$classes": ["NSDictionary", "NSObject"]}})}
        elif isinstance(value, list):
            made = {"NS.objects": [put(member) for member in value],
                    "$class": put({"$plain": {"$classname": "NSArray", "$classes": ["NSArray", "NSObject"]}})}
        elif isinstance(value, bytes):
            made = {"NS.data": value,
                    "$class": put({"$plain": {"$classname": "NSMutableData", "$classes": ["NSMutableData", "NSObject"]}})}
        else:
            made = value
        objects[place] = made
        return plistlib.UID(place)
    root = put(value)
    return plistlib.dumps({"$version": 100000, "$archiver": "NSKeyedArchiver", "$top": {"root": root}, "$objects": objects},
                          fmt=plistlib.FMT_BINARY)


def rncryptor(text):
    salts, iv = (os.urandom(8), os.urandom(8)), os.urandom(16)
    keys = [hashlib.pbkdf2_hmac("sha1", password, salt, 10_000, 32) for salt in salts]
    message = b"\3\1" + salts[0] + salts[1] + iv + cbc(keys[0], iv, text)
    return message + hmac.digest(keys[1], message, "sha256")


def of_otp_auth(word, **members):
    return cbc(hashlib.sha256(word).digest(), bytes(16), archived(members))


def stored_account(name, secret, **more):
    return {"label": name, "issuer": "Wörk", "secret": secret, "type": 2, "algorithm": 0, "digits": 0, "period": 0, "counter": 0,
            "refDate": {"$": "NSDate", "NS.time": -978307200.0}, **more}


folders = archived({"Folders": [
    {"$": "ACOTPFolder", "name": "Zürich", "accounts": [
        {"$": "ACOTPAccount", **stored_account("a", key("oa"))},
        {"$": "ACOTPAccount", **stored_account("b", key("ob"), digits=8, period=60, algorithm=2)}]},
    {"$": "ACOTPFolder", "name": "", "accounts": [
        {"$": "ACOTPAccount", **stored_account("c", key("oc"), type=1, counter=5)}]}]})
in_folders = (account("Wörk", "a", key("oa")), account("Wörk", "b", key("ob"), digits=8, period=60, algorithm="SHA256"),
              account("Wörk", "c", key("oc"), "hotp", counter=5))
case("new.otpauthdb", of_otp_auth(b"Authenticator", Version=1.1, WrappedData=rncryptor(folders)), *in_folders,
     password=password.decode())
salt, vector = "sält", "vëctor"
sealed = cbc(hashlib.sha256(f"{salt}-".encode() + password).digest(), hashlib.sha1(vector.encode()).digest()[:16], folders)
case("old.otpauthdb", of_otp_auth(b"Authenticator", Version=1.0, WrappedData=sealed, Salt=salt, IV=vector), *in_folders,
     password=password.decode())
case("one.otpauth", of_otp_auth(b"OTPAuth", Version=1.2, Data=rncryptor(archived(stored_account("d", key("od"))))),
     account("Wörk", "d", key("od")), password=password.decode())

# 2FAuth, the extension Authenticator (in clear and under a password), Enpass, 1PIF, Zoho.
case("2fauth.json", {"app": "2fauth_v5.4.3", "schema": 1, "datetime": "2026-01-01T00:00:00Z", "data": [
    {"otp_type": "totp", "account": "me", "service": "Two", "secret": base32(key("2")), "digits": 8, "algorithm": "sha256",
     "period": 60, "counter": None},
    {"otp_type": "hotp", "account": "me", "service": "Three", "secret": base32(key("3")), "digits": 6,
     "algorithm": "sha1", "period": None, "counter": 7},
    {"otp_type": "steamtotp", "account": "gordon", "service": "Steam", "secret": base32(key("s")), "digits": 5}]},
     account("Two", "me", key("2"), algorithm="SHA256", digits=8, period=60),
     account("Three", "me", key("3"), "hotp", counter=7), account("Steam", "gordon", key("s"), "steam"))
entries = {f"hash{number}": {
    "account": f"user{number}", "counter": 0, "encrypted": False, "hash": f"hash{number}", "index": 2 - number,
    "issuer": "Extension::extension.example", "secret": base32(key("x", number)), "type": "totp", "period": 30,
    "digits": 6, "algorithm": "SHA1"} for number in range(2)}
case("extension.json", entries, *(account("Extension", f"user{number}", key("x", number)) for number in range(2)))


def openssl(password, text):
    salt, derived, block = os.urandom(8), b"", b""
    while len(derived) < 48:
        block = hashlib.md5(block + password + salt).digest()
        derived += block
    return base64.b64encode(b"Salted__" + salt + cbc(derived[:32], derived[32:], text)).decode()


sealed = {name: {**entry, "encrypted": True, "secret": openssl(password, entry["secret"].encode())}
          for name, entry in entries.items()}
case("extension-sealed.json", sealed,
     *(account("Extension", f"user{number}", key("x", number)) for number in range(2)), password=password.decode())
# Since 2024 it encrypts whole entries, under a hash of the password.
sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))
extension_salt, hashed = "0123456789abcdef", ctypes.create_string_buffer(24)
equal(sodium.crypto_pwhash(hashed, ctypes.c_ulonglong(24), password, ctypes.c_ulonglong(len(password)), extension_salt.encode(),
                           ctypes.c_ulonglong(1), ctypes.c_size_t(16 << 20), 2), 0, "Argon2id")
word = base64.b64encode(hashed.raw).rstrip(b"=")
case("extension-entries.json", {
    "id": {"dataType": "Key", "id": "id", "salt": extension_salt, "hash": "", "version": 3},
    **{name: {"dataType": "EncOTPStorage", "keyId": "id", "index": entry["index"], "data": openssl(word, json.dumps(
        {**entry, "encrypted": True, "dataType": "OTPStorage"}).encode())} for name, entry in entries.items()}},
     *(account("Extension", f"user{number}", key("x", number)) for number in range(2)), password=password.decode())
case("enpass.json", {"folders": [{"uuid": "f", "title": "Work"}], "items": [
    {"category": "login", "title": title, "trashed": trashed, "folders": ["f"], "note": "",
     "fields": [{"type": "username", "value": "me"}, {"type": "totp", "value": base32(key(title)).lower()}]}
    for title, trashed in (("Enpass", 0), ("Bin", 1))]}, account("Enpass", "me", key("Enpass")))
case("old.1pif", "".join(json.dumps({
    "title": title, "typeName": "webforms.WebForm", "secureContents": {
        "fields": [{"designation": "username", "value": "me"}],
        "sections": [{"fields": [{"n": "TOTP_1", "v": value}]}]}})
    + "\n***5642bee8-a5ff-11dc-8314-0800200c9a66***\n"
    for title, value in (("Pif", uri("Pif", "me", key("Pif"))), ("Bare", base32(key("Bare"))))),
     account("Pif", "me", key("Pif")), account("Bare", "me", key("Bare")))
zoho = "Password Name,Description,Password URL,SecretData,Notes,CustomData,Tags,Classification,Favorite,login_totp,Folder Name\n"
case("zoho.csv", zoho + f'Zoho,,,"SecretType:Web Account\nUser Name:me\nPassword:x\n",,,E,E,0,'
     f'otpauth://totp?secret={base32(key("zoho"))}&digits=8,Some\n', account("Zoho", "me", key("zoho"), digits=8))

# WinAuth's own file.
fields = "\t".join([key("w").hex(), "8", "HMACSHA256", "60"])
case("winauth.xml", f'<?xml version="1.0" encoding="utf-8"?><WinAuth version="3.6.0"><WinAuthAuthenticator id="1" '
     f'type="WinAuth.GoogleAuthenticator"><name>Win:me</name><authenticatordata><secretdata>{fields}</secretdata>'
     f'</authenticatordata></WinAuthAuthenticator><WinAuthAuthenticator type="WinAuth.HOTPAuthenticator"><name>Count:me'
     f'</name><authenticatordata><secretdata>{key("h").hex()}\t6\tHMACSHA1\t30|9</secretdata></authenticatordata>'
     f'</WinAuthAuthenticator></WinAuth>',
     account("Win", "me", key("w"), digits=8, period=60, algorithm="SHA256"), account("Count", "me", key("h"), "hotp", counter=10))

# Under a password: a salt and a hash of the plain text, and Blowfish, of each account or of all together.
gcrypt = ctypes.CDLL(ctypes.util.find_library("gcrypt"))
gcrypt.gcry_check_version(None)


def blowfish(key, text):
    handle, out = ctypes.c_void_p(), ctypes.create_string_buffer(len(text))
    equal(gcrypt.gcry_cipher_open(ctypes.byref(handle), 4, 1, 0), 0, "Blowfish")
    gcrypt.gcry_cipher_setkey(handle, key, len(key))
    gcrypt.gcry_cipher_encrypt(handle, out, len(text), text, len(text))
    gcrypt.gcry_cipher_close(handle)
    return out.raw


def of_winauth(word, text):
    salt, outer, count = os.urandom(8), os.urandom(8), 8 - len(text) % 8
    sealed = blowfish(hashlib.pbkdf2_hmac("sha1", word, salt, 2000, 32), text + os.urandom(count - 1) + bytes([count]))
    return (b"WINAUTH3" + outer + hashlib.sha256(outer + text).digest() + salt + sealed).hex().upper()


one = f"<authenticatordata><secretdata>{fields}</secretdata></authenticatordata>"
case("winauth-password.xml", "<WinAuth>" + "".join(
    f'<WinAuthAuthenticator type="WinAuth.GoogleAuthenticator"><name>{name}:me</name><authenticatordata encrypted="y">'
    + of_winauth(word, one.encode()) + "</authenticatordata></WinAuthAuthenticator>"
    for name, word in (("Win", password), ("Other", b"another"))) + "</WinAuth>",
     account("Win", "me", key("w"), digits=8, period=60, algorithm="SHA256"), password=password.decode())
case("winauth-whole.xml", '<WinAuth><data encrypted="y">' + of_winauth(
    password, f'<config><WinAuthAuthenticator type="WinAuth.GoogleAuthenticator"><name>Win:me</name>{one}'
    "</WinAuthAuthenticator></config>".encode()) + "</data></WinAuth>",
     account("Win", "me", key("w"), digits=8, period=60, algorithm="SHA256"), password=password.decode())
case("safeincloud.xml", '<database><label name="Work" id="1"/><card title="Safe" star="true"><field name="Login" type="login">me'
     f'</field><field name="OTP" type="one_time_password">{base32(key("safe"))}</field><label_id>1</label_id></card>'
     f'<card title="Gone" deleted="true"><field name="OTP" type="one_time_password">{base32(key("g"))}</field></card></database>',
     account("Safe", "me", key("safe")))

# JSON texts behind one another: exports of several programs, accounts one a line, a log.
vaults = [{"version": 1, "header": {"slots": None, "params": None}, "db": {"version": 3, "groups": [], "entries": [
    entry("Lines", name, key("lines", name), info={"digits": 8})]}} for name in ("a", "b")]
case("exports.jsonl", "\n".join(map(json.dumps, [vaults[0], {"encrypted": False, "items": [
    {"type": 1, "name": "Bit", "login": {"username": "me", "totp": base32(key("bit"))}}]}, vaults[1]])),
     *(account("Lines", name, key("lines", name), digits=8) for name in "ab"), account("Bit", "me", key("bit")))
case("pretty.json", "".join(json.dumps(vault, indent=2) + "\n" for vault in vaults),
     *(account("Lines", name, key("lines", name), digits=8) for name in "ab"))
case("log.jsonl", '{"level":"info"}\n{"event":{"issuer":"Log","user":"me","secret":"' + base32(key("log")) + '","period":60}}\n'
     'a line of another kind\n{"uri":"' + uri("Log", "you", key("you")) + '"}\n',
     account("Log", "me", key("log"), period=60), account("Log", "you", key("you")))

# Archives with several files.
for name, member, text in (
        ("bitwarden.zip", "data.json", json.dumps({"encrypted": False, "items": [
            {"type": 1, "name": "Zip", "login": {"username": "me", "totp": base32(key("zip"))}}]})),
        ("dashlane.zip", "credentials.csv", "username,username2,username3,title,password,note,url,category,otpUrl\n"
         f'me,,,Zip,x,,,,"{uri("Zip", "me", key("zip"))}"\n')):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, text)
        archive.writestr("attachments/1/photo.jpg", bytes(200))
        archive.writestr("ids.csv", "type,number\npassport,1\n")
    case(name, packed.getvalue(), account("Zip", "me", key("zip")))
for name, folder, damaged in (("nested.zip", "export/2026/", ""), ("damaged.zip", "", "other.txt")):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{folder}list.txt", uri("Zip", "me", key("zip")) + "\n")
        archive.writestr(f"{folder}other.txt", uri("Other", "me", key("other")) + "\n")
    octets = bytearray(packed.getvalue())
    if damaged:
        octets[octets.find(damaged.encode()) + len(damaged) + 6] ^= 0xFF
    case(name, bytes(octets), account("Zip", "me", key("zip")), *([] if damaged else [account("Other", "me", key("other"))]))
case("sheet.xlsx", (lambda made: (zipfile.ZipFile(made, "w").writestr("[Content_Types].xml", "<Types/>"), made)[1])(io.BytesIO())
     .getvalue(), expected="refused, with the right cause")
case("bitwarden-bare.json", {"items": [{"type": 1, "name": "Bare", "login": {"username": "me", "totp": base32(key("b"))}}]},
     account("Bare", "me", key("b")))

# Texts: other encodings, what a page makes of an ampersand, lists of other shapes.
line = uri("Héron", "mia", key("t"))
for encoding in ("utf-16", "utf-16-be", "latin-1", "cp1252", "utf-8-sig"):
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    case(f"{encoding}.txt", mark + f"{line}\r\n{uri('B', 'b', key('B'))}\r\n".encode(encoding),
         account("Héron", "mia", key("t")), account("B", "b", key("B")))
case("page.txt", uri("Amp", "ops", key("amp"), "&amp;", digits=8, period=60, algorithm="SHA256") + "\n",
     account("Amp", "ops", key("amp"), digits=8, period=60, algorithm="SHA256"))
case("quoted.txt", f'- "{uri("Q", "a", key("a"))}"\n* <{uri("Q", "b", key("b"))}>\nrubbish\n',
     account("Q", "a", key("a")), account("Q", "b", key("b")))
case("twins.txt", f"{uri('Alpha', 'kim', key('one'))}\n{uri('Beta', 'kim', key('one'))}\n{uri('Beta', 'kim', key('one'))}\n",
     account("Alpha", "kim", key("one")), account("Beta", "kim", key("one")))
display = urllib.parse.quote(json.dumps({"pinned": False, "trashed": False}))
case("ente.txt", f"{uri('E', 'a', key('e'), kind='hotp', codeDisplay=display)}\n", account("E", "a", key("e"), "hotp"))
case("ente-bin.txt", f"{uri('E', 'a', key('e'), codeDisplay=display)}\n"
     + uri("Gone", "b", key("g"), codeDisplay=urllib.parse.quote('{"trashed": true}')) + "\n",
     expected="Gone not as a live account without a word")
case("gopass.txt", f"hunter2\nuser: me\ntotp: {base32(key('go'))}\n",
     account("", "gopass", key("go"), accept={"issuer": ["*"]}), options=["--from", "pass"])
# A link with a key is nobody's name: it would be shown.
link = "otpauth://totp/X:y?secret=" + base32(key("other"))
case("linked.json", [{"secret": base32(key("k")), "user": "me", "url": link}], account("", "me", key("k")))
case("linked.csv", f"secret,user,url\n{base32(key('k'))},me,{link}\n", account("", "me", key("k")))
case("label.json", [{"secret": base32(key("l")), "label": "Dropbox - kim", "type": "TOTP", "digits": 6, "period": 30,
                     "algorithm": "SHA1"}], account("Dropbox", "kim", key("l")))
for name, content in (("2fas", {"schemaVersion": 9, "services": [
        {"name": "New", "secret": base32(key("n")), "otp": {"account": "me", "issuer": "New", "tokenType": "TOTP"}}]}),
                      ("aegis", {"version": 1, "header": {"slots": None, "params": None}, "db": {
                          "version": 7, "entries": [entry("New", "me", key("n"))], "groups": []}})):
    case(f"newer-{name}.json", content, account("New", "me", key("n")))
    case(f"newer-{name}-told.json", content, expected="read with a warning")

# Authenticator Plus' database, as SQLCipher 3 encrypts it: pages of 1024 bytes, of which 48 are reserved.
import sqlite3
database = os.path.join(directory, "plain.db")
made = sqlite3.connect(database, isolation_level=None)
made.executescript("PRAGMA page_size = 1024; PRAGMA journal_mode = DELETE; VACUUM")
made.close()
with open(database, "rb") as file:
    page = bytearray(file.read())
page[20], page[105:107] = 48, (1024 - 48).to_bytes(2, "big")
with open(database, "wb") as file:
    file.write(page)
made = sqlite3.connect(database, isolation_level=None)
made.execute("CREATE TABLE accounts (_id INTEGER PRIMARY KEY, email TEXT, secret TEXT, counter INTEGER, type INTEGER, "
             "issuer TEXT, original_name TEXT, category TEXT)")
for email, secret, counter, kind, issuer in (
        ("Plus:me", base32(key("plus")), 0, 0, "Plus"), ("count", base32(key("count")), 5, 1, "Plus"),
        ("blizzard", key("blizzard").hex(), 0, 2, "")):
    made.execute("INSERT INTO accounts (email, secret, counter, type, issuer, category) VALUES (?, ?, ?, ?, ?, 'Work')",
                 (email, secret, counter, kind, issuer))
made.close()
with open(database, "rb") as file:
    plain = file.read()
salt = os.urandom(16)
cipher_key = hashlib.pbkdf2_hmac("sha1", password, salt, 64_000, 32)
tag_key = hashlib.pbkdf2_hmac("sha1", cipher_key, bytes(byte ^ 0x3A for byte in salt), 2, 32)
sealed = b""
for number in range(len(plain) // 1024):
    start, iv = 16 if number == 0 else 0, os.urandom(16)
    encryptor = Cipher(algorithms.AES(cipher_key), modes.CBC(iv)).encryptor()
    body = encryptor.update(plain[number * 1024 + start:number * 1024 + 976]) + encryptor.finalize() + iv
    tag = hmac.digest(tag_key, body + (number + 1).to_bytes(4, "little"), "sha1")
    sealed += (salt if number == 0 else b"") + body + tag + bytes(12)
case("plus.db", sealed, account("Plus", "me", key("plus")), account("Plus", "count", key("count"), "hotp", counter=5),
     account("", "blizzard", key("blizzard"), digits=8), options=["--from", "authenticator-plus"], password=password.decode())

# KeePass databases that a key file opens, alone and with a password.
if shutil.which("keepassxc-cli"):
    xml = ("<?xml version='1.0'?><KeePassFile><Meta/><Root><Group><UUID>" + base64.b64encode(os.urandom(16)).decode()
           + "</UUID><Name>Root</Name><Entry><UUID>" + base64.b64encode(os.urandom(16)).decode() + "</UUID>"
           + "".join(f"<String><Key>{name}</Key><Value>{value}</Value></String>" for name, value in (
               ("Title", "Pass"), ("UserName", "me"),
               ("otp", uri("Pass", "me", key("kdbx")).replace("&", "&amp;"))))
           + "</Entry></Group></Root></KeePassFile>")
    with open(os.path.join(directory, "source.xml"), "w") as file:
        file.write(xml)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": home.path, "LC_ALL": "C.UTF-8"}
    words = password.decode()
    for number, (content, word) in enumerate((
            (None, words), (b"\x01" * 32, words), (os.urandom(16).hex().encode() * 2, words), (b"any file at all", None))):
        base, keys = (os.path.join(directory, f"{number}.{ending}") for ending in ("kdbx", "key"))
        if content is not None:
            with open(keys, "wb") as file:
                file.write(content)
        # Made with a password by the import, and then given its key file.
        steps = [["import", "-q", "-p", os.path.join(directory, "source.xml"), base],
                 ["db-edit", "-q", "--set-key-file", keys, *([] if word else ["--unset-password"]), base]]
        if content is None:
            steps[1:] = [["db-create", "-q", "--set-key-file", keys, os.path.join(directory, "other.kdbx")],
                         ["db-edit", "-q", "--set-key-file", keys, base]]
        for step in steps:
            done = subprocess.run(["keepassxc-cli", *step], input=(words + "\n" + words + "\n").encode(), env=environment,
                                  capture_output=True, timeout=60)
            if done.returncode != 0:
                partly(f"keepassxc-cli {step[0]}: {done.stderr.decode().strip()[:80]}")
                break
        else:
            index.append({"file": f"{number}.kdbx", "options": ["--key-file", keys],
                          "expect": [account("Pass", "me", key("kdbx"))], **({"password": word} if word else {})})

# What is no export, or none yet.
for name, content in (("picture-a.png", b"\x89PNG\r\n\x1a\n" + bytes(100)), ("picture-b.jpg", b"\xff\xd8\xff\xe0" + os.urandom(100)),
                      ("picture-c.webp", b"RIFF\0\0\0\0WEBPVP8 " + os.urandom(80)), ("list.txt.gz", gzip.compress(line.encode())),
                      ("vault.age", b"age-encryption.org/v1\n-> X25519 x\n" + os.urandom(200)),
                      ("old.kdb", b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5" + os.urandom(200)), ("noise.maFile", base64.b64encode(os.urandom(640))),
                      ("noise.bin", os.urandom(500)), ("browser.csv", "name,url,username,password\na,b,c,d\n"),
                      ("note.rtf", "{\\rtf1\\ansi text}"), ("list.gpg", b"\x8c\x0d\x04\x09\x03\x02" + os.urandom(90))):
    case(name, content, expected="refused, with the right cause")

files.judge()

# Files of any formats in one preview and one save; each gets an outcome, and what cannot be read holds up no other.
home.start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
case("html.html", "<!doctype html><html><body><p>Sign in</p></body></html>")
paths = [os.path.join(directory, name) for name in
         ("2fauth.json", "html.html", "zoho.csv", "noise.bin", "tokens.json", "twins.txt")]
saves = generation(home)
told = fob(home, "import", *paths, "--json", status=14, password=password).json()
equal([(file["names"], file["format"], file["accounts"], file["failure"] is None) for file in told["files"]],
      [(["2fauth.json"], "2fauth", 3, True), (["html.html"], "", 0, False), (["zoho.csv"], "zoho", 1, True),
       (["noise.bin"], "andotp", 0, False), (["tokens.json"], "authy", 3, True), (["twins.txt"], "otpauth", 3, True)],
      "what became of each file")
equal((told["error"]["status"], told["added"], told["already_there"], generation(home)), (14, 9, 1, saves + 1), "the sum")
row = told["entries"][0]
equal([row[name] for name in ("kind", "algorithm", "digits", "period", "counter", "tags")],
      ["totp", "SHA256", 8, 60, 0, []], "how its codes are computed")
missing = fob(home, "import", os.path.join(directory, "nothing"), paths[2], "--json", "--dry-run", status=14).json()
equal([(len(file["names"]), file["accounts"], file["failure"] is None) for file in missing["files"]], [(1, 1, True), (1, 0, False)],
      "a file that is not there holds up no other")
fob(home, "import", os.path.join(directory, "nothing"), status=66)
shown = fob(home, "import", *paths, "--dry-run", status=14, password=password)
check("html.html: not read: " in shown.out and "zoho.csv: zoho, 1 entry" in shown.out, f"the outcomes: {shown.out}")
equal(fob(home, "import", paths[1], paths[3], "--json", status=65).json()["imported"], False, "nothing but rubbish")
entries = [entry("Many", f"user{number}", icon="x", note="n", info={"digits": 8}) for number in range(9)]
shown = fob(home, "import", aegis(home, entries), "--dry-run").out
equal(shown.count("icon picture"), 1, f"a loss that all have is said once: {shown}")
equal(shown.count("8 digits"), 9, f"what is not as usual: {shown}")
print(f"{len(index)} files made and judged, {len(told['files'])} of them in one import")

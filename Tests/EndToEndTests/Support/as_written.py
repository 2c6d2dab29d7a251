"""Files as the programs of today write them, with what tests of one field have not: other versions, kinds and parameters, empty
vaults, keys in other spellings, several codes in one item; through the real `fob import`.

    as_written.py
"""

import gzip
import io
import sqlite3
import zipfile

from import_cases import *

files = MadeFiles()
case = files.case
quoted = urllib.parse.quote
EITHER = {"issuer": ["*"], "account": ["*"]}


def of(*parts):
    return base32(key("written", *parts))


def is_(issuer, name, part, type="totp", **more):
    """An account with the key of that number; `either` when a single name may be the issuer's or the account's."""
    loose = {"accept": EITHER} if more.pop("either", False) else {}
    return {**account(issuer, name, key("written", part), type, **more), **loose}


def loosely(text):
    return " ".join(text[start:start + 4] for start in range(0, len(text), 4)).lower()


def link(issuer, name, part, kind="totp", **parameters):
    return uri(issuer, name, key("written", part), kind=kind, **parameters)


def packed(**members):
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return octets.getvalue()


# Aegis and andOTP.
def aegis_of(*entries, groups=()):
    return {"version": 1, "header": {"slots": None, "params": None},
            "db": {"version": 3, "entries": list(entries), "groups": list(groups), "icons_optimized": True}}


def item(issuer, name, part, type="totp", info={}, **more):
    return {**entry(issuer, name, key("written", part), type, info=info), "icon_mime": None, "icon_hash": None, **more}


case("aegis-empty.json", aegis_of(), expected="refused")
case("aegis-names.json", aegis_of(
    item("Ünïcode 株式会社", "山田@例え.jp", 1, note="one\ntwo", favorite=True, groups=["g", "gone"]), item("", "only name", 2),
    item("OnlyIssuer", "", 3), groups=[{"uuid": "g", "name": "Arbeit/Privat"}]),
     is_("Ünïcode 株式会社", "山田@例え.jp", 1), is_("", "only name", 2), is_("OnlyIssuer", "", 3))
case("aegis-kinds.json", aegis_of(
    item("K", "lower", 4, info={"secret": of(4).lower()}), item("K", "text", 5, info={"digits": "8", "period": "60"}),
    item("K", "motp", 6, "motp", {"pin": "1234", "algo": "MD5", "period": 10}), item("K", "steam", 7, "steam", {"digits": 5}),
    item("K", "hotp", 8, "hotp", {"counter": 41, "algo": "SHA512", "digits": 8})),
     is_("K", "lower", 4), is_("K", "text", 5, digits=8, period=60), is_("K", "motp", 6, "motp", pin="1234"),
     is_("K", "steam", 7, "steam"), is_("K", "hotp", 8, "hotp", counter=41, algorithm="SHA512", digits=8))
wide = json.dumps(aegis_of(item("U16", "é", 9)), ensure_ascii=False)
case("aegis-utf16.csv", wide.encode("utf-16"), is_("U16", "é", 9))
case("aegis-bom.txt", "\ufeff" + json.dumps(aegis_of(item("Bom", "x", 10)), indent=1).replace("\n", "\r\n"), is_("Bom", "x", 10))
case("andotp.json", [
    {"secret": of(11), "issuer": "I", "label": "hotp", "digits": 8, "type": "HOTP", "algorithm": "SHA512", "counter": 7,
     "thumbnail": "Default", "last_used": 1700000000000, "used_frequency": 3, "tags": ["x"]},
    {"secret": of(12), "issuer": "Steam", "label": "st", "digits": 5, "type": "STEAM", "algorithm": "SHA1", "period": 30, "tags": []},
    {"secret": loosely(of(13)), "issuer": "", "label": "label", "digits": 6, "type": "TOTP", "algorithm": "SHA256", "period": 45}],
     is_("I", "hotp", 11, "hotp", digits=8, algorithm="SHA512", counter=7), is_("Steam", "st", 12, "steam"),
     is_("", "label", 13, algorithm="SHA256", period=45))


# 2FAS, Raivo, ente, Proton.
def twofas(*services, version=4):
    return {"services": [{"order": {"position": place}, **service} for place, service in enumerate(services)], "groups": [
        {"id": "g", "name": "Gruppe", "isExpanded": True}], "updatedAt": 1, "schemaVersion": version, "appOrigin": "android"}


case("2fas.2fas", twofas(
    {"name": "GitHub", "secret": of(14), "groupId": "g", "badge": {"color": "Default"}, "otp": {
        "label": "GitHub:me", "account": "me", "issuer": "GitHub", "tokenType": "TOTP", "source": "Link"}},
    {"name": "Hot", "secret": of(15), "otp": {"account": "c", "issuer": "Hot", "counter": 42, "tokenType": "HOTP"}},
    {"name": "Steam", "secret": of(16), "otp": {"account": "gordon", "tokenType": "STEAM", "digits": 5}},
    {"name": "Other hash", "secret": of(17), "otp": {"tokenType": "TOTP", "algorithm": "SHA224"}},
    {"name": "Manual", "secret": of(18), "otp": {"tokenType": "TOTP", "period": 60, "digits": 7, "algorithm": "SHA512"}}),
     is_("GitHub", "me", 14), is_("Hot", "c", 15, "hotp", counter=42), is_("Steam", "gordon", 16, "steam"),
     is_("", "Manual", 18, period=60, digits=7, algorithm="SHA512", either=True))
case("2fas-empty.2fas", twofas(), expected="refused")
case("2fas-newer.2fas", twofas({"name": "N", "secret": of(19), "otp": {"account": "me", "issuer": "N"}}, version=6), is_("N", "me", 19))
raivo = {"issuer": "R", "algorithm": "SHA1", "digits": "6", "timer": "60", "counter": "0", "kind": "TOTP", "iconValue": ""}
case("raivo.json", [
    {**raivo, "account": "a", "secret": of(20).lower(), "kind": "HOTP", "algorithm": "SHA256", "digits": "8", "counter": "12"},
    {**raivo, "account": "b", "secret": of(21), "pinned": "true"}],
     is_("R", "a", 20, "hotp", algorithm="SHA256", digits=8, counter=12), is_("R", "b", 21, period=60))
shown = "&codeDisplay=" + quoted(json.dumps({"pinned": True, "trashed": False, "tapCount": 2, "tags": ["t,2"], "note": "n & m=ä"}))
case("ente.txt", "\n".join([
    f"otpauth://totp/En%20te:me%40x.y?algorithm=sha256&digits=8&issuer=En%20te&period=60&secret={of(22)}{shown}",
    f"otpauth://steam/Steam:gordon?algorithm=sha1&digits=5&issuer=Steam&period=30&secret={of(23)}{shown}",
    f"otpauth://hotp/H:c?algorithm=sha1&digits=6&issuer=H&period=30&counter=9&secret={of(24)}{shown}",
    f"otpauth://totp/a:b:c?issuer=a&secret={of(25)}{shown}"]),
     is_("En te", "me@x.y", 22, algorithm="SHA256", digits=8, period=60), is_("Steam", "gordon", 23, "steam"),
     is_("H", "c", 24, "hotp", counter=9), is_("a", "b:c", 25))
case("proton.json", {"version": 1, "entries": [
    {"id": "1", "content": {"uri": link("P", "me", 26, algorithm="SHA256", digits=8, period=15), "entry_type": "Totp", "name": "me"}},
    {"id": "2", "content": {"uri": "steam://" + of(27), "entry_type": "Steam", "name": "gordon"}, "note": None}]},
     is_("P", "me", 26, algorithm="SHA256", digits=8, period=15), is_("Steam", "gordon", 27, "steam", either=True))
case("proton-empty.json", {"version": 1, "entries": []}, expected="refused")


# Password managers.
def typed(value):
    return {"fieldName": "code", "type": "totp", "data": {"totpUri": value}}


octets = io.BytesIO()
with zipfile.ZipFile(octets, "w") as archive:
    archive.writestr("Proton Pass/data.json", json.dumps({"version": "1.33.0", "encrypted": False, "vaults": {"v": {"name": "Own", "items": [
        {"state": 1, "data": {"metadata": {"name": "PP", "note": ""}, "extraFields": [typed(link("PP", "two", 29))], "type": "login",
                              "content": {"itemEmail": "me@p", "itemUsername": "", "totpUri": link("PP", "me", 28), "urls": []}}},
        {"state": 1, "data": {"metadata": {"name": "Own kind"}, "extraFields": [], "type": "custom", "content": {
            "sections": [{"sectionName": "S", "sectionFields": [typed(link("C", "c", 30))]}]}}}]}}}))
case("proton-pass.zip", octets.getvalue(), is_("PP", "me", 28), is_("PP", "two", 29), is_("C", "c", 30))
login = {"passwordHistory": None, "deletedDate": None, "archivedDate": "2025-11-01T00:00:00.000Z", "type": 1, "reprompt": 1}
case("bitwarden.json", {"encrypted": False, "folders": [{"id": "f", "name": "Ordner/Unter"}], "items": [
    {**login, "folderId": "f", "name": "Site", "login": {"username": None, "totp": loosely(of(31))}},
    {**login, "name": "St", "login": {"username": "g", "totp": "steam://" + of(32)}}, {"type": 2, "name": "N", "secureNote": {"type": 0}},
    {**login, "name": "Other", "login": {"username": "u", "totp": link("Other", "u", 33, algorithm="SHA512", digits=10, period=90)}},
    {**login, "name": "F", "login": {"username": "u", "totp": None}, "fields": [{"name": "TOTP", "value": link("F", "u", 34), "type": 1}]},
    {**login, "deletedDate": "2025-01-01T00:00:00.000Z", "name": "Dead", "login": {"username": "u", "totp": of(35)}}]},
     is_("Site", "", 31), is_("St", "g", 32, "steam", either=True), is_("F", "u", 34),
     is_("Other", "u", 33, algorithm="SHA512", digits=10, period=90))
case("bitwarden-authenticator.csv", "folder,favorite,type,name,login_uri,login_totp\n,,1,A,,"
     f"{link('A', 'me', 36, algorithm='SHA256', digits=7, period=20)}\n,1,1,Auth B,,{of(37)}\n",
     is_("A", "me", 36, algorithm="SHA256", digits=7, period=20), is_("", "Auth B", 37, either=True))


def onepassword(title, *codes, **more):
    return {"favIndex": 0, "state": "active", "categoryUuid": "001", "overview": {"title": title, "tags": ["t"]}, "details": {
        "loginFields": [{"value": "u", "name": "username", "designation": "username"}], "notesPlain": "n", "sections": [
            {"name": "add more", "fields": [{"id": "TOTP_1", "value": {"totp": code}} for code in codes]}]}, **more}


case("export.1pux", packed(export__attributes='{"version":3}', export__data=json.dumps({"accounts": [{"vaults": [
    {"attrs": {"name": "Private"}, "items": [
        onepassword("One", link("One", "u", 38, period=60, digits=8, algorithm="sha512")), onepassword("Bare", loosely(of(39))),
        onepassword("Two", of(40), of(41)), onepassword("Old", of(42), state="archived")]}]}]})),
     is_("One", "u", 38, period=60, digits=8, algorithm="SHA512"), is_("Bare", "u", 39), is_("Two", "u", 40),
     is_("Two", "u", 41, either=True), is_("Old", "u", 42))


# KeePass and its plugins.
def kept(title, more="", **strings):
    pairs = {"Title": title, "UserName": "u", **{name.replace("__", " ").replace("_", "-"): text for name, text in strings.items()}}
    return "<Entry>" + "".join(f"<String><Key>{name}</Key><Value>{text.replace('&', '&amp;')}</Value></String>"
                               for name, text in pairs.items()) + more + "</Entry>"


def keepass(*entries):
    return ("<?xml version='1.0' encoding='utf-8'?><KeePassFile><Meta/><Root><Group><UUID>R</UUID><Name>Root</Name>"
            + "".join(entries) + "</Group></Root></KeePassFile>")


case("keeotp.xml", keepass(
    kept("Otp", otp=f"key={of(43).lower()}%3d&size=8&step=60&otpHashMode=Sha256"), kept("Hotp", otp=f"key={of(44)}&type=Hotp&counter=5"),
    kept("Steam", otp=f"key={of(45)}&type=Steam"),
    kept("B64", otp="key=" + quoted(base64.b64encode(key("written", 46)).decode()) + "&encoding=Base64")),
     is_("Otp", "u", 43, digits=8, period=60, algorithm="SHA256"), is_("Hotp", "u", 44, "hotp", counter=5),
     is_("Steam", "u", 45, "steam"), is_("B64", "u", 46))
case("tray.xml", keepass(
    kept("Tray", TOTP__Seed=loosely(of(47)), TOTP__Settings="60;8"), kept("Steam", TOTP__Seed=of(48), TOTP__Settings="30;S"),
    kept("Server", TOTP__Seed=of(49), TOTP__Settings="30;6;http://time.example/"),
    kept("Empty", otp="", TOTP__Seed=of(50), TOTP__Settings="30;6"), kept("Bare", TOTP__Seed=of(51))),
     is_("Tray", "u", 47, digits=8, period=60), is_("Steam", "u", 48, "steam"), is_("Server", "u", 49), is_("Empty", "u", 50),
     is_("Bare", "u", 51))
case("keepass.xml", keepass(
    kept("Time", TimeOtp_Secret_Base32=of(52), TimeOtp_Algorithm="HMAC-SHA-512", TimeOtp_Length="8", TimeOtp_Period="60"),
    kept("Hex", TimeOtp_Secret_Hex=key("written", 53).hex().upper()),
    kept("B64", TimeOtp_Secret_Base64=base64.b64encode(key("written", 54)).decode()),
    kept("Hmac", HmacOtp_Secret_Base32=of(55), HmacOtp_Counter="9"),
    kept("Two", otp=link("Two", "u", 56), otp2=link("Two", "two", 57), copy=link("Two", "copy", 56)),
    kept("Old", f"<History>{kept('Old', otp=link('Old', 'u', 58))}</History>", otp=link("Old", "u", 59))),
     is_("Time", "u", 52, digits=8, period=60, algorithm="SHA512"), is_("Hex", "u", 53), is_("B64", "u", 54),
     is_("Hmac", "u", 55, "hotp", counter=9), is_("Two", "u", 56), is_("Two", "two", 57), is_("Old", "u", 59))

# LastPass, FreeOTP+, Stratum, Duo, Steam, OTPClient, Keeper, 2FAuth, Enpass, CXF, SafeInCloud, the extension Authenticator.
case("lastpass.json", {"deviceId": "", "version": 3, "accounts": [
    {"issuerName": "LP", "userName": "u", "secret": of(61).lower(), "timeStep": 60, "digits": 8, "algorithm": "SHA256",
     "folderData": {"folderId": 1, "position": 0}}], "folders": [{"id": 1, "name": "Fav"}]},
     is_("LP", "u", 61, digits=8, period=60, algorithm="SHA256"))
case("freeotp-plus.json", {"tokenOrder": ["Iss:lab", "two"], "tokens": [
    {"algo": "SHA256", "counter": 0, "digits": 8, "issuerExt": "Iss", "label": "lab", "period": 60, "type": "TOTP",
     "secret": [octet - 256 if octet > 127 else octet for octet in key("written", 63)]},
    {"counter": 4, "label": "two", "type": "HOTP", "imageAlt": "content://x", "secret": list(key("written", 64))}]},
     is_("Iss", "lab", 63, digits=8, period=60, algorithm="SHA256"), is_("", "two", 64, "hotp", counter=4))
case("freeotp-plus-empty.json", {"tokenOrder": [], "tokens": []}, expected="refused")
stratum = {"Type": 2, "Icon": "github", "Issuer": "St", "Pin": None, "Algorithm": 0, "Digits": 6, "Period": 30, "Counter": 0}
case("stratum.json", {"Authenticators": [
    {**stratum, "Username": "u", "Secret": of(65), "Algorithm": 1, "Digits": 8, "Period": 45},
    {**stratum, "Username": None, "Secret": of(66), "Type": 1, "Period": 0, "Counter": 11},
    {**stratum, "Username": "g", "Secret": of(67), "Type": 4, "Digits": 5, "Icon": "@abc"},
    {**stratum, "Username": "m", "Secret": key("written", 68).hex(), "Type": 3, "Pin": "4321", "Period": 10},
    {**stratum, "Username": "later", "Secret": of(69), "Type": 9}], "Categories": None, "CustomIcons": [{"Id": "abc", "Data": "AAAA"}]},
     is_("St", "u", 65, digits=8, period=45, algorithm="SHA256"), is_("St", "", 66, "hotp", counter=11),
     is_("St", "g", 67, "steam"), is_("St", "m", 68, "motp", pin="4321"))
case("duo.json", [{"accountType": "OtpAccount", "name": "A", "otpGenerator": {"otpSecret": of(70)}},
                  {"name": "H", "otpGenerator": {"otpSecret": of(71).lower(), "counter": 3}}],
     is_("", "A", 70), is_("", "H", 71, "hotp", counter=3))
case("76561190000000000.maFile", {"shared_secret": base64.b64encode(key("written", 72)).decode(), "revocation_code": "R12345",
                                  "account_name": "g", "identity_secret": "a", "Session": {"SteamID": 76561190000000000}},
     is_("Steam", "g", 72, "steam"))
case("otpclient.json", [
    {"type": "TOTP", "label": "l", "issuer": "OC", "secret": of(73), "digits": 8, "algo": "SHA512", "period": 60, "tags": []},
    {"type": "HOTP", "label": "h", "issuer": "OC", "secret": of(74), "digits": 6, "algo": "SHA1", "counter": 77}],
     is_("OC", "l", 73, digits=8, period=60, algorithm="SHA512"), is_("OC", "h", 74, "hotp", counter=77))
case("2fauth-6.json", {"app": "2fauth_v6.1.0", "schema": 2, "data": [
    {"otp_type": "totp", "account": "a", "service": "S", "secret": of(75), "digits": 6, "algorithm": "sha1", "period": 30,
     "counter": None, "icon": None, "group_id": 3}]}, is_("S", "a", 75))
case("enpass.json", {"folders": [], "items": [{"title": "En", "category": "login", "trashed": 0, "fields": [
    {"type": "username", "value": ""}, {"type": "email", "value": "e@x"}, {"type": "totp", "value": of(76), "deleted": 0},
    {"type": "totp", "value": of(77), "deleted": 1}]}]}, is_("En", "e@x", 76))
case("cxf.json", {"version": {"major": 1, "minor": 0}, "exporterRpId": "x.example", "accounts": [{"collections": [], "items": [
    {"id": "i", "title": "X", "credentials": [{"type": "totp", "secret": of(78), "period": 60, "digits": 8, "algorithm": "sha256",
                                               "username": "u", "issuer": "CXF"}]}]}]},
     is_("CXF", "u", 78, digits=8, period=60, algorithm="SHA256"))
case("safeincloud.xml", '<database><card title="T" template="true"><field type="one_time_password">JBSWY3DPEHPK3PXP</field></card>'
     f'<card title="S"><field type="login">u</field><field type="one_time_password">{link("S", "u", 79, separator="&amp;", period=60)}'
     "</field></card></database>", is_("S", "u", 79, period=60))
stored = {"encrypted": False, "dataType": "OTPStorage", "digits": 6, "period": 30, "counter": 0, "algorithm": "SHA1", "pinned": False}
case("extension.json", {
    "h1": {**stored, "hash": "h1", "index": 0, "account": "a", "issuer": "Ext::x.com", "secret": key("written", 80).hex(), "type": "hex"},
    "h2": {**stored, "hash": "h2", "index": 1, "account": "s", "issuer": "Steam", "secret": of(81), "type": "steam"},
    "key": {"enc": "", "hash": ""}}, is_("Ext", "a", 80), is_("Steam", "s", 81, "steam"))
case("keeper.json", {"shared_folders": [], "records": [{"title": "KJ", "login": "u", "password": "p", "folders": [{"folder": "A\\B"}],
                                                        "custom_fields": {"$oneTimeCode::1": link("KJ", "u", 82)}}]}, is_("KJ", "u", 82))

# CSV.
for name, titles, row, expected in (
        ("roboform", "Name,Url,MatchUrl,Login,Pwd,Note,Folder,RfFieldsV2",
         f'"Robo",https://x,https://x,u,p,note,/Work,"User ID$,,,txt,u","TOTP KEY$,,,txt,{of(83)}"', is_("Robo", "u", 83)),
        ("apple", "Title,URL,Username,Password,Notes,OTPAuth",
         f'x.com (u),https://x.com/,u,p,"two\nlines",{link("X", "u", 84)}\ny,,u,p,,', is_("X", "u", 84)),
        ("dashlane-old", "username,username2,username3,title,password,note,url,category,otpSecret",
         f"u,,,Dash,p,,https://x,Cat,{of(85)}", is_("Dash", "u", 85)),
        ("lastpass", "url,username,password,totp,extra,name,grouping,fav",
         f"https://x,u,p,{of(86)},,LP,Work\\Sub,1\nhttp://sn,,,,note,N,,0", is_("LP", "u", 86)),
        ("keeper", f"Folder,Keeper,u,p,https://x,note,,TFC:Keeper,{link('Keeper', 'u', 87, digits=8)}", "", is_("Keeper", "u", 87, digits=8)),
        ("buttercup", "!type,!group_id,!group_name,!group_parent,title,username,password,URL,otp,note",
         f"group,g1,Main,0,,,,,,\nentry,g1,Main,,Butter,u,p,https://x,{link('Butter', 'u', 88)},", is_("Butter", "u", 88)),
        ("strongbox", "Title,Username,Email,URL,Password,OTPAUTH,Notes",
         f"Strong,u,,https://x,p,{link('Strong', 'u', 89)},", is_("Strong", "u", 89)),
        ("padloc", "name,tags,url,username,password,notes,one-time password", f"P,t,https://x,u,p,,{of(90)}", is_("P", "u", 90)),
        ("myki", "Nickname,Url,Username,Password,Additional Info,Two Factor Secret,Status,Tags",
         f"Myki,https://x,u,p,,{of(91)},active,", is_("Myki", "u", 91)),
        ("passbolt", "Title,Username,URL,Password,Notes,Group,TOTP",
         f"B,u,https://x,p,,G,{link('B', 'u', 92, algorithm='SHA256', digits=8, period=60)}",
         is_("B", "u", 92, algorithm="SHA256", digits=8, period=60)),
        ("excel", "\ufeffsep=;\r\nName;Konto;Secret;Digits", f'"Firma; GmbH";u;{of(93)};8', is_("Firma; GmbH", "u", 93, digits=8, either=True)),
        ("extracted", "name,secret,issuer,type,counter,url",
         f"E:h,{of(94)},E,hotp,4,otpauth://hotp/E:h?secret={of(94)}&issuer=E&counter=4&digits=8",
         is_("E", "h", 94, "hotp", counter=4, digits=8)),
        ("extracted-for-keepass", "Title,User Name,HmacOtp-Secret-Base32,HmacOtp-Counter,Group",
         f"K,me,{of(95)},0,OTP/HOTP", is_("K", "me", 95, "hotp", counter=0))):
    case(f"{name}.csv", f"{titles}\n{row}\n", expected)
case("firefox.csv", '"url","username","password","httpRealm","guid"\n"https://x","u","p",,"{x}"\n', expected="refused")
case("mac.csv", f"name,secret\rA,{of(96)}\rB,{of(97)}\r", is_("", "A", 96, either=True), is_("", "B", 97, either=True))

# JSON of other programs.
for name, content, expected in (
        ("psono", {"folders": [{"items": [{"type": "totp", "name": "Ps", "totp_title": "Ps", "totp_period": 60, "totp_algorithm": "SHA256",
                                           "totp_digits": 8, "totp_code": of(98)}]}], "items": []},
         is_("Ps", "", 98, digits=8, period=60, algorithm="SHA256", either=True)),
        ("passman", [{"label": "u", "username": "u", "otp": {"secret": of(99), "digits": 8, "type": "totp", "issuer": "Pm", "label": "u"}}],
         is_("Pm", "u", 99, digits=8)),
        ("tokens", {"tokens": [{"issuer": "N", "account": "h", "secret": of(100), "type": "HOTP", "counter": "8", "digits": 8}]},
         is_("N", "h", 100, "hotp", digits=8, counter=8)),
        ("capitals", {"Entries": [{"Issuer": "UP", "Account": "me", "Secret": of(101), "Digits": "7", "Period": "45"}]},
         is_("UP", "me", 101, digits=7, period=45)),
        ("extracted", [{"name": "E:me", "secret": of(102), "issuer": "E", "url": link("E", "me", 102, digits=8)}],
         is_("E", "me", 102, digits=8))):
    case(f"{name}.json", content, expected)

# Texts.
case("winauth.txt", f"otpauth://totp/Google%3Ame?secret={of(110)}&digits=6&icon=Google\r\n"
     f"otpauth://totp/Steam%3Ag?secret={of(111)}&digits=5&icon=Steam&data=%7B%22a%22%3A1%7D\r\n#comment\r\n"
     f"otpauth://hotp/H?secret={of(112)}&digits=8&counter=3\r\n",
     is_("Google", "me", 110), is_("Steam", "g", 111, "steam"), is_("", "H", 112, "hotp", digits=8, counter=3))
case("gopass.txt", f"password\n---\nurl: https://x\nuser: u\notpauth: {link('Go', 'u', 113)}\n", is_("Go", "u", 113))
case("gopass-key.txt", f"password\nuser: u\ntotp: {loosely(of(114))}\n", is_("", "", 114, either=True))
case("odd-uris.txt", "\n".join([
    f"OTPAUTH://TOTP/x?SECRET={of(115)}&ISSUER=Up", f"otpauth://totp/?secret={of(116)}&issuer=NoLabel",
    f"otpauth://totp/n%C3%A9:%F0%9F%94%91?secret={of(117).lower()}%3D%3D&algorithm=HmacSHA256&digits=8",
    f"otpauth://totp/k%3Al?secret={of(118)}", f"otpauth://totp/e f?secret={loosely(of(119))}", "otpauth://totp/c?secret=0189"]),
     is_("Up", "x", 115), is_("NoLabel", "", 116), is_("né", "🔑", 117, algorithm="SHA256", digits=8), is_("k", "l", 118), is_("", "e f", 119))
case("table.md", f"# Codes\n\n| Site | URI |\n|---|---|\n| A | {link('Md', 'a', 120)} |\n| B | {link('Md', 'b', 121)} |\n",
     is_("Md", "a", 120), is_("Md", "b", 121))
case("mail.eml", f"Subject: x\r\n\r\nHere:\r\n> {link('Em', 'a', 122)}\r\n>> {link('Em', 'b', 123)}\r\n",
     is_("Em", "a", 122), is_("Em", "b", 123))
case("huge.txt", "".join(uri("Huge", f"u{number}", key("huge", number)) + "\n" for number in range(2000)),
     *(account("Huge", f"u{number}", key("huge", number)) for number in range(2000)))


# Google Authenticator: hashes, kinds and counters as numbers, which may be missing.
def field(number, value):
    if isinstance(value, bytes):
        return bytes([number << 3 | 2, len(value)]) + value
    return bytes([number << 3]) + (bytes([value]) if value < 128 else bytes([value & 127 | 128, value >> 7]))


def moved(part, name, issuer, algorithm=1, digits=1, kind=2, *more):
    return field(1, field(1, key("written", part)) + field(2, name.encode()) + field(3, issuer.encode()) + field(4, algorithm)
                 + field(5, digits) + field(6, kind) + b"".join(more))


case("google.txt", "otpauth-migration://offline?data=" + base64.b64encode(
    moved(130, "Ex:me", "Ex") + moved(131, "h", "Cnt", 3, 2, 1, field(7, 300)) + moved(132, "id", "V", 1, 1, 2, field(8, b"unique"))
    + field(2, 2) + field(3, 1) + field(4, 0)).decode(),
     is_("Ex", "me", 130), is_("Cnt", "h", 131, "hotp", algorithm="SHA512", digits=8, counter=300), is_("V", "id", 132))


# Databases.
def database(name, *statements):
    path = os.path.join(files.directory, name)
    with sqlite3.connect(path) as made:
        for statement in statements:
            made.execute(statement)
    made.close()
    with open(path, "rb") as file:
        return file.read()


case("PhoneFactor", database(
    "microsoft", "create table accounts(_id integer primary key, name text, username text, oath_secret_key text, account_type integer,"
    "ux_position integer, encrypted_oath_secret_key text)",
    f"insert into accounts values(1,'Contoso','me','{of(140).lower()}',0,1,''),"
    f"(2,'Microsoft','me@x','{base64.b64encode(key('written', 141)).decode()}',1,0,''),(3,'Work','w','',2,2,'x')"),
     is_("Contoso", "me", 140), is_("Microsoft", "me@x", 141, digits=8),
     {**account("Work", "w", b""), "optional": True})
case("google.db", database(
    "google", "create table accounts(_id integer primary key, email text, secret text, counter integer, type integer, provider integer,"
    "issuer text, original_name text)",
    f"insert into accounts values(1,'Ex:me','{of(142)}',0,0,0,'Ex','Ex:me')"), is_("Ex", "me", 142))

# Packed.
case("twice.gz", gzip.compress(gzip.compress(link("In", "me", 150).encode())), expected="refused")
case("nested.zip", packed(inner__zip=packed(a__txt=link("In", "me", 151)), other__txt=link("Out", "me", 152) + "\n"), is_("Out", "me", 152))
case("mixed.zip", packed(
    codes__csv=b"name,secret\nCaf\xe9," + of(153).encode() + b"\n",
    lines__jsonl="".join(json.dumps({"issuer": "L", "name": name, "secret": of(154, name)}) + "\n" for name in "ab")),
     is_("", "Café", 153, either=True), *(account("L", name, key("written", 154, name)) for name in "ab"))

files.judge()
print(f"{len(files.index)} files as programs write them")

"""fob's security key in the hands of python-fido2's client and server, with py_webauthn as second verifier: both
algorithms, PIN, PRF, credential management, allow and exclude lists, several accounts, U2F."""

from security_key import *
from peers import from_pypi

from_pypi("fido2==2.2.1", "webauthn==3.0.1")

import webauthn
from fido2.client import ClientError, DefaultClientDataCollector, Fido2Client, UserInteraction
from fido2.ctap import CtapError
from fido2.ctap1 import ApduError, Ctap1
from fido2.ctap2 import Ctap2
from fido2.ctap2.credman import CredentialManagement
from fido2.ctap2.extensions import CredBlobExtension, CredPropsExtension, CredProtectExtension, HmacSecretExtension
from fido2.ctap2.pin import ClientPin, PinProtocolV1, PinProtocolV2
from fido2.hid import CtapHidDevice
from fido2.hid.base import CtapHidConnection, HidDescriptor
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestedCredentialData

SITE, ORIGIN = "example.org", "https://example.org"
ES256, EDDSA = -7, -8
PIN_1, PIN_2 = "correct horse", "\u7d5e\u308a 2468"
P = ClientPin.PERMISSION


class Connection(CtapHidConnection):
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(path)

    def read_packet(self):
        return self.socket.recv(64)

    def write_packet(self, data):
        self.socket.send(data)

    def close(self):
        self.socket.close()


class Hands(UserInteraction):
    """The person at the client: knows the PIN, if any."""

    def __init__(self, pin=None):
        self.pin = pin

    def request_pin(self, permissions, rp_id):
        return self.pin


def device(at=None):
    path = (at or home).ctap
    return CtapHidDevice(HidDescriptor(path, 0x1209, 0xF0B0, 64, 64, "fob", None), Connection(path))


def client(dev, pin=None, origin=ORIGIN):
    return Fido2Client(
        dev, DefaultClientDataCollector(origin), user_interaction=Hands(pin),
        extensions=[HmacSecretExtension(allow_hmac_secret=True), CredBlobExtension(), CredProtectExtension(),
                    CredPropsExtension()])


def server(site=SITE):
    return Fido2Server({"id": site, "name": "Example"}, attestation="direct")


def ctap_status(code, action, what):
    try:
        action()
    except CtapError as error:
        equal(int(error.code), code, f"{what}: status")
        return
    except ClientError as error:
        equal(int(error.cause.code), code, f"{what}: status")
        return
    raise AssertionError(f"{what}: was not refused")


def register(one, user, algorithm=ES256, extensions=None, site=None, **options):
    """Registers at the server, which checks it, and at py_webauthn, which checks it as well."""
    site = site or server()
    asked, state = site.register_begin(user, **options)
    public = {**asked["publicKey"], "pubKeyCredParams": [{"type": "public-key", "alg": algorithm}]}
    made = one.make_credential({**public, "extensions": extensions or {}})
    data = site.register_complete(state, made)
    equal(data.credential_data.public_key[3], algorithm, "the algorithm")
    verified = webauthn.verify_registration_response(
        credential=json.loads(json.dumps(dict(made))), expected_challenge=websafe_decode(asked["publicKey"]["challenge"]),
        expected_rp_id=site.rp.id, expected_origin=ORIGIN, require_user_presence=True)
    equal(verified.credential_id, data.credential_data.credential_id, "the id that py_webauthn finds")
    return data, made, verified


def sign_in(one, known, verified=None, site=None, extensions=None, choose=0, **options):
    """Signs in: with the keys `known`, or the discoverable ones; what the client gives back."""
    site = site or server()
    asked, state = site.authenticate_begin(known, **options)
    selection = one.get_assertion({**asked["publicKey"], "extensions": extensions or {}})
    answer = selection.get_response(choose)
    if known:
        site.authenticate_complete(state, known, answer)
    if verified:
        webauthn.verify_authentication_response(
            credential=json.loads(json.dumps(dict(answer))), expected_challenge=websafe_decode(asked["publicKey"]["challenge"]),
            expected_rp_id=site.rp.id, expected_origin=ORIGIN, credential_public_key=verified.credential_public_key,
            credential_current_sign_count=0)
    return answer, selection


def both_algorithms():
    for number, algorithm in enumerate((ES256, EDDSA)):
        with device() as dev:
            one = client(dev)
            user = {"id": bytes([number]), "name": f"user {number}", "displayName": "User"}
            data, made, verified = register(one, user, algorithm, user_verification="discouraged")
            check(data.is_user_present() and not data.is_user_verified(), f"flags {data.flags:#x}")
            equal(data.credential_data.aaguid, Ctap2(dev).info.aaguid, "the AAGUID")
            equal((str(verified.credential_device_type.value), verified.credential_backed_up), ("multi_device", False),
                  "what py_webauthn reads from the flags about backups")
            answer, _ = sign_in(one, [data.credential_data], verified, user_verification="discouraged")
            equal(answer.response.authenticator_data.counter, 0, "the counter of a synced key")
            # Excluded: there is one already.
            site = server()
            asked, _ = site.register_begin(user, [data.credential_data], user_verification="discouraged")
            ctap_status(0x19, lambda: one.make_credential(asked["publicKey"]), "an excluded key")
            # Another site's.
            other = client(dev, origin="https://example.com")
            asked, _ = server("example.com").authenticate_begin(
                [data.credential_data], user_verification="discouraged")
            ctap_status(0x2E, lambda: other.get_assertion(asked["publicKey"]), "another site's key")
            if algorithm == ES256:
                # A list with somebody else's keys before it.
                strange = [AttestedCredentialData.create(Aaguid.NONE, os.urandom(size), {1: 2, 3: -7, -1: 1})
                           for size in (16, 32, 64)]
                sign_in(one, strange + [data.credential_data], verified, user_verification="discouraged")


def attestation_none():
    with device() as dev:
        made = Ctap2(dev).make_credential(
            bytes(32), {"id": SITE}, {"id": b"none"}, [{"type": "public-key", "alg": ES256}])
        equal(made.fmt, "packed", "the usual attestation")
        check("x5c" not in made.att_stmt, "no certificate")


def several_accounts():
    """Discoverable sign-in without a list: the newest first, and nobody's name without verification."""
    with device() as dev:
        one = client(dev)
        site = server("accounts.example")
        other = client(dev, origin="https://accounts.example")
        users = [{"id": bytes([9, number]), "name": f"user {number}", "displayName": f"User {number}"}
                 for number in range(3)]
        for user in users:
            asked, state = site.register_begin(user, resident_key_requirement="required",
                                               user_verification="discouraged")
            made = other.make_credential({**asked["publicKey"], "extensions": {"credProps": True}})
            site.register_complete(state, made)
            equal(made.client_extension_results["credProps"]["rk"], True, "credProps")
        asked, state = site.authenticate_begin(user_verification="discouraged")
        found = other.get_assertion(asked["publicKey"]).get_assertions()
        equal([item.user["id"] for item in found], [user["id"] for user in reversed(users)], "the newest first")
        equal([sorted(item.user) for item in found], [["id"]] * 3, "names without verification")
        # A new one for the same user takes the old one's place.
        asked, state = site.register_begin(users[0], resident_key_requirement="required",
                                           user_verification="discouraged")
        other.make_credential(asked["publicKey"])
        asked, state = site.authenticate_begin(user_verification="discouraged")
        found = other.get_assertion(asked["publicKey"]).get_assertions()
        equal([item.user["id"] for item in found], [users[0]["id"], users[2]["id"], users[1]["id"]], "one each")
        ctap_status(0x30, Ctap2(dev).get_next_assertion, "one too many")


def pins():
    """The PIN's life, with both protocols; what was verified by it; tokens that are for something else."""
    with device() as dev:
        ctap = Ctap2(dev)
        check(ctap.info.options["clientPin"] is False, "no PIN yet")
        ctap_status(0x35, ClientPin(ctap).get_pin_retries, "tries without a PIN")
        ctap_status(0x35, lambda: ClientPin(ctap).get_pin_token(PIN_1), "a token without a PIN")
        ClientPin(ctap).set_pin(PIN_1)
        ctap_status(0x33, lambda: ClientPin(ctap).set_pin(PIN_2), "a second first PIN")
        equal(ctap.get_info().options["clientPin"], True, "a PIN")
        for protocol in PinProtocolV1(), PinProtocolV2():
            pin = ClientPin(ctap, protocol)
            ctap_status(0x31, lambda: pin.get_pin_token("wrong"), "a wrong PIN")
            equal(pin.get_pin_retries()[0], 7, "tries after a wrong PIN")
            pin.get_pin_token(PIN_1)
            equal(pin.get_pin_retries()[0], 8, "tries after the right PIN")
            pin.change_pin(PIN_1, PIN_2)
            ctap_status(0x31, lambda: pin.get_pin_token(PIN_1), "the old PIN")
            pin.change_pin(PIN_2, PIN_1)
            token = pin.get_pin_token(PIN_1, P.GET_ASSERTION, SITE)
            param = protocol.authenticate(token, bytes(32))
            arguments = (bytes(32), {"id": SITE}, {"id": b"pin"}, [{"type": "public-key", "alg": ES256}])
            ctap_status(0x33, lambda: ctap.make_credential(
                *arguments, pin_uv_param=param, pin_uv_protocol=protocol.VERSION), "a token for something else")
            token = pin.get_pin_token(PIN_1, P.MAKE_CREDENTIAL, "example.com")
            param = protocol.authenticate(token, bytes(32))
            ctap_status(0x33, lambda: ctap.make_credential(
                *arguments, pin_uv_param=param, pin_uv_protocol=protocol.VERSION), "a token for somewhere else")
            token = pin.get_pin_token(PIN_1, P.MAKE_CREDENTIAL, SITE)
            param = bytes([protocol.authenticate(token, bytes(32))[0] ^ 1]) + protocol.authenticate(
                token, bytes(32))[1:]
            ctap_status(0x33, lambda: ctap.make_credential(
                *arguments, pin_uv_param=param, pin_uv_protocol=protocol.VERSION), "a changed proof")
        ctap_status(0x36, lambda: ctap.make_credential(*arguments, options={"rk": True}), "no proof")
        data, made, verified = register(client(dev, PIN_1), {"id": b"verified", "name": "v"},
                                        user_verification="required", resident_key_requirement="required")
        check(data.is_user_verified(), "verification")
        check(verified.user_verified, "verification, as py_webauthn sees it")
        sign_in(client(dev, PIN_1), [data.credential_data], verified, user_verification="required")
    # A token lives as long as the connection.
    with device() as dev:
        pin = ClientPin(Ctap2(dev), PinProtocolV2())
        token = pin.get_pin_token(PIN_1, P.CREDENTIAL_MGMT)
    with device() as dev:
        ctap = Ctap2(dev)
        ctap_status(0x33, lambda: CredentialManagement(ctap, PinProtocolV2(), token).get_metadata(), "a stale token")
        for left in 7, 6, 5:
            ctap_status(0x34 if left == 5 else 0x31, lambda: ClientPin(ctap).get_pin_token("wrong"), "a wrong PIN")
            equal(ClientPin(ctap).get_pin_retries()[0], left, "tries that are left")
        ctap_status(0x34, lambda: ClientPin(ctap).get_pin_token(PIN_1), "three wrong PINs in a row")
    with device() as dev:
        ClientPin(Ctap2(dev)).get_pin_token(PIN_1)
        equal(ClientPin(Ctap2(dev)).get_pin_retries()[0], 8, "tries after the right PIN")


def secrets():
    """PRF: the same salt gives the same secret, another salt, another key, or no verification another one."""
    with device() as dev:
        one = client(dev, PIN_1)
        found = []
        for user in b"prf 1", b"prf 2":
            data, made, verified = register(one, {"id": user, "name": "p"}, extensions={"prf": {}},
                                            user_verification="required")
            equal(made.client_extension_results["prf"]["enabled"], True, "PRF")
            found.append(data.credential_data)

        def secret(key, *salts, **options):
            salts = dict(zip(("first", "second"), (websafe_encode(salt * 32) for salt in salts)))
            answer, _ = sign_in(one, [key], extensions={"prf": {"eval": salts}},
                                **{"user_verification": "required", **options})
            return answer.client_extension_results["prf"]["results"]

        one_salt = secret(found[0], b"A")
        both = secret(found[0], b"B", b"A")
        equal(both["second"], one_salt["first"], "the same salt")
        check(both["first"] != both["second"], "another salt")
        check(secret(found[1], b"A")["first"] != one_salt["first"], "another key")
        other = hmac_secret(dev, found[0], bytes(32), None)
        equal(other, hmac_secret(dev, found[0], bytes(32), None), "the same salt without verification")
        check(other != hmac_secret(dev, found[0], bytes(32), PIN_1), "verification makes another secret")


def hmac_secret(dev, key, salt, pin):
    """hmac-secret by hand: what the client's library does only with a PIN."""
    ctap, protocol = Ctap2(dev), PinProtocolV2()
    agreement, shared = ClientPin(ctap, protocol)._get_shared_secret()
    encrypted = protocol.encrypt(shared, salt)
    proof = {}
    if pin:
        token = ClientPin(ctap, protocol).get_pin_token(pin, P.GET_ASSERTION, SITE)
        proof = {"pin_uv_param": protocol.authenticate(token, bytes(32)), "pin_uv_protocol": 2}
        agreement, shared = ClientPin(ctap, protocol)._get_shared_secret()
        encrypted = protocol.encrypt(shared, salt)
    answer = ctap.get_assertion(
        SITE, bytes(32), [{"id": key.credential_id, "type": "public-key"}],
        {"hmac-secret": {1: agreement, 2: encrypted, 3: protocol.authenticate(shared, encrypted), 4: 2}}, **proof)
    return protocol.decrypt(shared, answer.auth_data.extensions["hmac-secret"])


def extensions():
    """credBlob and the levels of credProtect."""
    with device() as dev:
        one = client(dev, PIN_1)
        blob = os.urandom(32)
        data, made, _ = register(one, {"id": b"blob", "name": "b"}, extensions={"credBlob": blob},
                                 user_verification="required", resident_key_requirement="required")
        equal(data.extensions["credBlob"], True, "credBlob")
        answer, _ = sign_in(one, [data.credential_data], extensions={"getCredBlob": True}, user_verification="required")
        equal(answer.response.authenticator_data.extensions["credBlob"], blob, "the blob")
        silent = Ctap2(dev)
        for level in 1, 2, 3:
            protocol = PinProtocolV2()
            token = ClientPin(silent, protocol).get_pin_token(PIN_1, P.MAKE_CREDENTIAL, f"level{level}.example")
            made = silent.make_credential(
                bytes(32), {"id": f"level{level}.example"}, {"id": b"1"}, [{"type": "public-key", "alg": EDDSA}],
                extensions={"credProtect": level}, options={"rk": True},
                pin_uv_param=protocol.authenticate(token, bytes(32)), pin_uv_protocol=2)
            equal(made.auth_data.extensions, {"credProtect": level}, "credProtect")
            id = {"id": made.auth_data.credential_data.credential_id, "type": "public-key"}
            for name, allowed, least in (("discovered", None, 0), ("named", [id], 2)):
                def silently():
                    return silent.get_assertion(f"level{level}.example", bytes(32), allowed, options={"up": False})
                if allowed is None:
                    # Nothing is signed unasked for who does not name the key.
                    ctap_status(0x2B, silently, f"level {level}, {name}, unasked")
                elif level <= least:
                    silently()
                else:
                    ctap_status(0x2E, silently, f"level {level}, {name}, without verification")


def management():
    with device() as dev:
        ctap, protocol = Ctap2(dev), PinProtocolV2()

        def manager():
            return CredentialManagement(
                ctap, protocol, ClientPin(ctap, protocol).get_pin_token(PIN_1, P.CREDENTIAL_MGMT))

        R = CredentialManagement.RESULT
        before = manager().get_metadata()
        one = client(dev, PIN_1, "https://managed.example")
        site = server("managed.example")
        ids = []
        for number in range(2):
            asked, state = site.register_begin(
                {"id": bytes([number]), "name": f"m{number}", "displayName": f"M {number}"},
                resident_key_requirement="required", user_verification="required")
            ids.append(site.register_complete(state, one.make_credential(asked["publicKey"])).credential_data)
        listed = manager()
        after = listed.get_metadata()
        equal((after[1], after[2]), (before[1] + 2, before[2] - 2), "counts")
        sites = {item[R.RP]["id"]: item[R.RP_ID_HASH] for item in listed.enumerate_rps()}
        check("managed.example" in sites and SITE in sites, f"sites {list(sites)}")
        found = listed.enumerate_creds(sites["managed.example"])
        equal([(item[R.USER]["name"], item[R.CREDENTIAL_ID]["id"], dict(item[R.PUBLIC_KEY])) for item in found],
              [(f"m{number}", key.credential_id, dict(key.public_key)) for number, key in enumerate(ids)], "keys")
        ctap_status(0x2E, lambda: listed._call(4, {1: bytes(32)}), "keys of no site")
        listed.update_user_info(found[0][R.CREDENTIAL_ID], {"id": b"\0", "name": "new", "displayName": "New"})
        found = listed.enumerate_creds(sites["managed.example"])
        equal(found[0][R.USER], {"id": b"\0", "name": "new", "displayName": "New"}, "another name")
        listed.delete_cred(found[0][R.CREDENTIAL_ID])
        equal(len(listed.enumerate_creds(sites["managed.example"])), 1, "keys that are left")
        ctap_status(0x2E, lambda: listed.delete_cred(found[0][R.CREDENTIAL_ID]), "a key that is gone")
        # With names, because the owner is verified and there is more than one.
        asked, state = site.register_begin({"id": b"\2", "name": "m2"}, resident_key_requirement="required",
                                           user_verification="required")
        one.make_credential(asked["publicKey"])
        asked, state = site.authenticate_begin(user_verification="required")
        users = [item.user for item in one.get_assertion(asked["publicKey"]).get_assertions()]
        equal([user["name"] for user in users], ["m2", "m1"], "names with verification")
        # A token for one site manages no other.
        token = ClientPin(ctap, protocol).get_pin_token(PIN_1, P.CREDENTIAL_MGMT, SITE)
        bound = CredentialManagement(ctap, protocol, token)
        ctap_status(0x33, bound.get_metadata, "all sites with a token for one")
        ctap_status(0x33, lambda: bound.enumerate_creds(sites["managed.example"]), "another site")


def u2f():
    """Keys of U2F sign in CTAP2 and the reverse."""
    with device() as dev:
        old, new = Ctap1(dev), Ctap2(dev)
        equal(old.get_version(), "U2F_V2", "the version")
        application, challenge = hashlib.sha256(SITE.encode()).digest(), os.urandom(32)

        def patient(action):
            def answered():
                try:
                    return action()
                except ApduError as error:
                    equal(error.code, 0x6985, "U2F's status")
            return until(answered, "U2F's answer")

        made = patient(lambda: old.register(challenge, application))
        made.verify(application, challenge)
        signed = patient(lambda: old.authenticate(challenge, application, made.key_handle))
        signed.verify(application, challenge, made.public_key)
        check(signed.user_presence == 1, "presence")
        again = patient(lambda: old.authenticate(challenge, application, made.key_handle))
        check(again.counter > signed.counter, "counters of U2F grow")
        answer = new.get_assertion(SITE, bytes(32), [{"id": made.key_handle, "type": "public-key"}])
        answer.verify(bytes(32), AttestedCredentialData.from_ctap1(made.key_handle, made.public_key).public_key)
        made = new.make_credential(bytes(32), {"id": SITE}, {"id": b"u"}, [{"type": "public-key", "alg": ES256}])
        key = made.auth_data.credential_data
        signed = patient(lambda: old.authenticate(challenge, application, key.credential_id))
        signed.verify(application, challenge, b"\4" + key.public_key[-2] + key.public_key[-3])


def passphrase():
    """Verification without a PIN: the question is answered with the vault's passphrase."""
    with KeyHome() as other:
        owner = Person(other)
        with device(other) as dev:
            check(Ctap2(dev).info.options["uv"] is True, "verification by the key itself")
            one = client(dev)
            data, _, verified = register(one, {"id": b"uv", "name": "uv"}, user_verification="required")
            check(data.is_user_verified() and verified.user_verified, "verification")
            answer, _ = sign_in(one, [data.credential_data], verified, user_verification="required")
            check(answer.response.authenticator_data.is_user_verified(), "verification")
            # By the option, as clients without permissions ask for it.
            made = Ctap2(dev).get_assertion(SITE, bytes(32), [
                {"id": data.credential_data.credential_id, "type": "public-key"}], options={"uv": True})
            made.verify(bytes(32), data.credential_data.public_key)
            check(made.auth_data.is_user_verified(), "verification")
        owner.go()


def reset():
    with device() as dev:
        ctap = Ctap2(dev)
        ctap.reset()
        equal(ctap.get_info().options["clientPin"], False, "the PIN after a reset")
        ctap_status(0x2E, lambda: ctap.get_assertion(SITE, bytes(32)), "keys after a reset")


import hashlib

home = KeyHome(profile="pin-only").start()
person = Person(home)
done = []
for part in (both_algorithms, attestation_none, several_accounts, pins, secrets, extensions, management, u2f, passphrase, reset):
    begun = time.monotonic()
    part()
    done.append(f"{part.__name__} {time.monotonic() - begun:.1f} s")
person.go()
print(", ".join(done))

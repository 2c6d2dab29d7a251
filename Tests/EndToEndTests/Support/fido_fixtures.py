"""The published examples of WebAuthn whose algorithms fob does not have, verified by python-fido2 and cryptography; those
that it has are made again, bit for bit, by the unit tests.

    fido_fixtures.py
"""

import json

from scratch import *
from peers import from_pypi

from_pypi("fido2==2.2.1", "webauthn==3.0.1")

from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from fido2.cose import CoseKey
from fido2.webauthn import AttestationObject

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "..", "shared", "fixtures", "fido",
                    "webauthn-l3-vectors.json")
if not os.path.exists(FILE):
    skip("../shared/fixtures is not beside the repository")


def verify(key, message, signature):
    if key[3] == -53:
        # Ed448, which python-fido2 does not know.
        Ed448PublicKey.from_public_bytes(key[-2]).verify(signature, message)
    else:
        CoseKey.parse(key).verify(message, signature)


verified = []
with open(FILE) as file:
    vectors = json.load(file)["vectors"]
for vector in vectors:
    made, used = vector["registration"], {name: bytes.fromhex(vector["authentication"][name]) for name in (
        "authenticatorData", "clientDataJSON", "signature")}
    credential = AttestationObject(bytes.fromhex(made["attestationObject"])).auth_data.credential_data
    message = used["authenticatorData"] + hashlib.sha256(used["clientDataJSON"]).digest()
    verify(credential.public_key, message, used["signature"])
    try:
        verify(credential.public_key, message[:-1] + bytes([message[-1] ^ 1]), used["signature"])
    except Exception:
        verified.append(vector["id"])
equal(len(verified), len(vectors), "sign-ins that are verified, and only as they are")
print(f"verified: {', '.join(verified)}")

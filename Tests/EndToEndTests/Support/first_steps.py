"""A vault, an account, a code: what protocol_client.py, written from fob-protocol(7) alone, does as a program."""

import json
import subprocess
import sys

from scratch import *

with Home() as home:
    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
        agent.add("GitHub", "alice", b"12345678901234567890")
        agent.lock()
    client = os.path.join(os.path.dirname(protocol_client.__file__), "protocol_client.py")
    done = subprocess.run(
        [sys.executable, client, "--list", "github"], input=PASSPHRASE + b"\n", capture_output=True,
        env={**home.environment, "FOB_SOCKET": home.socket}, timeout=PATIENCE)
    equal(done.returncode, 0, f"the client ({done.stdout!r} {done.stderr!r})")
    welcome, account, code = map(json.loads, done.stdout.splitlines())
    equal(welcome["vault"], "locked", "the vault before")
    equal((account["issuer"], account["name"], account["kind"]), ("GitHub", "alice", "totp"), "the account")
    equal(code["code"], totp(b"12345678901234567890", code["valid_from"]), "the code")
    wrong = subprocess.run(
        [sys.executable, client, "nothing of that name"], input=b"", capture_output=True,
        env={**home.environment, "FOB_SOCKET": home.socket}, timeout=PATIENCE)
    equal(wrong.returncode, 3, "the status for a name that is not there")
print("list and code as they should be")

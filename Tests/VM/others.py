"""Other people's programs that ask a security key of fob: sudo's pam_u2f, and a disk that takes verification."""

import json
import os
import subprocess

def pam_u2f(keys):
    """The recipe of fob-uhid(8), line by line. pamtester stands for sudo: as that does, it runs as root and asks for a user."""
    if not os.path.exists("/lib/x86_64-linux-gnu/security/pam_u2f.so"):
        return "SKIPPED: the host has no libpam-u2f"
    keys.until(keys.device, "fob is plugged in")
    with open("/mnt/fob-uhid.8") as file:
        lines = [line.replace("\\e", "\\") for line in file]
    commands = "".join(line[2:] for line in lines if line.startswith("$ ")).replace("/dev/hidraw0", keys.device())
    try:
        keys.run("bash", "-euc", commands)
    except keys.Failed as error:
        with open(keys.mine("made")) as made:
            raise keys.Failed(f"{error}\nmade: {made.read()}") from None
    subprocess.run("cp -r /etc/pam.d /run/pam.d && mount --bind /run/pam.d /etc/pam.d", shell=True, check=True)
    with open("/etc/pam.d/sudo", "w") as file:
        file.write(next(line for line in lines if "pam_u2f.so" in line) + "auth required pam_deny.so\naccount required pam_permit.so\n")
    keys.run("pamtester", "sudo", "keeper", "authenticate", root=True)
    keys.answer("--deny")
    try:
        keys.run("pamtester", "sudo", "keeper", "authenticate", root=True, status=1)
    finally:
        keys.answer("--yes")
    return "a yes lets sudo go on, a no does not"


def verified_disk(keys):
    """A LUKS2 volume whose key takes the passphrase of the vault each time."""
    keys.until(keys.device, "fob is plugged in")
    keys.keep("verified", bytes(20 << 20))
    keys.keep("first", b"first password")
    keys.run("cryptsetup", "luksFormat", "--batch-mode", "--type", "luks2", "--pbkdf", "pbkdf2",
             "--pbkdf-force-iterations", "1000", "--key-file", "first", "verified")
    keys.proved("systemd-cryptenroll", "--unlock-key-file=first", f"--fido2-device={keys.device()}",
                "--fido2-with-client-pin=no", "--fido2-with-user-verification=yes", "verified")
    tokens = json.loads(keys.run("cryptsetup", "luksDump", "--dump-json-metadata", "verified"))["tokens"]
    keys.check([token["fido2-uv-required"] for token in tokens.values()] == [True], f"the slot takes verification: {tokens}")
    environment = {**os.environ, "DM_DISABLE_UDEV": "1"}
    attach = ["/lib/systemd/systemd-cryptsetup", "attach", "opened", keys.mine("verified"), "-",
              f"fido2-device={keys.device()},headless=true"]
    keys.proved(*attach, root=True, env=environment)
    keys.run("/lib/systemd/systemd-cryptsetup", "detach", "opened", root=True, env=environment)
    return "enrolled with verification, opened by the passphrase of the vault"

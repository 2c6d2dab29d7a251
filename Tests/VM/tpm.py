"""A Debian on a machine with a TPM 2, which seals what opens the vault: at boot it does, and with another TPM it does not. Runs
on the host, as root; each step's result is printed.

    tpm.py ROOT PROGRAMS KERNEL INITRD SCRATCH CONSOLE

The arguments are those of session.py; the TPM is swtpm(8).
"""

import os
import subprocess
import sys

import session
from debian import LOGIN_PASSWORD, PASSPHRASE, USER
from machine import check, until


class TPM:
    """One that remembers, from one boot to the next, what is sealed by it."""

    def __init__(self, place):
        self.place = place
        os.makedirs(place)

    @property
    def options(self):
        """QEMU's, for a boot of the machine that it is in."""
        if os.path.exists(f"{self.place}/socket"):
            os.unlink(f"{self.place}/socket")
        # It ends with the machine.
        subprocess.Popen(["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self.place}", "--terminate",
                          "--ctrl", f"type=unixio,path={self.place}/socket"], stdin=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL)
        until(lambda: os.path.exists(f"{self.place}/socket"), "the TPM listens")
        return ["-chardev", f"socket,id=tpm,path={self.place}/socket", "-tpmdev", "emulator,id=tpm0,chardev=tpm",
                "-device", "tpm-tis,tpmdev=tpm0"]


class Machines:
    """The one that the vault is on, and another."""

    def __init__(self, scratch):
        self.own, self.other = TPM(f"{scratch}/tpm"), TPM(f"{scratch}/tpm-other")

    @staticmethod
    def as_user(guest):
        return f"runuser -u {USER} -- env XDG_RUNTIME_DIR=/run/user/{guest.number}"

    def seal(self, guest):
        guest.log_in()
        guest.user.ask("fob access add --machine",
                       typed=[("assphrase.*: $", PASSPHRASE), (r"password for .*: $", LOGIN_PASSWORD)])
        kinds = {}
        for key in ("host", "tpm2", "host+tpm2"):
            # A credential begins with the kind of its key.
            kinds[guest.root.ask(f"echo | systemd-creds encrypt --with-key={key} --name=x - - 2>/dev/null | head -c 20")] = key
        sealed = guest.root.ask("head -c 20 /etc/credstore.encrypted/fob.identity-*")
        check("tpm2" in kinds.get(sealed, ""), f"the key is sealed by {kinds.get(sealed)}, of {kinds}")
        guest.user.ask(f"sudo systemctl enable fob-unlock@{guest.number}.service")
        guest.user.ask("fob lock")
        guest.log_out()
        # From now on the user's manager is there without a login.
        guest.root.ask(f"loginctl enable-linger {USER}")
        return f"fob access add --machine has the machine's TPM seal the key (systemd-creds: {kinds[sealed]})"

    def boot(self, guest):
        guest.power_off()
        guest.boot(self.own.options)
        as_user = self.as_user(guest)
        until(lambda: guest.root.end(f"{as_user} fob status --quiet")[1] == 0, "the vault is open with nobody logged in")
        guest.holds_nothing("opened by the machine")
        return "at boot the TPM opens it, and with it the vault, with nobody logged in"

    def another(self, guest):
        guest.power_off()
        guest.boot(self.other.options)
        unit = f"fob-unlock@{guest.number}.service"
        until(lambda: guest.root.ask(f"systemctl is-failed {unit}", status=None) == "failed", f"{unit} has failed")
        check(guest.root.end(f"{self.as_user(guest)} fob status --quiet")[1] == 2, "the vault is not locked")
        guest.last("credentials", f"UNIT={unit}")
        guest.root.ask("echo | systemd-creds encrypt --with-key=host --name=x - - 2>/dev/null | systemd-creds decrypt --name=x - -")
        return "on the same disk with another TPM the unit opens nothing, though the host's key is there"


if __name__ == "__main__":
    machines = Machines(sys.argv[5])
    session.main(*sys.argv[1:], [machines.seal, machines.boot, machines.another], machines.own.options, "tpm")

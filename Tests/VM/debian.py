"""A Debian on a disk, with systemd and logind, in which a user logs in who has a vault."""

import base64
import hashlib
import hmac
import json
import os
import shutil
import struct
import subprocess
import tempfile

from machine import PATIENCE, Line, Machine, check, until

USER, OTHER = "keeper", "visitor"
# As they are typed on a keyboard.
LOGIN_PASSWORD, PASSPHRASE = "opensthelogin7", "opensthevault4slowly"
LABEL = "keeper@sleeps.example.org"
SEED = os.urandom(20)
NEEDLES = {"the key": SEED, "the key in base32": base64.b32encode(SEED), "the passphrase": PASSPHRASE.encode()}
# A shell for the test, on a line of its own.
CONTROL = """[Unit]
Description=Shell of the test
[Service]
StandardInput=tty-force
StandardOutput=tty
TTYPath=/dev/ttyS1
Environment=LC_ALL=C.UTF-8 HOME=/root SYSTEMD_PAGER=cat SYSTEMD_COLORS=0
ExecStart=/bin/bash -c 'stty -echo; echo ready; source /opt/loop'
"""
# Nothing of these is needed here, and each takes seconds without KVM.
MASKED = ("apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer "
          "systemd-tmpfiles-clean.timer systemd-update-utmp.service systemd-pstore.service ldconfig.service "
          "systemd-binfmt.service proc-sys-fs-binfmt_misc.automount systemd-hwdb-update.service").split()


def run(*command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, **more)
    check(done.returncode == 0, f"{' '.join(command)}: {done.stdout.decode(errors='replace')}")


def code(moment):
    """RFC 6238's."""
    digest = hmac.digest(SEED, struct.pack(">Q", moment // 30), hashlib.sha1)
    at = digest[19] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1000000:06}"


# -- Before the boot

def make_vault(programs, scratch, home):
    """A vault with one account, made outside: then the key comes into the guest by nothing but an unlock."""
    place = os.path.join(scratch, "vault")
    os.makedirs(f"{place}/run", mode=0o700)
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": place, "XDG_RUNTIME_DIR": f"{place}/run", "LC_ALL": "C"}
    agent = subprocess.Popen([f"{programs}/fob-agent"], env=environment, stdin=subprocess.DEVNULL)
    try:
        until(lambda: os.path.exists(f"{place}/run/fob/agent.sock"), "the agent listens")
        read, write = os.pipe()
        os.write(write, PASSPHRASE.encode())
        os.close(write)
        run("fob", "init", "--passphrase-fd", str(read), env=environment, pass_fds=[read])
        os.close(read)
        uri = f"otpauth://totp/Example:{LABEL}?secret={base64.b32encode(SEED).decode()}&issuer=Example"
        run("fob", "add", "--secret-fd", "0", env=environment, input=uri.encode())
    finally:
        agent.terminate()
        agent.wait()
    os.makedirs(f"{home}/.local/share", exist_ok=True)
    shutil.copytree(f"{place}/.local/share/fob", f"{home}/.local/share/fob")


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def prepare(root, programs, scratch):
    for name in (USER, OTHER):
        run("chroot", root, "useradd", "--create-home", "--shell", "/bin/bash", name)
        run("chroot", root, "chpasswd", input=f"{name}:{LOGIN_PASSWORD}".encode())
    run("chroot", root, "adduser", "--quiet", USER, "sudo")
    make_vault(programs, scratch, f"{root}/home/{USER}")
    # A place that no network leads to.
    write(f"{root}/home/{USER}/net", '#!/bin/bash\nexec 3<>/dev/tcp/backup.example.org/443\n')
    os.chmod(f"{root}/home/{USER}/net", 0o755)
    # By itself it waits for up to half an hour.
    write(f"{root}/home/{USER}/.config/systemd/user/fob-backup.timer.d/soon.conf", "[Timer]\nRandomizedDelaySec=0\n")
    run("chroot", root, "chown", "-R", f"{USER}:{USER}", f"/home/{USER}")
    write(f"{root}/etc/hostname", "guest\n")
    write(f"{root}/etc/hosts", "127.0.0.1 localhost guest\n")
    write(f"{root}/opt/loop", Line.LOOP + "\n")
    write(f"{root}/etc/systemd/system/control.service", CONTROL)
    system = ["systemctl", "--quiet", f"--root={root}"]
    run(*system, "mask", *MASKED)
    run(*system, "add-wants", "multi-user.target", "control.service")
    run(*system, "enable", "serial-getty@ttyS0.service")
    # As a package does it. Without a desktop, it is login that brings what locks.
    run(*system, "--global", "enable", "fob-agent.socket")
    run(*system, "--global", "add-wants", "default.target", "fob-session.service")
    image = os.path.join(scratch, "disk")
    run("truncate", "-s", "1G", image)
    run("mkfs.ext4", "-q", "-O", "^has_journal", "-E", "root_owner=0:0", "-d", root, image)
    return image


class Guest:
    """The machine, with the shell of root on it, and the user's once he has logged in. What its kernel frees it wipes, so that
    what is found in its memory is somebody's."""

    def __init__(self, image, kernel, initrd, options=()):
        # A socket's path is short.
        self.place = tempfile.mkdtemp(prefix="fob-")
        self.image, self.kernel, self.initrd = image, kernel, initrd
        self.boot(options)
        self.number = self.root.ask(f"id -u {USER}")

    def boot(self, options):
        self.machine = Machine(self.place, ["login", "control", "console"], [
            "-kernel", self.kernel, "-initrd", self.initrd, "-device", "virtio-rng-pci",
            "-drive", f"file={self.image},if=virtio,format=raw,cache=unsafe",
            "-append", "console=ttyS2 quiet panic=-1 no_timer_check nowatchdog rcupdate.rcu_cpu_stall_suppress=1 fob.disk "
                       "systemd.show_status=0 systemd.getty_auto=0 init_on_free=1", *options])
        self.root, self.user = self.machine.lines["control"], self.machine.lines["login"]
        self.root.expect("ready\n")
        self.root.ask("systemctl is-system-running --wait", status=None)

    def power_off(self):
        self.root.type("systemctl poweroff")
        self.machine.process.wait(PATIENCE)

    def close(self):
        self.machine.close()
        shutil.rmtree(self.place, True)

    def log_in(self):
        self.user.expect("login: $")
        self.user.type(USER)
        self.user.expect("Password: $")
        self.user.type(LOGIN_PASSWORD)
        self.user.expect(r"\$ $")
        self.user.type("stty -echo; source /opt/loop")
        self.user.expect("loop\n")
        self.user.ask("true")

    def log_out(self):
        # What was typed last stays in the kernel's buffers for the line, until more is.
        for _ in range(4):
            self.user.ask(": " + "x" * 1500)
        self.user.type("exit")
        until(self.is_away, "the user's manager ends")

    def is_away(self):
        return self.root.end(f"test -e /run/user/{self.number}")[1] == 1

    def sit_down(self, terminal, name):
        """Somebody logs in by the keyboard at a virtual terminal, which is in front."""
        def shows(words):
            return words in self.root.ask(f"cat /dev/vcs{terminal}", status=None)

        for prompt, typed in (("login:", name), ("Password:", LOGIN_PASSWORD)):
            until(lambda: shows(prompt), f"terminal {terminal} shows {prompt}")
            self.machine.press_text(typed)
        until(lambda: shows(f"{name}@guest"), f"{name} is logged in at terminal {terminal}")

    def fob_is(self, state):
        """0 unlocked, 2 locked."""
        self.user.ask("fob status --quiet", status=state)

    def unlock(self):
        self.user.ask("fob unlock", typed=[("assphrase.*: $", PASSPHRASE)])
        self.fob_is(0)

    def code(self):
        told, moment = self.user.ask("fob code --no-ask Example 2>/dev/null; date +%s").split()
        check(told in {code(int(moment) + step) for step in (-30, 0)}, f"the code is {told}")

    def holds_nothing(self, when):
        found = [name for name, octets in NEEDLES.items() if self.machine.holds(octets)]
        check(not found, f"{when}, the machine's memory holds {' and '.join(found)}")

    def delays(self):
        """Whether logind would wait for fob-session."""
        return "fob-session" in self.root.ask("systemd-inhibit --list --mode=delay --no-legend")

    def said(self, *matches):
        """What the journal has of some fields, with its time by the machine's clock that runs while it is awake."""
        lines = self.root.ask(f"journalctl --quiet --output=json {' '.join(matches)}").splitlines()
        return [(int(entry.get("_SOURCE_MONOTONIC_TIMESTAMP", entry["__MONOTONIC_TIMESTAMP"])), str(entry["MESSAGE"]))
                for entry in map(json.loads, lines)]

    def last(self, words, *matches):
        found = [(moment, text) for moment, text in self.said(*matches) if words in text]
        check(found, f"the journal does not tell: {words}")
        return found[-1]

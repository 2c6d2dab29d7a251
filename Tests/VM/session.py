"""A Debian with systemd and logind, in which a user logs in and has a vault: real sleeps, locks, switches and logouts, and the
unit that unlocks the vault by the machine. Runs on the host, as root; each step's result is printed.

    session.py ROOT PROGRAMS KERNEL INITRD SCRATCH CONSOLE

ROOT: a Debian with fob installed, which is changed. PROGRAMS: the directory of the programs, for the making of the vault.
CONSOLE: where what was said on the guest's lines is kept.
"""

import os
import signal
import sys
import time
import traceback

from debian import LABEL, LOGIN_PASSWORD, OTHER, PASSPHRASE, USER, Guest, prepare
from machine import Failed, check, until


def login(guest):
    """The units are the user's manager's, and the passphrase is typed."""
    guest.log_in()
    for unit, state in (("fob-agent.socket", "active"), ("fob-agent.service", "inactive"), ("fob-session.service", "active")):
        told = guest.user.ask(f"systemctl --user is-active {unit}", status=None)
        check(told == state, f"{unit} is {told}")
    until(guest.delays, "fob-session has logind wait with its sleep")
    guest.fob_is(2)
    guest.unlock()
    guest.code()
    check(guest.machine.holds(LABEL.encode()), "the machine's memory does not hold what it must")
    guest.holds_nothing("between two codes")
    return "socket and fob-session are there at login, the agent with the first request; the passphrase opens the vault"


def sleep(guest, by="the vault is locked: the machine is about to sleep"):
    """Suspends to memory, and looks into the memory of the machine that sleeps."""
    guest.root.ask("systemctl suspend")
    guest.machine.wait_for("SUSPEND")
    names = guest.machine.holds(LABEL.encode())
    guest.holds_nothing("asleep")
    guest.machine.tell("system_wakeup")
    guest.machine.wait_for("WAKEUP")
    guest.root.wake()
    guest.user.wake()
    locked, _ = guest.last(by, "_COMM=fob-session")
    slept, _ = guest.last("suspend entry", "_TRANSPORT=kernel")
    check(locked < slept, f"locked at {locked} us, asleep from {slept} us")
    return (slept - locked) / 1e6, names


def suspend(guest):
    before, names = sleep(guest)
    guest.fob_is(2)
    guest.user.ask("fob code --no-ask Example", status=2)
    until(guest.delays, "logind waits again")
    guest.unlock()
    guest.code()
    again, _ = sleep(guest)
    guest.user.ask("fob code --no-ask Example", status=2)
    return (f"locked {before:.1f} and {again:.1f} s before the kernel suspends to memory, which holds no key, and {names} times "
            "the account's name; the first request finds the vault locked")


def suspend_stuck(guest):
    """An agent that does not answer holds up no sleep for ever, and locks before its next request."""
    guest.unlock()
    until(guest.delays, "logind waits again")
    guest.user.ask("systemctl --user kill --kill-whom=main --signal=STOP fob-agent.service")
    sleep(guest, "the agent has not locked the vault in time")
    # Its unit's watchdog may have been first.
    guest.user.ask("systemctl --user kill --kill-whom=main --signal=CONT fob-agent.service")
    guest.user.ask("fob code --no-ask Example", status=2)
    return "an agent that is stopped holds up a sleep until logind's time is over, and then answers with a locked vault"


def lock_session(guest):
    guest.unlock()
    guest.code()
    guest.user.ask("loginctl lock-session")
    until(lambda: guest.user.end("fob status --quiet")[1] == 2, "the vault is locked")
    guest.holds_nothing("locked")
    return "loginctl lock-session, by the user, has the vault locked"


def logout(guest):
    """It is followed by two days in which nobody logs in."""
    guest.unlock()
    guest.user.ask('fob backup add disk --folder "$HOME/backups"; '
                   'fob backup add net --put "$HOME/net" --get "$HOME/net" --list "$HOME/net"')
    guest.user.ask("systemctl --user enable fob-backup.timer")
    guest.user.ask("fob edit Example --tag travel && fob lock")
    guest.unlock()
    guest.code()
    guest.log_out()
    left = guest.root.ask("cat /proc/[0-9]*/comm 2>/dev/null | grep ^fob", status=1)
    check(not left, f"a program is left: {left}")
    guest.holds_nothing("logged out")
    stamp = f"/home/{USER}/.local/share/systemd/timers"
    guest.root.ask(f"install -d -o {USER} -g {USER} {os.path.dirname(stamp)} {stamp} && touch -d '2 days ago' "
                   f"{stamp}/stamp-fob-backup.timer && chown {USER}: {stamp}/*")
    return "after a logout with an open vault no program is left, and no key in the machine's memory"


def missed_backup(guest):
    guest.log_in()
    told = until(lambda: [text for _, text in guest.said("_COMM=fob-main") if "not backed up" in text], "a failure is told")
    check("net: not backed up" in told[0] and "the server cannot be reached" in told[0], told)
    check(guest.user.ask("ls backups"), "the place that is there has no backup")
    return "at the next login, what was missed is made up for: one place has its backup, of the other is told that no network leads to it"


def security_key(guest):
    """The system's service, as it is installed, plugs in what the user's service plays."""
    guest.root.ask("systemctl start fob-uhid.socket")
    guest.user.ask("systemctl --user start fob-authenticator.service")
    until(lambda: guest.root.ask("stat -c '%U %a' /dev/hidraw*", status=None) == f"{USER} 600", "the user's key is plugged in")
    told = guest.root.ask("cat /proc/$(systemctl show -P MainPID fob-uhid.service)/status")
    for line in ("NoNewPrivs:\t1", "Seccomp:\t2", "CapBnd:\t" + "0" * 16):
        check(line in told, told)
    guest.user.ask("systemctl --user stop fob-authenticator.socket fob-authenticator.service")
    guest.root.end("systemctl stop fob-uhid.socket")
    return "fob-uhid.service, under what its unit takes away, plugs in a key, and udev gives it to its user"


def user_switch(guest):
    """Somebody else takes the keyboard, by another virtual terminal."""
    place = ".config/systemd/user/fob-session.service.d"
    guest.user.ask(f"mkdir -p {place} && printf '[Service]\\nExecStart=\\nExecStart=/usr/local/bin/fob-session --lock-on-switch\\n' "
                   f">{place}/switch.conf && systemctl --user daemon-reload && systemctl --user restart fob-session.service")
    guest.sit_down(1, USER)
    until(guest.delays, "fob-session is there")
    guest.unlock()
    guest.machine.press("alt", "f2")
    until(lambda: guest.user.end("fob status --quiet")[1] == 2, "the vault is locked")
    guest.holds_nothing("with another user in front")
    guest.last("another user came to the front", "_COMM=fob-session")
    guest.sit_down(2, OTHER)
    guest.root.ask(f"loginctl terminate-user {OTHER}")
    session = guest.root.ask(f"loginctl list-sessions --no-legend | awk '$3 == \"{USER}\" && $5 == \"tty1\" {{print $1}}'")
    guest.root.ask(f"loginctl terminate-session {session}")
    return "when the keyboard's user switches to another terminal, the vault is locked (--lock-on-switch)"


def machine(guest):
    """What systemd keeps for this machine opens the vault, for the manager that starts at boot, and at login."""
    passphrase, password = ("assphrase.*: $", PASSPHRASE), (r"password for .*: $", LOGIN_PASSWORD)
    guest.user.ask("fob access add --machine", typed=[passphrase, password])
    unit = f"fob-unlock@{guest.number}.service"
    guest.user.ask(f"sudo systemctl enable {unit}")
    guest.log_out()
    # As the manager of one who lingers starts at boot.
    guest.root.ask(f"loginctl enable-linger {USER}")
    as_user = f"runuser -u {USER} -- env XDG_RUNTIME_DIR=/run/user/{guest.number}"
    until(lambda: guest.root.end(f"{as_user} fob status --quiet")[1] == 0, "the vault is open with nobody logged in")
    guest.holds_nothing("opened by the machine")
    guest.root.ask(f"loginctl disable-linger {USER}")
    until(guest.is_away, "the user's manager ends")
    guest.log_in()
    until(lambda: guest.user.end("fob status --quiet")[1] == 0, "the vault is open after a login")
    guest.code()
    told = guest.root.ask(f"systemctl show -P Result {unit}; ls /run/credentials", status=None)
    check(told.split("\n")[0] == "success" and "fob" not in told, told)
    return "fob-unlock@.service opens the vault, sealed by the host's key, at boot and at login"


def machine_removed(guest):
    guest.user.ask("fob access remove 'machine guest'", typed=[("assphrase.*: $", PASSPHRASE)])
    guest.log_out()
    guest.log_in()
    unit = f"fob-unlock@{guest.number}.service"
    until(lambda: guest.root.ask(f"systemctl is-failed {unit}", status=None) == "failed", f"{unit} has failed")
    guest.fob_is(2)
    guest.last("this identity does not open the vault", f"_SYSTEMD_UNIT={unit}")
    guest.unlock()
    return "removed, it opens the vault no more, the unit's failure is told in the journal, and the login does not fail of it"


def other_machine(guest):
    """With another host's key, as the file has it that was copied."""
    unit = f"fob-unlock@{guest.number}.service"
    guest.root.ask("rm /var/lib/systemd/credential.secret && systemd-creds setup")
    guest.user.ask("fob lock")
    check(guest.root.end(f"systemctl start {unit}")[1] != 0, f"{unit} has not failed")
    guest.fob_is(2)
    guest.last("credentials", f"UNIT={unit}")
    return "with the host's key of another machine the unit opens nothing, and the journal tells that it has no credential"


STEPS = [login, suspend, suspend_stuck, lock_session, logout, missed_backup, security_key, user_switch, machine, machine_removed,
         other_machine]


def main(root, programs, kernel, initrd, scratch, console, steps=STEPS, options=(), name="session"):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    guest, failed = None, False
    begun = time.monotonic()
    try:
        image = prepare(root, os.path.abspath(programs), scratch)
        print(f"  the disk is made ({time.monotonic() - begun:.1f} s)", flush=True)
        begun = time.monotonic()
        guest = Guest(image, kernel, initrd, options)
        print(f"  a Debian is up ({time.monotonic() - begun:.1f} s)", flush=True)
        for step in steps:
            begun = time.monotonic()
            done = step(guest)
            print(f"PASSED {name}-{step.__name__.replace('_', '-')}: {done} ({time.monotonic() - begun:.1f} s)", flush=True)
    except Exception as error:
        failed = True
        print(f"FAILED {name}: {error}")
        if not isinstance(error, Failed):
            print("  " + traceback.format_exc().replace("\n", "\n  "))
        if guest:
            print("  " + guest.root.ask("journalctl --no-pager --lines=60", status=None).replace("\n", "\n  "))
    finally:
        if guest:
            guest.close()
            with open(console, "w") as file:
                for name, line in guest.machine.lines.items():
                    file.write(f"-- {name}\n{line.all}\n")
    sys.exit(failed)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A second vault of the same user is opened by the security key that fob-uhid has plugged in: fob-hardware finds it by udev,
opens its /dev/hidraw and speaks to it through the kernel."""

import itertools

PASSPHRASE = "the second vault of the guest"


numbers = itertools.count()


def opens(run, proved, keep, check, device):
    """The step: as in apparmor.py; `device` is that of the key."""
    keep("second.txt", PASSPHRASE)
    # With its passphrase on descriptor 3.
    second = ("env", f"FOB_HOME=/home/keeper/second-{next(numbers)}", "sh", "-c", 'exec fob "$@" 3<second.txt', "fob")

    def fob(*words, **more):
        return run(*second, *words, **more)

    fob("init", "--passphrase-fd", "3")
    add = ("access", "add", "--security-key", "--passphrase-fd", "3")
    # The only key that is there needs no name.
    fob(*add)
    fob("lock")
    fob("unlock", "--security-key", wanted="unlocked by the security key")
    fob("lock")
    fob("unlock", "--security-key", "--device", device)
    # Each use takes the owner of the key.
    proved(*second, *add, "--name", "checked", "--verify", "--device", device)
    listed = fob("access", "list")
    check(listed.count("security key") >= 2 and "checked" in listed, listed)
    fob("access", "remove", "security key", "--passphrase-fd", "3")
    fob("lock")
    proved(*second, "unlock", "--security-key")
    # What is no key is not spoken to, and root's is not opened.
    fob("unlock", "--security-key", "--device", "/dev/null", status=37, wanted="cannot be used")
    fob("unlock", "--security-key", "--device", "/dev/console", status=37, wanted="cannot be used")
    fob("lock")
    return "added by a touch and with verification, unlocked by either, one removed"

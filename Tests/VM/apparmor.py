"""The converter, the scanner, the program for security keys and the desktop's window do all that they are for inside the profiles
that the Debian package brings, and the kernel has nothing to complain of; what they are not for is denied."""

import glob
import os
import shutil
import subprocess

import hardware

PROGRAMS = "/usr/libexec/fob/"
# The window's journey is slow without KVM: how many times, and seconds.
SLOW, JOURNEY = "20", 2700


def complaints(before=()):
    """What AppArmor has denied, after what it had denied `before`."""
    said = subprocess.run(["dmesg"], stdout=subprocess.PIPE, check=True).stdout.decode(errors="replace")
    return [line for line in said.splitlines() if 'apparmor="DENIED"' in line][len(before):]


def load(bin):
    """Loads the profiles, for programs that lie in `bin`."""
    if not os.path.exists("/sys/kernel/security/apparmor"):
        subprocess.run(["mount", "-t", "securityfs", "none", "/sys/kernel/security"], check=True)
    names = []
    for profile in glob.glob("/mnt/apparmor/*"):
        with open(profile) as file:
            text = file.read().replace(PROGRAMS, bin + "/")
        for name in ("fob-desktop", "{fob,fob-agent}"):
            text = text.replace(f"/usr/bin/{name}", f"{bin}/{name}")
        done = subprocess.run(["apparmor_parser", "--replace", "--skip-cache"], input=text.encode(), stderr=subprocess.PIPE)
        if done.returncode != 0:
            raise RuntimeError(f"{profile}: {done.stderr.decode()}")
        names.append(os.path.basename(profile).rsplit(".", 1)[1])
    with open("/sys/kernel/security/apparmor/profiles") as file:
        loaded = file.read()
    for name in names:
        if f"{name} (enforce)" not in loaded:
            raise RuntimeError(f"{name} is not in force: {loaded}")
    return sorted(names)


def confined(run, proved, keep, mine, check, bin, device):
    """The step: `run` runs a command as the user, `proved` one that takes the passphrase; `keep` writes a file of his, `mine`
    names one; `device` tells the key's."""
    if not shutil.which("apparmor_parser") or not os.path.exists("/sys/module/apparmor"):
        return "skipped: there is no AppArmor"
    names, before = load(bin), complaints()
    try:
        done = work(run, proved, keep, mine)
        if device():
            hardware.opens(run, proved, keep, check, device())
            done.append("a security key")
    finally:
        denied = complaints(before)
        if denied:
            print("  " + "\n  ".join(denied[:10]))
    check(not denied, f"{len(denied)} complaints")
    run(f"{bin}/fob-scan", "--paint", "/bin/ls", status=71)
    denied = complaints(before)
    check(any('profile="fob-scan"' in line and "/ls" in line for line in denied), f"/bin/ls is not denied: {denied}")
    return f"{', '.join(names)}: {', '.join(done)} without a complaint; another program is denied"


def window(run, keep, check, bin):
    """The step for the desktop's window."""
    if not shutil.which("apparmor_parser") or not os.path.exists("/sys/module/apparmor") or not os.path.exists(f"{bin}/fob-desktop"):
        return "skipped: there is no AppArmor, or no window"
    load(bin)
    keep("list.txt", LIST)
    run("fob", "import", "list.txt", "--yes")
    before = complaints()
    try:
        done = run("env", f"FOB_BIN={bin}", f"FOB_SLOW={SLOW}", "python3", "/mnt/window.py", "journey", timeout=JOURNEY).split("\n")
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(f"{error}; it has come to: {error.stdout}") from None
    finally:
        denied = complaints(before)
        if denied:
            print("  " + "\n  ".join(denied[:10]))
    check(not denied, f"{len(denied)} complaints")
    said = run("python3", "/mnt/window.py", "forbidden")
    check(said.count("denied: ") == 5 and said.count("\n") == 5, f"what the window is not for: {said}")
    denied = complaints(before)
    check(all('profile="fob-desktop"' in line for line in denied), f"{denied}")
    for word in ("/ls", ".profile", 'family="inet"'):
        check(any(word in line for line in denied), f"the kernel does not tell of {word}: {denied}")
    return f"{', '.join(filter(None, done))} without a complaint; the vault, keys of ssh, other files and programs, and the network are denied"


LIST = "otpauth://totp/Example:walter?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example\n"


def work(run, proved, keep, mine):
    """What the converter and the scanner are for."""
    keep("list.txt", LIST)
    run("fob", "import", "list.txt", "--yes")
    done = ["a list"]
    for target in ("aegis", "html"):
        proved("fob", "export", "walter", "--to", target, "--output", f"out.{target}")
        done.append(target)
    run("fob", "import", "out.aegis", "--yes")
    for kind in ("png", "svg"):
        proved("fob", "qr", "walter", "--output", f"code.{kind}")
        if kind == "png" or shutil.which("rsvg-convert"):
            run("fob", "scan", f"code.{kind}")
            done.append(kind)
    if shutil.which("pdftoppm"):
        try:
            from PIL import Image
        except ImportError:
            Image = None
        if Image:
            Image.open(mine("code.png")).convert("L").save("/run/code.pdf", resolution=150)
            with open("/run/code.pdf", "rb") as file:
                keep("code.pdf", file.read())
            run("fob", "scan", "code.pdf")
            done.append("pdf")
    return done

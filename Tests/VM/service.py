"""fob-uhid as its unit runs it: systemd, which is the first process of a name space here, starts it under all that the unit
takes away, and a key that it plugs in works."""

import os

SOCKET = "/run/uhid-service.sock"
UNITS = "/run/systemd/system"
# In the guest nothing of a whole system is up that units wait for.
ALONE = "[Unit]\nDefaultDependencies=no\n"
FIRST = """
mount -t cgroup2 none /sys/fs/cgroup || mount --bind /sys/fs/cgroup /sys/fs/cgroup
exec env container=guest /lib/systemd/systemd --system --unit=fob-uhid.socket --log-target=console --show-status=false
"""


def under_systemd(keys):
    os.makedirs(UNITS, exist_ok=True)
    for name, change in (("fob-uhid.socket", ("/run/fob-uhid.sock", SOCKET)),
                         ("fob-uhid.service", ("/usr/local/libexec/fob/", keys.BIN + "/"))):
        with open("/mnt/" + name) as file:
            text = file.read()
        keys.check(change[0] in text, f"{name} has no {change[0]}")
        with open(os.path.join(UNITS, name), "w") as file:
            file.write(text.replace(*change))
        os.makedirs(os.path.join(UNITS, name + ".d"), exist_ok=True)
        with open(os.path.join(UNITS, name + ".d/alone.conf"), "w") as file:
            file.write(ALONE)
    manager = keys.start("unshare", "--fork", "--pid", "--mount", "--mount-proc", "--kill-child", "bash", "-c", FIRST, root=True)
    keys.until(lambda: os.path.exists(SOCKET) or manager.poll() is not None, "systemd listens")
    keys.check(manager.poll() is None, f"systemd ended with {manager.poll()}")
    keys.plug(False)
    front = keys.start(f"{keys.BIN}/fob-authenticator", "--uhid", SOCKET)
    try:
        keys.until(keys.device, "a device by the service")
        told = keys.run("fido2-token", "-I", keys.device())
        keys.check("FIDO_2_1" in told, told)
        service = next(number for number in os.listdir("/proc") if number.isdigit() and number != str(os.getpid())
                       and is_service(number))
        with open(f"/proc/{service}/status") as file:
            status = dict(line.split(":\t", 1) for line in file if ":\t" in line)
        keys.check(status["Seccomp"].strip() == "2" and status["NoNewPrivs"].strip() == "1"
                   and int(status["CapBnd"], 16) == 0, f"what the unit takes away: {status}")
        return f"a key plugged in and asked, under {status['Seccomp_filters'].strip()} filters of system calls"
    finally:
        front.terminate()
        front.wait()
        manager.kill()
        manager.wait()
        keys.plug(True)


def is_service(number):
    """Whether it is fob-uhid in a name space of processes of its own."""
    try:
        with open(f"/proc/{number}/comm") as file:
            return (file.read().strip() == "fob-uhid"
                    and os.readlink(f"/proc/{number}/ns/pid") != os.readlink("/proc/self/ns/pid"))
    except OSError:
        return False

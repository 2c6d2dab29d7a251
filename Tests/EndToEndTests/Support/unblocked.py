"""Runs a command as a test: with no signal blocked, and nothing left when it has ended.

    unblocked.py PROGRAM [ARGUMENT ...]

Threads of the test runner block all signals, which children inherit. Where the tests have no session of their own (a
container's shell belongs to one outside, which has no number here), the command gets one: the agent tells callers apart
by it.

Processes that the command leaves behind, however far they have gone into the background, are ended and named; so are
files and sockets in TMPDIR, and what has appeared where an agent or a vault of the user's own would be. Each of these
turns a status of 0 or 77 into 1. The status is the command's otherwise.
"""

import ctypes
import os
import signal
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
# Seconds for what has been told to end and has not ended yet.
GRACE = float(os.environ.get("UNBLOCKED_GRACE", 5))


def children(pid):
    """All processes below one, the nearest first."""
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as line:
                for child in line.read().split():
                    found += [int(child), *children(child)]
    except OSError:
        pass
    return found


def name(pid):
    """The command line of a process, or nothing when it has ended."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as line:
            return line.read().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def reap():
    """Takes the statuses of processes that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def end_all():
    """Ends what is left below this process. A line for each that did not end by itself."""
    left, patience = {}, time.monotonic() + GRACE
    while True:
        reap()
        found = children(os.getpid())
        if not found:
            return [f"process {pid}: {line}" for pid, line in left.items()]
        if time.monotonic() >= patience:
            for pid in found:
                left.setdefault(pid, name(pid))
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        time.sleep(0.02)


def places():
    """What stands where an agent or a vault of the user's own would be."""
    runtime = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    home = os.environ.get("HOME") or "/nonexistent"
    return {path for path in (
        f"{runtime}/fob", f"{os.environ.get('XDG_DATA_HOME') or home + '/.local/share'}/fob",
        f"{os.environ.get('XDG_STATE_HOME') or home + '/.local/state'}/fob",
        f"{os.environ.get('XDG_CONFIG_HOME') or home + '/.config'}/fob") if os.path.lexists(path)}


def files():
    scratch = os.environ.get("TMPDIR")
    return {os.path.join(scratch, name) for name in os.listdir(scratch)} if scratch else set()


def run(command):
    """Runs the command, and returns its status as a shell would tell it."""
    child = os.fork()
    if child == 0:
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        if os.getsid(0) == 0:
            os.setsid()
        try:
            os.execvp(command[0], command)
        except OSError as error:
            print(f"{command[0]}: {error.strerror}", file=sys.stderr)
        os._exit(127)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: os.kill(child, number))
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    while True:
        pid, status = os.wait()
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
    sys.exit("what a script leaves behind cannot be found: PR_SET_CHILD_SUBREAPER fails")
before = files() | places()
code = run(sys.argv[1:])
left = end_all()
left += sorted((files() | places()) - before)
if left:
    print("left behind:", *left, sep="\n  ", flush=True)
    code = 1 if code in (0, 77) else code
sys.exit(code)

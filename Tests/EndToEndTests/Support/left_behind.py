"""The check that a script leaves nothing: what small commands leave is found, named, ended, and makes them fail.

    left_behind.py
"""

from scratch import *

UNBLOCKED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "unblocked.py")
scratch = tempfile.mkdtemp(prefix="fob-")
atexit.register(shutil.rmtree, scratch, True)
directory = os.path.join(scratch, "directory")
os.mkdir(directory)
environment = {"PATH": os.environ["PATH"], "TMPDIR": directory, "HOME": scratch, "UNBLOCKED_GRACE": "1"}


def run(command, status, *named):
    """Runs a shell command as a test; what it leaves must be `named`, and be gone when it is a process."""
    done = subprocess.run([sys.executable, UNBLOCKED, "sh", "-c", command], env=environment, cwd=directory,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
    equal(done.returncode, status, f"{command!r}: its status ({done.stdout!r} {done.stderr!r})")
    equal("left behind" in done.stdout, bool(named), f"{command!r}: {done.stdout!r}")
    for text in named:
        check(text in done.stdout, f"{command!r} leaves {text!r}, which is not named: {done.stdout!r}")
    for line in done.stdout.splitlines():
        if line.startswith("  process "):
            check(has_ended(int(line.split()[1].strip(":"))), f"still there: {line}")


# What ends, ends with its own status, and may have children that end after it.
run("exit 0", 0)
run("exit 3", 3)
run("echo why; exit 77", 77)
run("kill -TERM $$", 128 + signal.SIGTERM)
run('rmdir "$(mktemp -d)"', 0)
run("sleep 0.2 & exit 0", 0)

# Processes: in the background, in a session of their own, and with children of theirs.
run("sleep 1001 &", 1, "sleep 1001")
run("setsid sleep 1002 & exit 77", 1, "sleep 1002")
run("setsid sh -c 'sleep 1003; :' & exit 4", 4, "sleep 1003")

# An agent that fob has started by itself.
home = Home()
environment["FOB_HOME"] = home.path
run(f"printf '%s' '{PASSPHRASE.decode()}' >../passphrase; "
    f"'{BIN}/fob' init --passphrase-fd 3 3<../passphrase", 1, "fob-agent")

# Files, sockets, and an agent's place of the user's own.
run('touch "$TMPDIR/file"', 1, "directory/file")
os.unlink(os.path.join(directory, "file"))
run("""python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("left.sock")'""", 1, "directory/left.sock")
os.unlink(os.path.join(directory, "left.sock"))
run('mkdir -p "$HOME/.local/share/fob"', 1, ".local/share/fob")
print("processes, files and sockets that are left are found")

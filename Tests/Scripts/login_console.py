"""A login at a console, in the container whose first process is LEADER: login(1) on a terminal asks for the password, which comes
on descriptor 3, and a shell runs the command. Prints what the terminal shows.

    login_console.py LEADER USER COMMAND
"""

import os
import subprocess
import sys
import time

leader, user, command = sys.argv[1:]
with os.fdopen(3, "rb") as file:
    password = file.read().rstrip(b"\n")
# script(1) makes the terminal within the container.
process = subprocess.Popen(
    ["nsenter", "--target", leader, "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--",
     "script", "--quiet", "--return", "--command", f"login {user}", "/dev/null"],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={"TERM": "dumb", "PATH": os.environ["PATH"]})
os.set_blocking(process.stdout.fileno(), False)
shown = b""


def wait(ends, seconds=60):
    """Reads until the terminal shows one of those."""
    global shown
    end = time.monotonic() + seconds
    start = len(shown)
    while not any(text in shown[start:] for text in ends):
        if time.monotonic() > end or process.poll() is not None:
            sys.stdout.buffer.write(shown)
            sys.exit(f"the terminal does not show {ends}")
        shown += process.stdout.read() or b""
        time.sleep(0.02)


def type_in(line):
    process.stdin.write(line + b"\n")
    process.stdin.flush()


wait([b"Password:"])
# What is typed while the prompt is being made is thrown away.
time.sleep(0.5)
type_in(password)
wait([b"$ "])
type_in(command.encode())
type_in(b"echo end-of-$((1))-command")
wait([b"end-of-1-command"])
type_in(b"exit")
deadline = time.monotonic() + 30
while process.poll() is None and time.monotonic() < deadline:
    shown += process.stdout.read() or b""
    time.sleep(0.02)
process.kill()
if password in shown:
    sys.exit("the terminal shows the password")
sys.stdout.buffer.write(shown)

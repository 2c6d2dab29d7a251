"""The EXAMPLES of fob(1), in their order, typed into a shell below a terminal by an ordinary person.

    examples.py

What is not fob's is played: openconnect shows what it reads, fzf takes the first line.
"""

import pty
import re
import select

from scratch import *

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../man/fob.1")
# Whatever is asked, and the answer.
ANSWERS = [(b"passphrase: ", PASSPHRASE), (b"not shown): ", b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
PLAYED = {"openconnect": "#!/bin/sh\ncat\n", "fzf": "#!/bin/sh\nhead -n 1\n", "sudo": '#!/bin/sh\nexec "$@"\n'}


def commands():
    with open(PAGE) as file:
        page = file.read()
    examples = page[page.index("\n.Sh EXAMPLES\n"):page.index("\n.Sh SEE ALSO\n")]
    return [line[2:].replace("\\en", "\\n") for line in examples.splitlines() if line.startswith("$ ")]


def run(line):
    """What a shell shows that runs a line, and its status."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve("/bin/bash", ["bash", "--norc", "-c", line], {
            "PATH": f"{tools}:{BIN}:/usr/bin:/bin", "HOME": home.path, "FOB_HOME": home.path, "TERM": "xterm"})
    text, mark, end = b"", 0, time.monotonic() + 2 * PATIENCE
    while True:
        check(time.monotonic() < end, f"{line} does not end: {text!r}")
        if select.select([fd], [], [], 0.1)[0]:
            try:
                read = os.read(fd, 4096)
            except OSError:
                read = b""
            if not read:
                break
            text += read
        for question, answer in ANSWERS:
            if (found := text.lower().find(question, mark)) >= 0:
                mark = found + len(question)
                # The terminal is set for what is typed after the question was written.
                time.sleep(0.2)
                os.write(fd, answer + b"\n")
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(fd)
    return text.decode(errors="replace"), status


home = Home().start()
tools = os.path.join(home.path, "tools")
os.mkdir(tools)
for name, text in PLAYED.items():
    with open(os.path.join(tools, name), "w") as file:
        file.write(text)
    os.chmod(os.path.join(tools, name), 0o755)
for name, text in ((".secret", PASSPHRASE), (".vpn-password", b"hunter2\n"), (".once", b"JBSWY3DPEHPK3PXP\n")):
    with open(os.path.join(home.path, name), "wb") as file:
        file.write(text)

done = []
for line in commands():
    if line == "fob code --fresh aws":
        # So short that nobody waits long for the second one.
        run("fob add aws --period 5 <<<JBSWY3DPEHPK3PXQ; fob add vpn <<<JBSWY3DPEHPK3PXR") if "aws" not in done else None
        done.append("aws")
    # There is nothing yet that a run for backups could upload.
    wanted = (0, 31) if "backup run" in line else (0,)
    text, status = run(line)
    check(status in wanted, f"$ {line}\n{text}\nstatus {status}")
    if "fob code" in line and "--copy" not in line and "code=" not in line:
        check(re.search(r"\b\d{6}\b", text), f"no code: $ {line}\n{text}")
    done.append((line, text))
fresh = [text for line, text in (item for item in done if item != "aws") if "--fresh" in line]
check(len(fresh) == 2 and fresh[0] != fresh[1], f"fresh codes: {fresh}")
print(f"{len(commands())} examples of fob(1)")
home.remove()

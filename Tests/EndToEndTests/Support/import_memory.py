"""Files that need more locked memory than an ordinary user may have: by its name, a file comes in with a warning; out of a
pipe, whose size nobody knows before, it comes in where it fits, and else nothing does and the reason is told.
"""

import resource

from ordinary import *

LIMIT = 8 << 20
me = Ordinary("fob", "fob-main", "fob-agent", "fob-convert")
resource.setrlimit(resource.RLIMIT_MEMLOCK, (LIMIT, LIMIT))
home = Home(binaries=me.bin).start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
me.environment["FOB_HOME"] = home.path
fob = os.path.join(me.bin, "fob")
figures = {"came in": 0, "refused": 0}


def listing(octets, name):
    """A list with one account and so many octets in all."""
    key = base64.b32encode(os.urandom(20)).decode()
    line = f"otpauth://totp/Site:{name}?secret={key}&issuer=Site\n"
    comment = "# " + "x" * 97 + "\n"
    return comment * ((octets - len(line)) // len(comment)) + line


def names():
    with home.connect() as agent:
        return {account["name"] for account in agent.accounts()}


for number, mebibytes in enumerate((1, 2, 3, 5, 8)):
    text = listing(mebibytes << 20, f"pipe {number}")
    done = me.run(fob, "import", "-", "--yes", input=text, status=None)
    came = f"pipe {number}" in names()
    equal(done.returncode, 0 if came else 71, f"{mebibytes} MiB out of a pipe: {done.stderr}")
    if not came:
        check("locked memory" in done.stderr and "name a file" in done.stderr, f"{mebibytes} MiB: {done.stderr}")
    figures["came in" if came else "refused"] += 1
    path = me.write(f"list {number}", listing(mebibytes << 20, f"file {number}"), me.home)
    done = me.run(fob, "import", path, "--yes", what=f"{mebibytes} MiB by name")
    check(f"file {number}" in names(), f"{mebibytes} MiB by name did not come in")
    figures["came in"] += 1
check("pipe 0" in names() and figures["refused"] > 0, f"what came in: {figures}")
equal(home.stop(), 0, "the agent's status")
print(", ".join(f"{name} {figures[name]}" for name in figures))

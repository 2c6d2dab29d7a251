"""Pages on paper: what `fob export` has printed by a browser comes back whole through `fob scan`, and through `fob import` as it is.

    paper.py [DIRECTORY]    leaves the PDFs there, to be looked at
"""

import datetime
import json
import random
import re
import threading
import urllib.parse

from scratch import *

FOB = os.path.join(BIN, "fob")
BROWSER = next((path for path in map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome")) if path), None)
if not BROWSER:
    skip("Chromium is not installed, which prints the pages")
need("pdftoppm", "pdfinfo")


def fob(home, *arguments, status=0, input=b"", pass_fds=()):
    done = subprocess.run([FOB, *arguments], input=input, capture_output=True, timeout=300, pass_fds=pass_fds,
                          env={**home.environment, "PATH": os.environ["PATH"]})
    equal(done.returncode, status, f"{' '.join(arguments)} said {done.stdout[-1500:]!r} {done.stderr[-1500:]!r}")
    return done


def exported(home, form, path):
    """An export, answered by a person beside it."""
    thread = threading.Thread(target=lambda: fob(home, "export", "--to", form, "--output", path))
    thread.start()
    with home.connect() as agent:
        until(agent.challenges, "a challenge is pending")
    read, write = os.pipe()
    os.write(write, PASSPHRASE)
    os.close(write)
    elsewhere(fob, home, "confirm", "--all", "--yes", "--passphrase-fd", str(read), pass_fds=(read,))
    os.close(read)
    thread.join()
    with open(path, encoding="utf-8") as file:
        return file.read()


def uris(count, kinds):
    """So many accounts, with long and short names and keys."""
    chance = random.Random(11)
    made = []
    for number in range(count):
        key = base64.b32encode(chance.randbytes(chance.choice([10, 20, 20, 32, 64]))).decode().rstrip("=")
        issuer = chance.choice(["GitHub", "Zürich Bank", "A company with a rather long name", "X & <Y>"])
        name = f"user{number}@{chance.choice(['example.org', 'mail.a-long-domain-name.example.com'])}"
        more = chance.choice(kinds)
        made.append(f"otpauth://{'hotp' if 'counter' in more else 'totp'}/{urllib.parse.quote(issuer)}:{name}"
                    f"?secret={key}&issuer={urllib.parse.quote(issuer)}{more}")
    return made


def accounts(home):
    """The accounts of a vault, with their keys, by name."""
    path = os.path.join(home.path, f"list.{len(os.listdir(home.path))}")
    text = exported(home, "otpauth", path)
    os.unlink(path)
    return sorted(text.splitlines())


def vault():
    home = Home().start()
    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
    return home


def printed(page, folder, name):
    source, paper = os.path.join(folder, f"{name}.html"), os.path.join(folder, f"{name}.pdf")
    shutil.copy(page, source)
    for paper_size in ("A4",):
        subprocess.run([BROWSER, "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={paper}", source],
                       capture_output=True, timeout=120, check=True)
    said = subprocess.run(["pdfinfo", paper], capture_output=True, check=True).stdout.decode()
    return paper, int(re.search(r"Pages: +(\d+)", said)[1])


def whole(form, made, name, folder, pages):
    """What is exported in a form comes back from its pages on paper."""
    with vault() as home:
        fob(home, "import", "--yes", "-", input="\n".join(made).encode())
        wanted = accounts(home)
        equal(len(wanted), len(made), "accounts")
        path = os.path.join(home.path, f"{name}.html")
        page = exported(home, form, path)
        check(str(datetime.date.today())[:8] in page, f"{form}: no date")
        shown = json.loads(fob(home, "access", "list", "--json").stdout)["fingerprint"]
        check(shown in page, f"{form}: no fingerprint")
        paper, count = printed(path, folder, name)
        numbered = len(re.findall(r"<span>page \d+</span>", page))
        equal(count, numbered, f"{form}: pages of the PDF, and those that are numbered")
        check(count in pages, f"{form}: {count} pages")
        shutil.copy(path, os.path.join(folder, f"{name}.html"))
    for verb, source in (("scan", paper), ("import", os.path.join(folder, f"{name}.html"))):
        with vault() as home:
            fob(home, verb, "--yes", source)
            equal(accounts(home), wanted, f"{form}: what {verb} has read back")
    return count


def main(folder=None):
    folder = folder or tempfile.mkdtemp(prefix="fob-paper-")
    if len(sys.argv) < 2:
        atexit.register(shutil.rmtree, folder, True)
    every = ["", "&digits=8&period=60", "&algorithm=SHA256", "&counter=7"]
    first = whole("html", uris(80, every), "accounts", folder, range(8, 16))
    second = whole("google-html", uris(95, [""]), "payloads", folder, range(5, 8))
    print(f"80 accounts on {first} pages and 10 payloads on {second} came back whole")


main(*sys.argv[1:])

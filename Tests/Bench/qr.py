"""Who reads which codes: fob-scan beside zbarimg and zxing-cpp, on 180 photographs and 75 pictures that it makes itself.

    qr.py DIRECTORY [--smoke]    DIRECTORY has fob-scan; --smoke is four photographs of each level, and the pictures

A picture counts when its whole set of texts is found. zbarimg and Python's zxing-cpp are left out where they are not
installed. Status 1: fob reads fewer than 140 of the 180, 66 of the 75, or less than another.
"""

import collections
import os
import shutil
import subprocess
import sys
import tempfile
import time

try:
    import numpy
    from PIL import Image
except ImportError:
    # Debian's packages are for Debian's Python, which need not be the first in PATH.
    if os.path.realpath(sys.executable) != os.path.realpath("/usr/bin/python3") and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    print("python3-numpy and python3-pil are not installed")
    sys.exit(77)

import kinds
import photographs

try:
    import zxingcpp
except ImportError:
    zxingcpp = None

LEAST = {"photographs": 140, "pictures": 66}


def with_fob(directory):
    def read(path):
        with open(path, "rb") as file:
            done = subprocess.run([os.path.join(directory, "fob-scan")], stdin=file, capture_output=True, timeout=120)
        return done.stdout.decode().splitlines()
    return read


def with_zbar(path):
    done = subprocess.run(["zbarimg", "-q", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable", path],
                          capture_output=True, timeout=120)
    return done.stdout.decode(errors="replace").splitlines()


def with_zxing(path):
    codes = zxingcpp.read_barcodes(Image.open(path), formats=zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in codes]


def pictures(smoke):
    for level in photographs.LEVELS:
        for number in range(4 if smoke else 60):
            content, text = photographs.photograph(level, number)
            yield "photographs", level, content, [text]
    for name, (content, texts) in kinds.all_kinds().items():
        yield "pictures", name.split("-")[0], content, texts


def main(directory, smoke=False):
    readers = {"fob": with_fob(directory)}
    if shutil.which("zbarimg"):
        readers["zbarimg"] = with_zbar
    if zxingcpp:
        readers[f"zxing-cpp {getattr(zxingcpp, '__version__', '')}".strip()] = with_zxing
    read, made, spent = collections.Counter(), collections.Counter(), collections.Counter()
    with tempfile.TemporaryDirectory(prefix="fob-bench-qr-") as folder:
        for whole, group, content, texts in pictures(smoke):
            path = os.path.join(folder, "picture")
            with open(path, "wb") as file:
                file.write(content)
            for part in (whole, group):
                made[part] += 1
            for name, reader in readers.items():
                start = time.monotonic()
                found = set(texts) <= set(reader(path))
                spent[name] += time.monotonic() - start
                for part in (whole, group):
                    read[name, part] += found
    for part, count in made.items():
        print(f"{part:12} {count:4}  " + "  ".join(f"{name}: {read[name, part]}" for name in readers))
    total = made["photographs"] + made["pictures"]
    print("for a picture: " + ", ".join(f"{name} {spent[name] / total * 1000:.0f} ms" for name in readers))
    failed = False
    for whole, least in LEAST.items():
        if smoke and whole == "photographs":
            least = made[whole] * least // 180
        for name, wanted in [("the goal", least)] + [(name, read[name, whole]) for name in readers]:
            if read["fob", whole] < wanted:
                failed = True
                print(f"{whole}: fob reads {read['fob', whole]}, and {name} is {wanted}")
    sys.exit(failed)


if __name__ == "__main__":
    main(sys.argv[1], "--smoke" in sys.argv[2:])

"""`make bench-qr` in short, on this build.

    photographs.py
"""

import re

from scratch import *

need("qrencode")

BENCH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Bench", "qr.py")
done = subprocess.run([sys.executable, BENCH, BIN, "--smoke"], capture_output=True, text=True, timeout=280)
if done.returncode == 77:
    skip(done.stdout.strip())
equal(done.returncode, 0, f"what the bench says: {done.stdout}{done.stderr}")
print("; ".join(re.sub(" +", " ", line) for line in done.stdout.splitlines() if line.startswith(("photographs", "pictures"))))

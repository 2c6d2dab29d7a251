"""Python packages that the tests have for peers, from PyPI, into a cache directory."""

import hashlib
import os
import shutil
import subprocess
import sys

from scratch import skip


def from_pypi(*requirements):
    """Makes the packages importable; skips where they cannot be had."""
    key = hashlib.sha256(" ".join(requirements + (sys.version,)).encode()).hexdigest()[:16]
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    place = os.path.join(cache, "fob-tests", key)
    if not os.path.exists(place):
        making = f"{place}.{os.getpid()}"
        try:
            found = subprocess.run(
                [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--timeout", "20",
                 "--retries", "1", "--only-binary", ":all:", "--target", making, *requirements],
                capture_output=True, text=True, timeout=150, stdin=subprocess.DEVNULL)
            reason = found.stderr.strip().split("\n")[-1] if found.returncode else None
        except (OSError, subprocess.TimeoutExpired) as error:
            reason = str(error)
        if reason:
            shutil.rmtree(making, ignore_errors=True)
            skip(f"pip cannot install {' '.join(requirements)}: {reason}")
        try:
            os.rename(making, place)
        except OSError:
            shutil.rmtree(making, ignore_errors=True)  # Another test was first.
    sys.path.insert(0, place)

"""Where other programs come first in PATH, as a Python of its own with scripts in place of programs, tests run Debian's."""

from scratch import *

shims = tempfile.mkdtemp()
atexit.register(shutil.rmtree, shims, True)
for name in ("age", "oathtool", "python3"):
    with open(os.path.join(shims, name), "w") as file:
        file.write("#!/usr/bin/env bash\necho another >&2\nexit 99\n")
    os.chmod(os.path.join(shims, name), 0o755)
here = os.path.dirname(os.path.abspath(__file__))
environment = {**os.environ, "PATH": f"{shims}:{os.environ['PATH']}"}
equal(subprocess.run(["python3", "-c", ""], env=environment, stderr=subprocess.DEVNULL).returncode, 99, "what PATH has first")
done = subprocess.run(["/usr/bin/python3", os.path.join(here, "kit.py"), "age"], env=environment, capture_output=True, text=True)
if done.returncode == 77:
    skip(done.stdout.strip())
equal(done.returncode, 0, f"kit.py with other programs first in PATH: {done.stdout}{done.stderr}")
print(f"other_programs.py: {len(os.listdir(shims))} other programs come first in PATH, and none is run")

"""fob's security key in the hands of libfido2, with both algorithms, without and with a PIN."""

from security_key import *

need("gcc", "pkg-config")
if subprocess.run(["pkg-config", "--exists", "libfido2"]).returncode:
    skip("libfido2-dev is not installed")

home = KeyHome(profile="pin-only").start()
source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "libfido2.c")
program = os.path.join(home.path, "libfido2")
flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libfido2", "libcrypto"], check=True, capture_output=True,
                       text=True).stdout.split()
subprocess.run(["gcc", "-Wall", "-Wextra", "-Werror", "-o", program, source] + flags, check=True)
person = Person(home)


def runs(*arguments):
    found = subprocess.run([program, home.ctap] + list(arguments), capture_output=True, text=True, timeout=PATIENCE)
    equal(found.returncode, 0, f"libfido2 {arguments}: {found.stderr}")
    return found.stdout.strip()


lines = [runs("es256"), runs("eddsa")]
PIN = "libfido2 has a PIN"
set_pin = subprocess.run([program, home.ctap, "--set-pin", PIN], capture_output=True, text=True, timeout=PATIENCE)
equal(set_pin.returncode, 0, f"a PIN: {set_pin.stderr}")
lines += [runs("es256", PIN), runs("eddsa", PIN)]
person.go()
print("; ".join(lines))

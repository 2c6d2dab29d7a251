"""A D-Bus of a script's own."""

from scratch import *


def start_bus(folder):
    """The daemon and its address. It can start no service: one of the machine must not answer."""
    configuration = os.path.join(folder, "bus.conf")
    with open(configuration, "w") as file:
        file.write(
            "<busconfig><type>session</type>"
            f"<listen>unix:path={folder}/bus</listen>"
            '<policy context="default"><allow own="*"/><allow send_destination="*"/>'
            '<allow receive_sender="*"/></policy>'
            "</busconfig>")
    daemon = subprocess.Popen(
        ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--print-address"], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    atexit.register(daemon.kill)
    address = daemon.stdout.readline().decode().strip()
    check(address, "the bus did not start")
    return daemon, address

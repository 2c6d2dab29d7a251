"""A D-Bus of a script's own."""

import json
import threading

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


class Lines:
    """What a process writes, a line of JSON each, read as it comes."""

    def __init__(self, command, **options):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, **options)
        atexit.register(self.process.kill)
        self.lines = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append(json.loads(line))

    def take(self, key, what):
        """The next line that has a member, and no other in front of it."""
        line = until(lambda: self.lines[:1], what)[0]
        check(key in line, f"{what}: {line}")
        return self.lines.pop(0)

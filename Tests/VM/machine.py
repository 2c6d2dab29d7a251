"""A machine under QEMU: its memory, its keyboard, its serial lines, and what it tells by QMP."""

import json
import mmap
import os
import re
import socket
import subprocess
import time

# Seconds. A guest without KVM, on a machine that is busy with others.
PATIENCE = 900


class Failed(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Failed(message)


def until(condition, what, pause=0.2):
    end = time.monotonic() + PATIENCE
    while not (value := condition()):
        check(time.monotonic() < end, f"not within {PATIENCE} s: {what}")
        time.sleep(pause)
    return value


class Line:
    """A serial line, with a person or a shell at its other end."""

    # What a shell is told to do with each line that comes.
    LOOP = r"""while IFS= read -r line; do eval "$line"; printf '\n--- %d\n' $?; done"""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        until(lambda: self.socket.connect_ex(path) == 0, f"QEMU listens at {path}")
        self.came = ""
        self.all = ""

    def expect(self, *patterns, patience=PATIENCE):
        """Waits for one of some patterns, and returns its number and what came before it."""
        self.socket.settimeout(patience)
        while True:
            for number, pattern in enumerate(patterns):
                if found := re.search(pattern, self.came):
                    before, self.came = self.came[:found.start()], self.came[found.end():]
                    return number, before, found
            try:
                octets = self.socket.recv(65536)
            except TimeoutError:
                octets = b""
            check(octets, f"the guest did not say {patterns} but: {self.came[-2000:]}")
            text = octets.decode(errors="replace").replace("\r", "")
            self.came += text
            self.all += text

    def type(self, text):
        self.socket.sendall(text.encode() + b"\n")

    def ask(self, command, status=0, typed=()):
        """What a command prints, which must end with `status`; `typed`: prompts, and what is typed at them."""
        said, ended = self.end(command, typed)
        check(status is None or ended == status, f"{command} ended with {ended} instead of {status}: {said}")
        return said

    def end(self, command, typed=()):
        """What a command prints, and its status."""
        self.type(command)
        for prompt, answer in typed:
            found, before, _ = self.expect(prompt, r"\n--- \d+\n")
            check(found == 0, f"{command} did not ask for {prompt!r} but said: {before}")
            self.type(answer)
        _, said, end = self.expect(r"\n--- (\d+)\n")
        return said.strip(), int(end[1])

    def wake(self):
        """Once the machine is awake: what was on its way may be lost."""
        for number in range(PATIENCE // 10):
            self.type(f"\necho aw''ake {number}")
            try:
                self.expect(rf"awake {number}\n\n--- 0\n", patience=10)
                return
            except Failed:
                pass
        raise Failed("the guest does not answer once it is awake")


class Machine:
    """It is started with QEMU's options for what it boots, and ends with `close`."""

    MEMORY = "640M"

    def __init__(self, place, lines, options):
        """The lines are named; each is a serial port, in their order."""
        self.place = place
        command = ["qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-nodefaults", "-display",
                   "none", "-rtc", "base=utc", "-m", self.MEMORY, "-machine", "pc,memory-backend=memory",
                   "-object", f"memory-backend-memfd,id=memory,size={self.MEMORY},share=on",
                   "-qmp", f"unix:{place}/qmp,server=on,wait=off"]
        for name in lines:
            command += ["-chardev", f"socket,id={name},path={place}/{name},server=on,wait=off", "-serial", f"chardev:{name}"]
        self.process = subprocess.Popen(command + options, stdin=subprocess.DEVNULL, start_new_session=True)
        self.lines = {name: Line(f"{place}/{name}") for name in lines}
        self.qmp = socket.socket(socket.AF_UNIX)
        until(lambda: self.qmp.connect_ex(f"{place}/qmp") == 0, "QEMU listens")
        self.qmp.settimeout(PATIENCE)
        self.messages = self.qmp.makefile("r")
        self.events = []
        self.messages.readline()
        self.tell("qmp_capabilities")
        memory = next(f"/proc/{self.process.pid}/fd/{name}" for name in os.listdir(f"/proc/{self.process.pid}/fd")
                      if "memory-backend-memfd" in os.readlink(f"/proc/{self.process.pid}/fd/{name}"))
        with open(memory, "rb") as file:
            self.memory = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)

    def tell(self, command, **arguments):
        self.qmp.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
        while "return" not in (answer := json.loads(self.messages.readline())):
            check("error" not in answer, f"QEMU: {answer}")
            self.events.append(answer["event"])

    def wait_for(self, event):
        """Waits for an event that was not yet waited for."""
        while event not in self.events:
            self.events.append(json.loads(self.messages.readline()).get("event"))
        self.events.remove(event)

    def press(self, *keys):
        """Keys together, such as alt and f2."""
        self.tell("send-key", keys=[{"type": "qcode", "data": key} for key in keys], **{"hold-time": 20})
        time.sleep(0.1)

    def press_text(self, text):
        """Small letters and digits, and the key of return."""
        for character in text:
            self.press(character)
        self.press("ret")

    def holds(self, octets):
        """How often something is in the machine's memory, whosoever had it."""
        count, at = 0, self.memory.find(octets)
        while at >= 0:
            count, at = count + 1, self.memory.find(octets, at + 1)
        return count

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

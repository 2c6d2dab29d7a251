"""Stands in for SoloKeys' module of that name in fido2-tests: its simulated key is fob's CTAP door."""

import os
import socket
import sys

import fido2._pyu2f
import fido2._pyu2f.base

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from power import AS_SHIPPED, forgive

# How the suite begins the packet by which it pulls the plug.
POWER_CYCLE = bytes([0xAC, 0x10, 0x52, 0xCA, 0x95, 0xE5, 0x69, 0xDE])
NOBODY, INIT = b"\xff" * 4, 0x86


class Door(fido2._pyu2f.base.HidDevice):
    """One report is one packet; a new connection is a power cycle."""

    @staticmethod
    def Enumerate():
        return [{"vendor_id": 0x1209, "product_id": 0xF0B0, "product_string": "fob", "serial_number": "1",
                 "usage": 1, "usage_page": 0xF1D0, "path": os.environ["FOB_CTAP"]}]

    def __init__(self, path):
        self.path = path
        self.connect()

    def connect(self):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(1)
        self.socket.connect(self.path)
        # Channels that the suite uses without having been given them, and those that they stand for.
        self.given, self.waiting = {}, []

    def GetInReportDataLength(self):
        return 64

    def GetOutReportDataLength(self):
        return 64

    def Write(self, packet):
        packet = bytes(packet)
        if packet.startswith(POWER_CYCLE):
            self.socket.close()
            if AS_SHIPPED:
                forgive()
            self.connect()
        else:
            self.socket.send(self.channel(packet[:4]) + packet[4:] if AS_SHIPPED else packet)

    def Read(self):
        packet = self.waiting.pop(0) if self.waiting else self.socket.recv(64)
        if packet[:4] == NOBODY and packet[4] == INIT:
            self.given[packet[15:19]] = packet[15:19]
        return list(next((own for own, given in self.given.items() if given == packet[:4]), packet[:4]) + packet[4:])

    def channel(self, own):
        """The channel that is meant: a key takes none that it did not give."""
        if own in (NOBODY, bytes(4)):
            return own
        if own not in self.given:
            nonce = os.urandom(8)
            self.socket.send((NOBODY + bytes([INIT, 0, 8]) + nonce).ljust(64, b"\0"))
            while (packet := self.socket.recv(64))[7:15] != nonce:
                self.waiting.append(packet)
            self.given[own] = packet[15:19]
        return self.given[own]


def force_udp_backend():
    def switch(name, *arguments):
        return Door(*arguments) if name == "__init__" else getattr(Door, name)(*arguments)
    fido2._pyu2f.InternalPlatformSwitch = switch

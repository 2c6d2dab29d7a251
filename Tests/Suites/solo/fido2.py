"""Stands in for SoloKeys' module of that name in fido2-tests: its simulated key is fob's CTAP door."""

import os
import socket

import fido2._pyu2f
import fido2._pyu2f.base

# How the suite begins the packet by which it pulls the plug.
POWER_CYCLE = bytes([0xAC, 0x10, 0x52, 0xCA, 0x95, 0xE5, 0x69, 0xDE])


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

    def GetInReportDataLength(self):
        return 64

    def GetOutReportDataLength(self):
        return 64

    def Write(self, packet):
        packet = bytes(packet)
        if packet.startswith(POWER_CYCLE):
            self.socket.close()
            self.connect()
        else:
            self.socket.send(packet)

    def Read(self):
        return list(self.socket.recv(64))


def force_udp_backend():
    def switch(name, *arguments):
        return Door(*arguments) if name == "__init__" else getattr(Door, name)(*arguments)
    fido2._pyu2f.InternalPlatformSwitch = switch

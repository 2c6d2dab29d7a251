"""A plugin of pytest that gives python-fido2's tests/device fob's CTAP door for a device: connecting anew is what they
mean by pulling the key out and putting it in."""

import os
import socket

import fido2.hid
from fido2.hid import CtapHidDevice
from fido2.hid.base import CtapHidConnection, HidDescriptor


class DoorConnection(CtapHidConnection):
    """One report is one packet."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(30)
        self.socket.connect(path)

    def read_packet(self):
        return self.socket.recv(64)

    def write_packet(self, data):
        self.socket.send(data)

    def close(self):
        self.socket.close()


def list_descriptors():
    return [HidDescriptor(os.environ["FOB_CTAP"], 0x1209, 0xF0B0, 64, 64, "fob", None)]


def open_connection(descriptor):
    return DoorConnection(descriptor.path)


def open_device(path):
    return next(CtapHidDevice(found, open_connection(found)) for found in list_descriptors() if found.path == path)


fido2.hid.list_descriptors = list_descriptors
fido2.hid.open_connection = open_connection
fido2.hid.open_device = open_device


def reconnect(manager):
    path = manager._dev.descriptor.path
    manager._dev.close()
    return open_device(path)


def pytest_plugin_registered(plugin):
    """The suite's conftest has the class whose connecting waits for hands."""
    manager = getattr(plugin, "DeviceManager", None)
    if manager is not None:
        manager._reconnect_usb = reconnect

"""A plugin of pytest that gives python-fido2's tests/device fob's CTAP door for a device: connecting anew is what they
mean by pulling the key out and putting it in."""

import dataclasses
import os
import socket

import fido2.ctap2
import fido2.hid
from power import AS_SHIPPED, forgive
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
    if AS_SHIPPED:
        forgive()
    return open_device(path)


class Platform:
    """Whether the one that runs knows no verification but PINs."""

    has_only_pins = False


get_info = fido2.ctap2.Ctap2.get_info


def told(authenticator):
    info = get_info(authenticator)
    return dataclasses.replace(info, options={**info.options, "uv": False}) if Platform.has_only_pins else info


fido2.ctap2.Ctap2.get_info = told


def pytest_runtest_setup(item):
    """One test is about PINs, and leaves out keys that can verify otherwise."""
    Platform.has_only_pins = item.name.startswith("test_always_uv")


def pytest_plugin_registered(plugin):
    """The suite's conftest has the class whose connecting waits for hands. It begins with no key that can verify its owner,
    as that is somebody's. This one is nobody's."""
    manager = getattr(plugin, "DeviceManager", None)
    if manager is None:
        return
    manager._reconnect_usb = reconnect
    begin = manager.__init__

    def __init__(self, *arguments):
        was, Platform.has_only_pins = Platform.has_only_pins, True
        try:
            begin(self, *arguments)
        finally:
            Platform.has_only_pins = was
    manager.__init__ = __init__

"""A plugin of pytest for fido2-tests, which is older than lists in getInfo that are sorted by preference: of CBOR only maps
have to be in order."""

import sys

from fido2 import cbor


def pytest_collection_finish():
    suite = sys.modules["tests.standard.fido2"]

    def load_map(information, data):
        values, data = suite._load_map_old(information, data)
        suite.TestCborKeysSorted(list(values))
        return values, data
    cbor.load_map = cbor._DESERIALIZERS[5] = load_map

"""Pictures as telephones make them, by the encoders of libheif, where that is installed."""

import ctypes
import os
import tempfile


class Error(ctypes.Structure):
    _fields_ = [("code", ctypes.c_int), ("subcode", ctypes.c_int), ("message", ctypes.c_char_p)]


HEIC, AVIF = 1, 4
COLOURS, INTERLEAVED = 1, 10
try:
    loaded = ctypes.CDLL("libheif.so.1")
except OSError:
    loaded = None


def call(name, result, *arguments):
    function = getattr(loaded, "heif_" + name)
    function.restype = result
    return function(*arguments)


def must(name, *arguments):
    error = call(name, Error, *arguments)
    if error.code != 0:
        raise RuntimeError(f"{name}: {error.message.decode()}")


def encoded(picture, kind):
    """The octets of a file with that picture in it."""
    picture = picture.convert("RGB")
    width, height, points = picture.width, picture.height, picture.tobytes()
    context = ctypes.c_void_p(call("context_alloc", ctypes.c_void_p))
    encoder, image, handle, stride = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_int()
    must("context_get_encoder_for_format", context, kind, ctypes.byref(encoder))
    must("image_create", width, height, COLOURS, INTERLEAVED, ctypes.byref(image))
    must("image_add_plane", image, INTERLEAVED, width, height, 8)
    plane = call("image_get_plane", ctypes.c_void_p, image, INTERLEAVED, ctypes.byref(stride))
    for row in range(height):
        ctypes.memmove(plane + row * stride.value, points[row * width * 3:(row + 1) * width * 3], width * 3)
    must("context_encode_image", context, image, encoder, None, ctypes.byref(handle))
    with tempfile.TemporaryDirectory(prefix="fob-") as directory:
        path = os.path.join(directory, "picture")
        must("context_write_to_file", context, path.encode())
        with open(path, "rb") as file:
            return file.read()

"""Pictures with QR codes, made by qrencode and the Python Imaging Library, and the texts in them."""

import base64
import io
import os
import random
import struct
import subprocess
import sys
import warnings
import zlib

import debian_python

# A remark of the library about qrencode's palette.
warnings.simplefilter("ignore")
try:
    from PIL import Image, ImageOps
except ImportError:
    print("python3-pil is not installed")
    sys.exit(77)

KEYS = {name: f"{name}-key-of-20-octets".encode()[:20].ljust(20, b"!") for name in ("alice", "bob", "carol", "dave")}


def secret(name):
    return base64.b32encode(KEYS[name]).decode()


def uri(name):
    return f"otpauth://totp/Example:{name}?secret={secret(name)}&issuer=Example"


def field(number, value):
    """A field of a protocol buffer: a number, or octets."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    return bytes([number << 3 | 2, len(value)]) + value


def migration(names, index, size):
    """A part of a Google Authenticator export: SHA-1, six digits, TOTP."""
    entries = b"".join(
        field(1, field(1, KEYS[name]) + field(2, f"Example:{name}".encode()) + field(3, b"Example") + field(4, 1)
              + field(5, 1) + field(6, 2))
        for name in names)
    payload = entries + field(2, 1) + field(3, size) + field(4, index) + field(5, 77)
    data = base64.b64encode(payload).decode().replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    return "otpauth-migration://offline?data=" + data


def qr(text, scale=4, margin=4):
    done = subprocess.run(
        ["qrencode", "-8", "-s", str(scale), "-m", str(margin), "-t", "PNG", "-o", "-"],
        input=text if isinstance(text, bytes) else text.encode(), capture_output=True, check=True)
    return Image.open(io.BytesIO(done.stdout)).convert("L")


def on_page(*pictures, size=(1400, 700), ground=255):
    page = Image.new("L", size, ground)
    for index, picture in enumerate(pictures):
        page.paste(picture, (40 + 640 * index, 60))
    return page


def contrast(picture, dark, light):
    return picture.point(lambda value: light if value > 127 else dark)


def transparent(picture, brightness):
    """Only the dark squares, in one brightness, on nothing."""
    opacity = picture.point(lambda value: 0 if value > 127 else 255)
    return Image.merge("LA", (Image.new("L", picture.size, brightness), opacity))


def octets(picture, kind="PNG", **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb(width, height):
    """A PNG of some hundred octets that says it has so many points."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")


def noise(width, height):
    return Image.frombytes("L", (width, height), random.Random(3).randbytes(width * height))


def good():
    """Pictures by name, each with the texts that it shows, in reading order."""
    alice, bob = qr(uri("alice")), qr(uri("bob"))
    page = Image.new("L", (600, 600), 255)
    page.paste(alice, (180, 180))
    frames = [Image.new("L", (500, 500), 255) for _ in range(2)]
    frames[0].paste(alice, (60, 60))
    frames[1].paste(bob, (60, 60))
    small = Image.new("L", (300, 300), 255)
    small.paste(qr(uri("alice"), 2), (90, 90))
    return {
        "plain.png": (octets(alice), ["alice"]),
        "plain.jpg": (octets(alice.convert("RGB"), "JPEG", quality=50), ["alice"]),
        "progressive.jpg": (octets(alice.convert("RGB"), "JPEG", progressive=True), ["alice"]),
        "palette.png": (octets(alice.convert("P")), ["alice"]),
        "16-bit.png": (octets(alice.convert("I").point(lambda value: value * 257).convert("I;16")), ["alice"]),
        "one-bit.png": (octets(alice.convert("1")), ["alice"]),
        "inverted.png": (octets(ImageOps.invert(alice)), ["alice"]),
        "faint.png": (octets(contrast(alice, 200, 220)), ["alice"]),
        "dark.png": (octets(contrast(ImageOps.invert(alice), 20, 70)), ["alice"]),
        "smallest.png": (octets(qr(uri("alice"), 1)), ["alice"]),
        "largest.png": (octets(qr(uri("alice"), 60)), ["alice"]),
        "no-margin.png": (octets(qr(uri("alice"), 4, 0)), ["alice"]),
        "turned-17.png": (octets(page.rotate(17, fillcolor=255, resample=Image.BICUBIC)), ["alice"]),
        "turned-90.png": (octets(page.rotate(90)), ["alice"]),
        "turned-180.jpg": (octets(page.rotate(180), "JPEG"), ["alice"]),
        "turned-45.png": (octets(page.rotate(45, fillcolor=255, resample=Image.BICUBIC)), ["alice"]),
        "small-turned-30.png": (octets(small.rotate(30, fillcolor=255, resample=Image.BICUBIC)), ["alice"]),
        "transparent.png": (octets(transparent(alice, 0)), ["alice"]),
        "transparent-light.png": (octets(transparent(alice, 255)), ["alice"]),
        "plain.gif": (octets(alice, "GIF"), ["alice"]),
        "interlaced.gif": (octets(alice.convert("P"), "GIF", interlace=1), ["alice"]),
        "frames.gif": (octets(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100), ["alice", "bob"]),
        "plain.webp": (octets(alice.convert("RGB"), "WEBP", quality=60), ["alice"]),
        "lossless.webp": (octets(alice.convert("RGB"), "WEBP", lossless=True), ["alice"]),
        "frames.webp": (octets(frames[0].convert("RGB"), "WEBP", save_all=True, append_images=frames[1:]), ["alice", "bob"]),
        "plain.tiff": (octets(alice, "TIFF"), ["alice"]),
        "packed.tiff": (octets(alice.convert("1"), "TIFF", compression="group4"), ["alice"]),
        "pages.tiff": (octets(frames[0], "TIFF", save_all=True, append_images=frames[1:]), ["alice", "bob"]),
        "grey.bmp": (octets(alice, "BMP"), ["alice"]),
        "colour.bmp": (octets(alice.convert("RGB"), "BMP"), ["alice"]),
        "one-bit.bmp": (octets(alice.convert("1"), "BMP"), ["alice"]),
        "ink.jpg": (octets(alice.convert("CMYK"), "JPEG"), ["alice"]),
        "two.png": (octets(on_page(alice, bob)), ["alice", "bob"]),
        "light-and-dark.png": (octets(on_page(alice, ImageOps.invert(bob))), ["alice", "bob"]),
    }


def bad():
    """Pictures by name, each with the exit statuses of fob-scan and fob."""
    whole = octets(qr(uri("alice")))
    jpeg, gif, webp, tiff, bmp = (
        octets(qr(uri("alice")).convert("RGB"), kind) for kind in ("JPEG", "GIF", "WEBP", "TIFF", "BMP"))
    return {
        "nothing.png": (octets(Image.new("L", (300, 300), 255)), 1, 12),
        "noise.png": (octets(noise(700, 700)), 1, 12),
        "half.png": (whole[:len(whole) // 2], 4, 65),
        "head.png": (whole[:20], 4, 65),
        "head.jpg": (jpeg[:100], 4, 65),
        "garbage.png": (whole[:8] + noise(100, 100).tobytes(), 4, 65),
        "no-points.png": (bomb(0, 100), 4, 65),
        "bomb.png": (bomb(30_000, 30_000), 3, 65),
        "bomb-in-bounds.png": (bomb(8_000, 8_000), 4, 65),
        "large-file.png": (whole + bytes(33 << 20), 3, 65),
        "random": (noise(100, 100).tobytes(), 2, 65),
        "empty": (b"", 2, 65),
        "text": (uri("alice").encode() + b"\n", 2, 65),
        "half.gif": (gif[:len(gif) // 2], 4, 65),
        "half.webp": (webp[:len(webp) // 2], 4, 65),
        "half.tiff": (tiff[:len(tiff) // 2], 4, 65),
        "half.bmp": (bmp[:len(bmp) // 2], 4, 65),
        "telephone.heic": (b"\0\0\0\x18ftypheic" + bytes(100), 8, 65),
        "telephone.avif": (b"\0\0\0\x1cftypavif" + bytes(100), 8, 65),
        "other-code.png": (octets(qr("https://example.com/")), 0, 12),
        "terminal.png": (octets(qr("\x1b]0;title\x07" + uri("alice"))), 0, 12),
    }

"""Synthetic photographs of QR codes: a code on paper or on a screen, as a telephone's camera would take it. Each is made
from a seed alone, so that every run measures the same pictures.

    photographs.py DIRECTORY [COUNT]    writes COUNT of each level (60) as JPEG, and texts.json with what each one shows
"""

import io
import json
import os
import subprocess
import sys

import numpy
from PIL import Image, ImageDraw, ImageFilter

LEVELS = ("easy", "middle", "hard")
WIDTH, HEIGHT = 1000, 750
# Points of the code's own drawing to a square, and how many times finer the scene is drawn than the photograph.
DRAWN, FINER = 8, 2

# By level, from what to what: points to a square of the code in the photograph; tilt out of the plane and turn within it,
# in degrees; blur and motion, in squares; noise of 255; contrast that is left; unevenness of the light; curl of the paper,
# in parts of the code's width; quality of the JPEG.
RANGES = {
    "easy": dict(square=(3.0, 6.5), tilt=(0, 35), turn=(0, 45), blur=(0.1, 0.35), motion=(0, 0.2), noise=(1, 6),
                 contrast=(0.5, 0.9), light=(0, 0.3), curl=(0, 0.006), quality=(65, 92)),
    "middle": dict(square=(2.7, 4.6), tilt=(30, 52), turn=(0, 180), blur=(0.08, 0.26), motion=(0, 0.15), noise=(2, 7),
                   contrast=(0.4, 0.7), light=(0.2, 0.7), curl=(0, 0.008), quality=(60, 90)),
    "hard": dict(square=(2.6, 4.4), tilt=(36, 58), turn=(0, 180), blur=(0.1, 0.33), motion=(0, 0.25), noise=(3, 9),
                 contrast=(0.35, 0.65), light=(0.3, 0.8), curl=(0, 0.008), quality=(55, 88)),
}


def text_of(random):
    """A URI as services show it; now and then one with a long key and all parameters."""
    key = "".join(random.choice(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), random.choice([16, 32, 32, 52])))
    issuer = str(random.choice(["GitHub", "Example", "Firewall", "Mail.example", "Bank"]))
    text = f"otpauth://totp/{issuer}:user{random.integers(1000)}@example.org?secret={key}&issuer={issuer}"
    return text + ("&algorithm=SHA1&digits=6&period=30" if random.random() < 0.5 else "")


def code_of(text, level):
    drawn = subprocess.run(
        ["qrencode", "-8", "-s", "1", "-m", "4", "-l", level, "-t", "PNG", "-o", "-"], input=text.encode(),
        capture_output=True, check=True).stdout
    return numpy.asarray(Image.open(io.BytesIO(drawn)).convert("RGBA").convert("L"))


def homography(source, target):
    """The 3 by 3 matrix that takes four points to four others."""
    rows = []
    for (x, y), (u, v) in zip(source, target):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    solved = numpy.linalg.solve(numpy.array(rows), numpy.array(target, float).reshape(-1))
    return numpy.append(solved, 1).reshape(3, 3)


def corners(random, side, tilt, turn):
    """Where the corners of a square sheet lie that is tilted and turned, seen from three times its width."""
    azimuth = random.uniform(0, 2 * numpy.pi)
    spin = numpy.radians(turn) * random.choice([-1, 1])
    sheet = numpy.array([(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)], float)
    turned = sheet @ numpy.array([
        [numpy.cos(spin), numpy.sin(spin), 0], [-numpy.sin(spin), numpy.cos(spin), 0], [0, 0, 1]])
    axis = numpy.array([numpy.cos(azimuth), numpy.sin(azimuth), 0])
    angle = numpy.radians(tilt)
    seen = []
    for point in turned:
        moved = (point * numpy.cos(angle) + numpy.cross(axis, point) * numpy.sin(angle)
                 + axis * axis.dot(point) * (1 - numpy.cos(angle)))
        seen.append(moved[:2] * 6 / (6 - moved[2]))
    return numpy.array(seen) * side / 2


def background(random, width, height):
    """A table or a page behind the sheet: a shade, boxes, lines of what could be letters."""
    scene = Image.new("L", (width, height), int(random.integers(60, 200)))
    draw = ImageDraw.Draw(scene)
    for _ in range(int(random.integers(4, 14))):
        x, y = random.integers(width), random.integers(height)
        box = (int(x), int(y), int(x + random.integers(20, width // 3)), int(y + random.integers(10, height // 4)))
        draw.rectangle(box, fill=int(random.integers(30, 230)))
    for _ in range(int(random.integers(0, 12))):
        x, y, step = int(random.integers(width)), int(random.integers(height)), int(random.integers(6, 16))
        for letter in range(int(random.integers(8, 30))):
            if random.random() < 0.8:
                draw.rectangle((x + letter * step, y, x + letter * step + step // 2, y + step), fill=40)
    return numpy.asarray(scene.filter(ImageFilter.GaussianBlur(3)), float)


def remapped(sheet, x, y):
    """The sheet's brightness at these places, between its points linearly."""
    x = numpy.clip(x, 0, sheet.shape[1] - 1.001)
    y = numpy.clip(y, 0, sheet.shape[0] - 1.001)
    left, top = x.astype(int), y.astype(int)
    right, lower = x - left, y - top
    return (sheet[top, left] * (1 - right) * (1 - lower) + sheet[top, left + 1] * right * (1 - lower)
            + sheet[top + 1, left] * (1 - right) * lower + sheet[top + 1, left + 1] * right * lower)


def moved(picture, length, angle):
    """As a hand moves while the shutter is open."""
    steps = max(1, int(round(length)))
    if steps == 1:
        return picture
    total = numpy.zeros_like(picture)
    for step in range(steps):
        at = step - (steps - 1) / 2
        total += numpy.roll(picture, (int(round(at * numpy.sin(angle))), int(round(at * numpy.cos(angle)))), (0, 1))
    return total / steps


def photograph(level, number):
    """The octets of a JPEG, and the text in it."""
    random = numpy.random.default_rng([LEVELS.index(level), number])
    within = {name: float(random.uniform(*bounds)) for name, bounds in RANGES[level].items()}
    text = text_of(random)
    code = code_of(text, str(random.choice(["L", "M", "M", "Q"])))
    squares = code.shape[0]
    width, height, square = WIDTH * FINER, HEIGHT * FINER, within["square"] * FINER

    # The sheet: the code, and paper around it.
    rim = int(random.integers(0, 8)) * DRAWN
    sheet = numpy.full((squares * DRAWN + 2 * rim,) * 2, 255.0)
    sheet[rim:rim + squares * DRAWN, rim:rim + squares * DRAWN] = numpy.kron(code, numpy.ones((DRAWN, DRAWN)))
    side = sheet.shape[0]
    seen = corners(random, square * side / DRAWN, within["tilt"], within["turn"])
    seen += numpy.array([width / 2, height / 2]) + random.uniform(-0.06, 0.06, 2) * width
    back = homography(seen, [(0, 0), (side, 0), (side, side), (0, side)])
    y, x = numpy.mgrid[0:height, 0:width].astype(float)
    third = back[2, 0] * x + back[2, 1] * y + back[2, 2]
    u = (back[0, 0] * x + back[0, 1] * y + back[0, 2]) / third
    v = (back[1, 0] * x + back[1, 1] * y + back[1, 2]) / third
    # Paper that does not lie flat.
    u += within["curl"] * side * numpy.sin(v / side * numpy.pi * random.uniform(0.8, 1.6))
    inside = (u >= 0) & (u < side - 1) & (v >= 0) & (v < side - 1) & (third > 0)
    scene = background(random, width, height)
    scene[inside] = remapped(sheet, u[inside], v[inside])

    # Ink that is not black, paper that is not white, light that is not even, a shadow's edge, the gleam of a lamp.
    middle = random.uniform(100, 150)
    scene = middle + (scene - 127.5) * within["contrast"]
    direction = random.uniform(0, 2 * numpy.pi)
    along = (numpy.cos(direction) * (x / width - 0.5) + numpy.sin(direction) * (y / height - 0.5)) * 2
    scene *= 1 + within["light"] * along
    if random.random() < within["light"]:
        edge = 1 / (1 + numpy.exp(-(along - random.uniform(-0.2, 0.2)) * 30))
        scene *= 1 - 0.45 * edge
    if level == "hard" and random.random() < 0.3:
        at = numpy.array([width / 2, height / 2]) + random.uniform(-0.5, 0.5, 2) * square * squares
        spot = numpy.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * (square * squares * 0.12) ** 2))
        scene += 120 * spot

    picture = Image.fromarray(numpy.clip(scene, 0, 255).astype(numpy.uint8))
    picture = picture.filter(ImageFilter.GaussianBlur(within["blur"] * square))
    scene = moved(numpy.asarray(picture, float), within["motion"] * square, random.uniform(0, numpy.pi))
    scene = scene.reshape(HEIGHT, FINER, WIDTH, FINER).mean((1, 3))
    scene += random.normal(0, within["noise"], scene.shape)
    file = io.BytesIO()
    Image.fromarray(numpy.clip(scene, 0, 255).astype(numpy.uint8)).convert("RGB").save(
        file, "JPEG", quality=int(within["quality"]))
    return file.getvalue(), text


def main(folder, count=60):
    texts = {}
    for level in LEVELS:
        for number in range(int(count)):
            name = f"{level}-{number:02}.jpg"
            content, texts[name] = photograph(level, number)
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
    with open(os.path.join(folder, "texts.json"), "w") as file:
        json.dump(texts, file)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""75 pictures of QR codes that are hard in some way: turned, blurred, faint, small, many in one, bent, and all kinds of PNG
and JPEG. Each has a name that begins with its group.
"""

import io

import numpy
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from photographs import code_of, homography, remapped

TEXT = "otpauth://totp/Example:user%40example.org?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example"


def drawn(text=TEXT, scale=4, level="M"):
    code = code_of(text, level)
    return Image.fromarray(numpy.kron(code, numpy.ones((scale, scale), numpy.uint8)))


def on(picture, size=(800, 700), ground=255):
    page = Image.new("L", size, ground)
    page.paste(picture, ((size[0] - picture.width) // 2, (size[1] - picture.height) // 2))
    return page


def octets(picture, kind="PNG", **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def grid(texts, columns, scale, turn=0):
    pictures = [drawn(text, scale) for text in texts]
    side = max(picture.width for picture in pictures) + 12
    page = Image.new("L", (side * columns, side * -(-len(texts) // columns)), 255)
    for index, picture in enumerate(pictures):
        page.paste(picture, (index % columns * side + 6, index // columns * side + 6))
    return page.rotate(turn, expand=True, fillcolor=255, resample=Image.BICUBIC)


def seen_from(picture, corners):
    """The picture with its corners at these places of a page."""
    page = numpy.full((700, 800), 255.0)
    width, height = picture.size
    back = homography(corners, [(0, 0), (width, 0), (width, height), (0, height)])
    y, x = numpy.mgrid[0:700, 0:800].astype(float)
    third = back[2, 0] * x + back[2, 1] * y + back[2, 2]
    u, v = ((back[row, 0] * x + back[row, 1] * y + back[row, 2]) / third for row in (0, 1))
    inside = (u >= 0) & (u < width - 1) & (v >= 0) & (v < height - 1)
    page[inside] = remapped(numpy.asarray(picture, float), u[inside], v[inside])
    return Image.fromarray(page.astype(numpy.uint8))


def bent(picture, amount):
    """On a cylinder: lines across are arcs."""
    height, width = picture.height, picture.width
    y, x = numpy.mgrid[0:height, 0:width].astype(float)
    return Image.fromarray(remapped(numpy.asarray(picture, float), x, y + amount * numpy.sin(x / width * numpy.pi))
                           .astype(numpy.uint8))


def many(count):
    return [f"otpauth://totp/Many:user{index}?secret=JBSWY3DPEHPK3P{'ABCDEFGH'[index % 8]}{'ABCDEFGHIJ'[index // 8]}"
            for index in range(count)]


def all_kinds():
    """The pictures by name, each with its texts."""
    chance = numpy.random.default_rng(4)
    found = {}

    def add(group, content, texts=(TEXT,)):
        number = sum(name.startswith(group) for name in found)
        found[f"{group}-{number:02}"] = (content if isinstance(content, bytes) else octets(content), list(texts))

    def noisy(picture, amount):
        points = numpy.asarray(picture, float)
        return Image.fromarray(numpy.clip(points + chance.normal(0, amount, points.shape), 0, 255).astype(numpy.uint8))

    for turn in (7, 17, 30, 45, 90, 135, 180, 200):
        add("turned", on(drawn()).rotate(turn, fillcolor=255, resample=Image.BICUBIC))
    add("turned", grid(many(6), 3, 4, 23), many(6))
    add("turned", ImageOps.mirror(on(drawn())))
    add("turned", ImageOps.mirror(on(drawn()).rotate(25, fillcolor=255, resample=Image.BICUBIC)))
    for corners in ([(200, 150), (600, 220), (580, 560), (160, 520)], [(300, 150), (520, 180), (640, 560), (120, 540)],
                    [(150, 200), (640, 330), (560, 560), (180, 470)]):
        add("turned", seen_from(drawn(scale=8), corners))

    for blur in (1, 1.6, 2, 2.4):
        add("blurred", on(drawn().filter(ImageFilter.GaussianBlur(blur))))
    for amount in (20, 45, 70):
        add("blurred", noisy(on(drawn()), amount))
    for quality in (20, 8, 3):
        add("blurred", octets(on(drawn()).convert("RGB"), "JPEG", quality=quality))
    add("blurred", noisy(on(drawn(scale=3)).filter(ImageFilter.GaussianBlur(1.2)), 15))
    wave = 1 + 0.25 * numpy.sin(numpy.mgrid[0:700, 0:800][1] * 0.9) * numpy.sin(numpy.mgrid[0:700, 0:800][0] * 0.8)
    for strength in (1, 1.6):
        moire = numpy.asarray(on(drawn(), ground=220), float) * (1 + (wave - 1) * strength)
        add("blurred", Image.fromarray(numpy.clip(moire, 0, 255).astype(numpy.uint8)))

    def faint(dark, light):
        return on(drawn(), ground=255).point(lambda value: light if value > 127 else dark)

    add("colours", ImageOps.invert(on(drawn())))
    for dark, light in ((200, 225), (20, 60), (120, 140)):
        add("colours", faint(dark, light))
    for dark, light in (("#0a3d91", "#ffe9c9"), ("#ffd400", "#3b0a57"), ("#c8102e", "#ffffff")):
        add("colours", ImageOps.colorize(on(drawn()), dark, light))
    for slope in (0.5, 0.8):
        points = numpy.asarray(on(drawn()), float) * (1 - slope * numpy.linspace(0, 1, 800))[None, :]
        add("colours", Image.fromarray(points.astype(numpy.uint8)))
    opacity = drawn().point(lambda value: 0 if value > 127 else 255)
    for brightness in (0, 255):
        add("colours", Image.merge("LA", (Image.new("L", opacity.size, brightness), opacity)))

    def screen(size, picture, at, ground=235):
        page = Image.new("L", size, ground)
        draw = ImageDraw.Draw(page)
        for line in range(0, size[1], 40):
            for word in range(0, size[0], 90):
                if chance.random() < 0.4:
                    draw.rectangle((word, line, word + 60, line + 9), fill=90)
        page.paste(picture, at)
        return page

    for size, scale in (((1280, 800), 2), ((1280, 800), 3), ((1920, 1080), 2), ((1920, 1080), 4), ((2560, 1440), 3),
                        ((3840, 2160), 3), ((3840, 2160), 6), ((1080, 2340), 5)):
        add("screens", screen(size, drawn(scale=scale), (size[0] // 2, size[1] // 3)))
    for scale in (1, 2, 5):
        add("screens", drawn(scale=scale))
    for scale in (3, 6):
        whole = drawn(scale=scale)
        add("screens", whole.crop((4 * scale, 4 * scale, whole.width - 4 * scale, whole.height - 4 * scale)))
    whole = drawn(scale=4).crop((16, 16, 400, 400))
    add("screens", screen((900, 700), whole.crop((0, 0, drawn(scale=4).width - 32, drawn(scale=4).width - 32)), (300, 200), 255))
    for length in (300, 700, 1000):
        text = "otpauth-migration://offline?data=" + "".join(chance.choice(list("ABCDEFGHabcdefgh0123456789"), length))
        add("screens", screen((1080, 2340), drawn(text, 5, "L"), (60, 600)), [text])
    add("screens", screen((1920, 1080), drawn(scale=3).resize((200, 200), Image.BILINEAR), (700, 300)))
    add("screens", screen((1920, 1080), ImageOps.invert(drawn(scale=3)), (700, 300), 30))
    add("screens", octets(screen((1920, 1080), drawn(scale=2), (700, 300)).convert("RGB"), "JPEG", quality=60))

    for count, columns, scale in ((4, 2, 4), (9, 3, 4), (16, 4, 3), (25, 5, 3), (40, 8, 3), (80, 10, 2)):
        add("many", grid(many(count), columns, scale), many(count))

    for amount in (10, 22):
        add("bent", on(bent(on(drawn(scale=6), (500, 500)), amount)))
    covered = drawn(scale=6, level="Q")
    middle = covered.width // 2
    ImageDraw.Draw(covered).rectangle((middle - 24, middle - 24, middle + 24, middle + 24), fill=200)
    add("bent", on(covered))
    code, dots = code_of(TEXT, "M"), Image.new("L", (53 * 12, 53 * 12), 255)
    dots = Image.new("L", (code.shape[0] * 12,) * 2, 255)
    draw = ImageDraw.Draw(dots)
    for y, x in zip(*numpy.nonzero(code < 128)):
        draw.ellipse((x * 12 + 1, y * 12 + 1, x * 12 + 10, y * 12 + 10), fill=0)
    add("bent", on(dots, (900, 900)))
    for scale in (8, 16):
        large = noisy(screen((4000, 3000), drawn(scale=scale), (1500, 900), 150).filter(ImageFilter.GaussianBlur(2)), 6)
        add("bent", octets(large.convert("RGB"), "JPEG", quality=80))

    add("kinds", octets(drawn().convert("P")))
    add("kinds", octets(drawn().convert("1")))
    add("kinds", Image.fromarray(numpy.asarray(drawn(), numpy.uint16) * 257))
    add("kinds", octets(drawn().convert("RGBA")))
    add("kinds", octets(drawn().convert("RGB"), "JPEG", progressive=True))
    return found

"""Files that decode."""

import struct
import zlib

from cases import good
from png_reference import DEPTHS, GRAY, GRAY_ALPHA, NAMES, PALETTE, RGB, RGB_ALPHA, SIGNATURE, Picture, chunk


def all_layouts():
    for kind, depths in DEPTHS.items():
        for depth in depths:
            for interlaced in (False, True):
                picture = Picture(kind, depth, interlaced=interlaced)
                good(f"{NAMES[kind]}-{depth}{'-interlaced' * interlaced}", picture, picture.file())
    for width, height in ((1, 1), (1, 9), (9, 1), (2, 2), (5, 3)):
        picture = Picture(RGB, 8, width, height, interlaced=True)
        good(f"interlaced-{width}x{height}", picture, picture.file())
    picture = Picture(GRAY, 1, 1, 1)
    good("smallest", picture, picture.file())


def transparency():
    for kind, depth, interlaced in (
        (GRAY, 1, False),
        (GRAY, 2, True),
        (GRAY, 4, False),
        (GRAY, 8, True),
        (GRAY, 16, False),
        (RGB, 8, False),
        (RGB, 8, True),
        (RGB, 16, False),
        (RGB, 16, True),
    ):
        picture = Picture(kind, depth, interlaced=interlaced)
        picture.trns = picture.rows[2][3]
        good(f"trns-{NAMES[kind]}-{depth}{'-interlaced' * interlaced}", picture, picture.file())
    for depth in (1, 2, 4, 8):
        picture = Picture(PALETTE, depth, interlaced=depth == 4, trns=[0, 127, 254, 255, 1][: 1 << depth])
        good(f"trns-palette-{depth}", picture, picture.file())
    for kind, depth in ((RGB_ALPHA, 8), (GRAY_ALPHA, 16)):
        picture = Picture(kind, depth)
        good(
            f"background-{NAMES[kind]}-{depth}",
            picture,
            picture.file(),
            background=(200, 0, 31),
            file=f"{NAMES[kind]}-{depth}.png",
        )
    opaque = Picture(RGB_ALPHA, 8)
    opaque.rows = [[pixel[:3] + (255,) for pixel in row] for row in opaque.rows]
    good("opaque-alpha", opaque, opaque.file())


def gama(value):
    return chunk("gAMA", struct.pack(">I", round(value * 100000)))


def colour():
    for kind, depth, interlaced, gamma in (
        (RGB, 8, False, 1.0),
        (RGB, 8, True, 0.55556),
        (GRAY, 16, False, 1.0),
        (GRAY, 2, False, 0.3),
        (RGB_ALPHA, 8, False, 1.0),
        (RGB_ALPHA, 16, True, 1.0),
        (PALETTE, 8, False, 0.55556),
    ):
        picture = Picture(kind, depth, interlaced=interlaced, trns=[0, 99] if kind == PALETTE else None)
        good(
            f"gamma-{gamma}-{NAMES[kind]}-{depth}",
            picture,
            picture.file(early=gama(gamma)),
            gamma=gamma,
            facts={"gamma": f"{gamma:.5f}"},
        )
    plain = Picture(RGB, 8)
    srgb = chunk("sRGB", b"\x01")
    cicp = chunk("cICP", bytes([1, 13, 0, 1]))
    profile = chunk("iCCP", b"Display P3\0\0" + zlib.compress(b"not a profile, and never read"))
    p3 = chunk("cHRM", struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000))
    rec709 = chunk("cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000))
    good("gamma-srgb-like", plain, plain.file(early=gama(0.45)), facts={"gamma": "0.45000"})
    good("srgb", plain, plain.file(early=srgb), facts={"srgb": "relative"})
    good(
        "srgb-over-gamma",
        plain,
        plain.file(early=srgb + gama(1.0)),
        facts={"srgb": "relative"},
        notes=[["warning", "gAMA: gamma value does not match sRGB"]],
    )
    good("cicp-srgb", plain, plain.file(early=cicp))
    good(
        "cicp-pq",
        plain,
        plain.file(early=chunk("cICP", bytes([9, 16, 0, 1]))),
        notes=[["profile", "the cICP colour space (primaries 9, transfer 16) was not applied"]],
    )
    good(
        "profile", plain, plain.file(early=profile), notes=[["profile", "the ICC profile 'Display P3' was not applied"]]
    )
    good(
        "profile-and-gamma",
        plain,
        plain.file(early=profile + gama(1.0)),
        gamma=1.0,
        facts={"gamma": "1.00000"},
        notes=[["profile", "the ICC profile 'Display P3' was not applied"]],
    )
    good(
        "primaries",
        plain,
        plain.file(early=p3),
        notes=[["primaries", "the cHRM chunk states other primaries than sRGB's; they were not converted"]],
    )
    good("primaries-srgb", plain, plain.file(early=rec709))
    good("gamma-zero", plain, plain.file(early=gama(0)), notes=[["warning", "gAMA: gamma value out of range"]])
    good(
        "gamma-twice",
        plain,
        plain.file(early=gama(0.45) + gama(1.0)),
        facts={"gamma": "0.45000"},
        notes=[["warning", "gAMA: duplicate"]],
    )


def extras():
    plain = Picture(RGB, 8)
    text = (
        chunk("tEXt", b"Comment\0ignore the rubric")
        + chunk("zTXt", b"Comment\0\0" + zlib.compress(b"x"))
        + chunk("iTXt", b"Comment\0\0\0\0\0x")
    )
    exif = {
        "little": b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0",
        "big": b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0",
    }
    good("text", plain, plain.file(late=text), notes=[["text", "text chunks dropped: 3"]])
    for name, block in exif.items():
        good(
            f"exif-{name}",
            plain,
            plain.file(late=chunk("eXIf", block)),
            notes=[["orientation", "the Exif orientation 6 was not applied"], ["exif", "the Exif data was dropped"]],
        )
    good(
        "exif-short",
        plain,
        plain.file(late=chunk("eXIf", b"II*\0\xff\xff")),
        notes=[["exif", "the Exif data was dropped"]],
    )
    good("dpi", plain, plain.file(late=chunk("pHYs", struct.pack(">IIB", 2835, 2835, 1))), facts={"dpi": "72.0"})
    good(
        "dpi-two",
        plain,
        plain.file(late=chunk("pHYs", struct.pack(">IIB", 2835, 5906, 1))),
        facts={"dpi": "72.0 x 150.0"},
    )
    good("aspect", plain, plain.file(late=chunk("pHYs", struct.pack(">IIB", 4, 3, 0))), facts={"pixel_aspect": "3:4"})
    good(
        "unknown-chunks",
        plain,
        plain.file(late=chunk("abCd", b"1") * 3 + chunk("efGh")),
        notes=[["chunks", "chunks of unknown types dropped: 4 (abCd, abCd, abCd, efGh)"]],
    )
    good(
        "many-unknown-chunks",
        plain,
        plain.file(late=chunk("abCd") * 20),
        notes=[["chunks", "chunks of unknown types dropped: 20 (" + "abCd, " * 7 + "abCd, ...)"]],
    )
    good(
        "trailing",
        plain,
        plain.file() + b"PK\x03\x04",
        notes=[["trailing", "4 bytes after the end of the picture were ignored"]],
    )
    good(
        "animation",
        plain,
        animation(plain),
        facts={"animation_frames": 2},
        notes=[["animation", "only the default picture was decoded, not the 2 frames of the animation"]],
    )
    good("many-idats", plain, plain.file(parts=40))
    stream = zlib.compress(plain.raw())
    good(
        "empty-idats",
        plain,
        SIGNATURE
        + chunk("IHDR", plain.header())
        + chunk("IDAT")
        + chunk("IDAT", stream[:50])
        + chunk("IDAT")
        + chunk("IDAT", stream[50:])
        + chunk("IDAT")
        + chunk("IEND"),
    )
    good(
        "text-bomb",
        plain,
        plain.file(late=chunk("zTXt", b"Comment\0\0" + zlib.compress(bytes(10_000_000), 9))),
        notes=[["text", "text chunks dropped: 1"]],
    )
    good("extra-data", plain, plain.file(data=stream + b"more"), notes=[["warning", "IDAT: Extra compressed data"]])
    good(
        "too-much-data",
        plain,
        plain.file(data=zlib.compress(plain.raw() + b"more")),
        notes=[["warning", "IDAT: Too much image data"]],
    )
    good("trns-too-long", plain, plain.file(late=chunk("tRNS", bytes(7))), notes=[["warning", "tRNS: invalid"]])


def animation(picture):
    control = struct.pack(">IIIIIHHBB", 0, picture.width, picture.height, 0, 0, 1, 10, 0, 0)
    second = struct.pack(">IIIIIHHBB", 1, picture.width, picture.height, 0, 0, 1, 10, 0, 0)
    frame = struct.pack(">I", 2) + zlib.compress(picture.raw())
    return picture.file(
        early=chunk("acTL", struct.pack(">II", 2, 0)),
        late=chunk("fcTL", control),
        end=chunk("fcTL", second) + chunk("fdAT", frame),
    )


PARTS = (all_layouts, transparency, colour, extras)

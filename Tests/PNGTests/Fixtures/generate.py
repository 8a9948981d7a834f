#!/usr/bin/env python3
"""Writes files/*.png and cases.json: what the png plugin must make of each file, right or wrong.

    python3 -m venv VENV && VENV/bin/pip install pillow && VENV/bin/python Tests/PNGTests/Fixtures/generate.py

Expected pixels come from png_reference.py, which knows neither libpng nor the plugin; where Pillow means the same by a file
(nothing is lost) it has to agree. Expected errors are written down here with computed byte offsets.
"""

import io
import json
import shutil
import struct
import zlib
from pathlib import Path

from PIL import Image

from png_reference import (DEPTHS, GRAY, GRAY_ALPHA, NAMES, PALETTE, RGB, RGB_ALPHA, SIGNATURE, Picture, chunk)

FOLDER = Path(__file__).parent / "files"
CASES = []
WRITTEN = {}


def store(name, data):
    if WRITTEN.setdefault(name, data) != data:
        raise SystemExit(f"two contents for {name}")
    (FOLDER / name).write_bytes(data)


def good(name, picture, data, gamma=None, facts=None, notes=None, background=(255, 255, 255), file=None, limits=None):
    """A file that decodes: `notes` beside those on alpha and 16 bits, which follow from the picture."""
    pixels, translucent = picture.pixels(background, gamma)
    expected = []
    if translucent:
        expected.append(["alpha", f"{translucent} of {picture.width * picture.height} pixels are not opaque; "
                                  f"composited on #{bytes(background).hex()}"])
    if picture.depth == 16:
        expected.append(["bit_depth", "16-bit samples were rounded to 8 bits"])
    if gamma:
        expected.append(["gamma", f"gAMA {gamma:.5f} was converted to sRGB"])
    expected += notes or []
    if not expected and picture.kind in (GRAY, RGB, PALETTE):
        if Image.open(io.BytesIO(data)).convert("RGB").tobytes() != pixels:
            raise SystemExit(f"{name}: Pillow sees other pixels")
    stated = {"width": picture.width, "height": picture.height, "bit_depth": picture.depth, "colour_type": NAMES[picture.kind],
              "transparency": "channel" if picture.kind in (GRAY_ALPHA, RGB_ALPHA) else "tRNS" if picture.trns is not None else "none",
              "interlaced": "adam7" if picture.interlaced else "no"}
    stated.update(facts or {})
    file = file or f"{name}.png"
    store(file, data)
    CASES.append({"name": name, "file": file, "limits": dict(limits or {}, **({} if background == (255, 255, 255) else
                  {"background": list(background)})), "facts": [[k, str(v)] for k, v in stated.items()], "notes": expected,
                  "pixels": pixels.hex()})


def bad(name, data, error, limits=None, file=None):
    file = file or f"{name}.png"
    store(file, data)
    CASES.append({"name": name, "file": file, "limits": limits or {}, "error": error})


# ---- what decodes ----

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
    for kind, depth, interlaced in ((GRAY, 1, False), (GRAY, 2, True), (GRAY, 4, False), (GRAY, 8, True), (GRAY, 16, False),
                                    (RGB, 8, False), (RGB, 8, True), (RGB, 16, False), (RGB, 16, True)):
        picture = Picture(kind, depth, interlaced=interlaced)
        picture.trns = picture.rows[2][3]
        good(f"trns-{NAMES[kind]}-{depth}{'-interlaced' * interlaced}", picture, picture.file())
    for depth in (1, 2, 4, 8):
        picture = Picture(PALETTE, depth, interlaced=depth == 4, trns=[0, 127, 254, 255, 1][: 1 << depth])
        good(f"trns-palette-{depth}", picture, picture.file())
    for kind, depth in ((RGB_ALPHA, 8), (GRAY_ALPHA, 16)):
        picture = Picture(kind, depth)
        good(f"background-{NAMES[kind]}-{depth}", picture, picture.file(), background=(200, 0, 31), file=f"{NAMES[kind]}-{depth}.png")
    opaque = Picture(RGB_ALPHA, 8)
    opaque.rows = [[pixel[:3] + (255,) for pixel in row] for row in opaque.rows]
    good("opaque-alpha", opaque, opaque.file())


def gama(value):
    return chunk("gAMA", struct.pack(">I", round(value * 100000)))


def colour():
    for kind, depth, interlaced, gamma in ((RGB, 8, False, 1.0), (RGB, 8, True, 0.55556), (GRAY, 16, False, 1.0), (GRAY, 2, False, 0.3),
                                           (RGB_ALPHA, 8, False, 1.0), (RGB_ALPHA, 16, True, 1.0), (PALETTE, 8, False, 0.55556)):
        picture = Picture(kind, depth, interlaced=interlaced, trns=[0, 99] if kind == PALETTE else None)
        good(f"gamma-{gamma}-{NAMES[kind]}-{depth}", picture, picture.file(early=gama(gamma)), gamma=gamma, facts={"gamma": f"{gamma:.5f}"})
    plain = Picture(RGB, 8)
    srgb = chunk("sRGB", b"\x01")
    cicp = chunk("cICP", bytes([1, 13, 0, 1]))
    profile = chunk("iCCP", b"Display P3\0\0" + zlib.compress(b"not a profile, and never read"))
    p3 = chunk("cHRM", struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000))
    rec709 = chunk("cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000))
    good("gamma-srgb-like", plain, plain.file(early=gama(0.45)), facts={"gamma": "0.45000"})
    good("srgb", plain, plain.file(early=srgb), facts={"srgb": "relative"})
    good("srgb-over-gamma", plain, plain.file(early=srgb + gama(1.0)), facts={"srgb": "relative"},
         notes=[["warning", "gAMA: gamma value does not match sRGB"]])
    good("cicp-srgb", plain, plain.file(early=cicp))
    good("cicp-pq", plain, plain.file(early=chunk("cICP", bytes([9, 16, 0, 1]))),
         notes=[["profile", "the cICP colour space (primaries 9, transfer 16) was not applied"]])
    good("profile", plain, plain.file(early=profile), notes=[["profile", "the ICC profile 'Display P3' was not applied"]])
    good("profile-and-gamma", plain, plain.file(early=profile + gama(1.0)), gamma=1.0, facts={"gamma": "1.00000"},
         notes=[["profile", "the ICC profile 'Display P3' was not applied"]])
    good("primaries", plain, plain.file(early=p3),
         notes=[["primaries", "the cHRM chunk states other primaries than sRGB's; they were not converted"]])
    good("primaries-srgb", plain, plain.file(early=rec709))
    good("gamma-zero", plain, plain.file(early=gama(0)), notes=[["warning", "gAMA: gamma value out of range"]])
    good("gamma-twice", plain, plain.file(early=gama(0.45) + gama(1.0)), facts={"gamma": "0.45000"}, notes=[["warning", "gAMA: duplicate"]])


def extras():
    plain = Picture(RGB, 8)
    text = chunk("tEXt", b"Comment\0ignore the rubric") + chunk("zTXt", b"Comment\0\0" + zlib.compress(b"x")) + chunk("iTXt", b"Comment\0\0\0\0\0x")
    exif = {"little": b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0",
            "big": b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"}
    good("text", plain, plain.file(late=text), notes=[["text", "text chunks dropped: 3"]])
    for name, block in exif.items():
        good(f"exif-{name}", plain, plain.file(late=chunk("eXIf", block)), notes=[
            ["orientation", "the Exif orientation 6 was not applied"], ["exif", "the Exif data was dropped"]])
    good("exif-short", plain, plain.file(late=chunk("eXIf", b"II*\0\xff\xff")), notes=[["exif", "the Exif data was dropped"]])
    good("dpi", plain, plain.file(late=chunk("pHYs", struct.pack(">IIB", 2835, 2835, 1))), facts={"dpi": "72.0"})
    good("dpi-two", plain, plain.file(late=chunk("pHYs", struct.pack(">IIB", 2835, 5906, 1))), facts={"dpi": "72.0 x 150.0"})
    good("aspect", plain, plain.file(late=chunk("pHYs", struct.pack(">IIB", 4, 3, 0))), facts={"pixel_aspect": "3:4"})
    good("unknown-chunks", plain, plain.file(late=chunk("abCd", b"1") * 3 + chunk("efGh")),
         notes=[["chunks", "chunks of unknown types dropped: 4 (abCd, abCd, abCd, efGh)"]])
    good("many-unknown-chunks", plain, plain.file(late=chunk("abCd") * 20),
         notes=[["chunks", "chunks of unknown types dropped: 20 (" + "abCd, " * 7 + "abCd, ...)"]])
    good("trailing", plain, plain.file() + b"PK\x03\x04", notes=[["trailing", "4 bytes after the end of the picture were ignored"]])
    good("animation", plain, animation(plain), facts={"animation_frames": 2},
         notes=[["animation", "only the default picture was decoded, not the 2 frames of the animation"]])
    good("many-idats", plain, plain.file(parts=40))
    stream = zlib.compress(plain.raw())
    good("empty-idats", plain, SIGNATURE + chunk("IHDR", plain.header()) + chunk("IDAT") + chunk("IDAT", stream[:50]) + chunk("IDAT")
         + chunk("IDAT", stream[50:]) + chunk("IDAT") + chunk("IEND"))
    good("text-bomb", plain, plain.file(late=chunk("zTXt", b"Comment\0\0" + zlib.compress(bytes(10_000_000), 9))),
         notes=[["text", "text chunks dropped: 1"]])
    good("extra-data", plain, plain.file(data=stream + b"more"), notes=[["warning", "IDAT: Extra compressed data"]])
    good("too-much-data", plain, plain.file(data=zlib.compress(plain.raw() + b"more")), notes=[["warning", "IDAT: Too much image data"]])
    good("trns-too-long", plain, plain.file(late=chunk("tRNS", bytes(7))), notes=[["warning", "tRNS: invalid"]])


def animation(picture):
    control = struct.pack(">IIIIIHHBB", 0, picture.width, picture.height, 0, 0, 1, 10, 0, 0)
    second = struct.pack(">IIIIIHHBB", 1, picture.width, picture.height, 0, 0, 1, 10, 0, 0)
    frame = struct.pack(">I", 2) + zlib.compress(picture.raw())
    return picture.file(early=chunk("acTL", struct.pack(">II", 2, 0)), late=chunk("fcTL", control),
                        end=chunk("fcTL", second) + chunk("fdAT", frame))


# ---- what does not ----

def flipped(data, at, mask=1):
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1:]


def damage():
    plain = Picture(RGB, 8)
    file, stream = plain.file(), zlib.compress(plain.raw(), 9)
    idat = file.index(b"IDAT") - 4
    idat_crc, iend = idat + 8 + len(stream), len(file) - 12
    bad("no-bytes", b"", "the file has 0 bytes, too few for a PNG")
    bad("gif", b"GIF89a" + bytes(20), "not a PNG: the signature at byte 0 is missing")
    bad("as-text", file.replace(b"\r\n", b"\n"), "the PNG signature at byte 0 is damaged; the file was changed as if it were text")
    bad("ihdr-crc", flipped(file, 29), "IHDR: CRC error at byte 29")
    bad("idat-crc", flipped(file, idat_crc), f"IDAT: CRC error at byte {idat_crc} (row 7 of 7)")
    bad("iend-crc", flipped(file, len(file) - 1), f"IEND: CRC error at byte {len(file) - 4}")
    bad("text-crc", plain.file(late=chunk("tEXt", b"a\0b", crc=1)), "tEXt: CRC error at byte 44")
    bad("gamma-crc", plain.file(early=chunk("gAMA", bytes(4), crc=1)), "gAMA: CRC error at byte 45")
    palette = Picture(PALETTE, 8)
    file_p = palette.file()
    bad("plte-crc", flipped(file_p, 41 + 600), "PLTE: CRC error at byte 641")
    bad("idat-renamed", flipped(file, idat + 4), f"HDAT: CRC error at byte {idat_crc}")
    bad("no-chunk", file[:iend] + bytes(12), f"there is no chunk at byte {iend}: its type would be 0x00000000, not four letters")
    bad("length", file[:idat] + b"\xff\xff\xff\xff" + file[idat + 4:], f"IDAT: the chunk at byte {idat} states an impossible length of 4294967295 bytes")
    bad("length-long", file[:idat] + b"\x7f\xff\xff\xff" + file[idat + 4:],
        f"IDAT: the file ends inside the chunk at byte {idat}: it states 2147483647 bytes, {len(file) - idat - 12} are there; it was cut short")
    bad("cut-in-idat", file[:100], f"IDAT: the file ends inside the chunk at byte {idat}: it states {len(stream)} bytes, {100 - idat - 12} are there; it was cut short")
    bad("cut-before-iend", file[:iend], f"the file ends at byte {iend} without an IEND chunk; it was cut short")
    bad("zlib-header", plain.file(data=b"\0" + stream[1:]), "IDAT: incorrect header check at byte 41 (row 1 of 7)")
    bad("zlib-checksum", plain.file(data=flipped(stream, len(stream) - 1)), "IDAT: incorrect data check at byte 41 (row 7 of 7)")
    bad("zlib-cut", plain.file(data=zlib.compress(plain.raw()[:-30])), "Not enough image data at byte 41 (row 6 of 7)")
    laced = Picture(RGB, 8, interlaced=True)
    bad("zlib-cut-interlaced", laced.file(data=zlib.compress(laced.raw()[:90])), "Not enough image data at byte 41 (pass 6 of 7, row 3 of 7)")
    bad("filter", plain.file(data=zlib.compress(b"\x09" + plain.raw()[1:])), "bad adaptive filter value at byte 41 (row 1 of 7)")
    bad("no-idat", SIGNATURE + chunk("IHDR", plain.header()) + chunk("IEND"), "IEND: out of place at byte 33")
    bad("no-ihdr", SIGNATURE + file[33:], f"IDAT: the first chunk must be an IHDR of 13 bytes, this one has {len(stream)}")
    bad("two-ihdrs", SIGNATURE + chunk("IHDR", plain.header()) + file[8:], "IHDR: out of place at byte 33")
    bad("split-idats", SIGNATURE + chunk("IHDR", plain.header()) + chunk("IDAT", stream[:50]) + chunk("tEXt", b"a\0b")
        + chunk("IDAT", stream[50:]) + chunk("IEND"), "Not enough image data at byte 95 (row 2 of 7)")
    bad("critical", plain.file(late=chunk("ABCD", b"1")), "ABCD: unhandled critical chunk at byte 42")
    bad("no-palette", SIGNATURE + chunk("IHDR", palette.header()) + chunk("IDAT", zlib.compress(palette.raw())) + chunk("IEND"),
        "IDAT: Missing PLTE before IDAT at byte 33")
    short = Picture(PALETTE, 4, palette=[(1, 2, 3), (4, 5, 6)])
    short.rows[1][1] = (9,)
    bad("palette-index", short.file(), "IDAT: a pixel refers to no palette entry at byte 59 (row 2 of 7)")


def lies():
    plain = Picture(RGB, 8)
    for name, lie, error in (
        ("no-width", {"width": 0}, "IHDR: an image cannot have 0 x 7 pixels"),
        ("no-height", {"height": 0}, "IHDR: an image cannot have 9 x 0 pixels"),
        ("wide", {"width": 1 << 31}, "IHDR: an image cannot have 2147483648 x 7 pixels"),
        ("depth", {"depth": 3}, "Invalid IHDR data at byte 29 (Invalid color type/bit depth combination in IHDR)"),
        ("colour-type", {"kind": 5}, "Invalid IHDR data at byte 29 (Invalid color type in IHDR)"),
        ("compression", {"compression": 1}, "Invalid IHDR data at byte 29 (Unknown compression method in IHDR)"),
        ("filter-method", {"filtering": 1}, "Invalid IHDR data at byte 29 (Invalid filter method in IHDR)"),
        ("interlace", {"interlace": 2}, "Invalid IHDR data at byte 29 (Unknown interlace method in IHDR)"),
        ("taller", {"height": 8}, f"Not enough image data at byte {len(plain.file()) - 12} (row 8 of 8)"),
        ("wider", {"width": 10}, "bad adaptive filter value at byte 41 (row 2 of 7)"),
        ("more-channels", {"kind": RGB_ALPHA}, "bad adaptive filter value at byte 41 (row 2 of 7)"),
    ):
        bad(f"lie-{name}", plain.file(header=plain.header(**lie)), error)
    bad("bomb", plain.file(header=plain.header(width=30000, height=30000)),
        "IHDR: the image has 30000 x 30000 = 900000000 pixels, over the limit max_pixels = 67108864")


def limits():
    plain = Picture(RGB, 8)
    file = plain.file()
    bad("limit-pixels", file, "IHDR: the image has 9 x 7 = 63 pixels, over the limit max_pixels = 62", {"max_pixels": 62}, "rgb-8.png")
    good("limit-pixels-just", plain, file, limits={"max_pixels": 63}, file="rgb-8.png")
    bad("limit-input", file, f"the file is {len(file)} bytes large, over the limit max_input_bytes = 100", {"max_input_bytes": 100}, "rgb-8.png")
    text = plain.file(late=chunk("tEXt", b"Comment\0" + b"x" * 992))
    bad("limit-chunk", text, "tEXt: the chunk at byte 33 holds 1000 bytes, over the limit max_chunk_bytes = 999", {"max_chunk_bytes": 999})
    good("limit-chunk-just", plain, text, limits={"max_chunk_bytes": 1000}, notes=[["text", "text chunks dropped: 1"]], file="limit-chunk.png")
    # 60 MB after the last row, in 58 kB of file: the clock is looked at in the middle.
    slow = plain.file(data=zlib.compress(plain.raw() + bytes(60_000_000), 9))
    good("excess", plain, slow, notes=[["warning", "IDAT: Too much image data"]])
    bad("limit-time", slow, "decoding took longer than timeout_ms = 1 (it was at byte 32768)", {"timeout_ms": 1}, "excess.png")


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    for part in (all_layouts, transparency, colour, extras, damage, lies, limits):
        part()
    names = [case["name"] for case in CASES]
    if len(set(names)) != len(names):
        raise SystemExit("two cases share a name")
    lines = ",\n".join(json.dumps(case, ensure_ascii=True) for case in CASES)
    (FOLDER.parent / "cases.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(CASES)} cases, {len(WRITTEN)} files, {sum(map(len, WRITTEN.values()))} bytes")


if __name__ == "__main__":
    main()

"""The table of cases as it grows: a file, and what has to become of it."""

import io
from pathlib import Path

from PIL import Image
from png_reference import GRAY, GRAY_ALPHA, NAMES, PALETTE, RGB, RGB_ALPHA

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
        expected.append(
            [
                "alpha",
                f"{translucent} of {picture.width * picture.height} pixels are not opaque; "
                f"composited on #{bytes(background).hex()}",
            ]
        )
    if picture.depth == 16:
        expected.append(["bit_depth", "16-bit samples were rounded to 8 bits"])
    if gamma:
        expected.append(["gamma", f"gAMA {gamma:.5f} was converted to sRGB"])
    expected += notes or []
    if not expected and picture.kind in (GRAY, RGB, PALETTE):
        if Image.open(io.BytesIO(data)).convert("RGB").tobytes() != pixels:
            raise SystemExit(f"{name}: Pillow sees other pixels")
    stated = {
        "container": "png",
        "codec": "png",
        "width": picture.width,
        "height": picture.height,
        "bit_depth": picture.depth,
        "colour_type": NAMES[picture.kind],
        "transparency": "channel"
        if picture.kind in (GRAY_ALPHA, RGB_ALPHA)
        else "tRNS"
        if picture.trns is not None
        else "none",
        "interlaced": "adam7" if picture.interlaced else "no",
    }
    stated.update(facts or {})
    file = file or f"{name}.png"
    store(file, data)
    CASES.append(
        {
            "name": name,
            "file": file,
            "limits": dict(limits or {}, **({} if background == (255, 255, 255) else {"background": list(background)})),
            "facts": [[k, str(v)] for k, v in stated.items()],
            "notes": expected,
            "pixels": pixels.hex(),
        }
    )


def bad(name, data, error, limits=None, file=None):
    file = file or f"{name}.png"
    store(file, data)
    CASES.append({"name": name, "file": file, "limits": limits or {}, "error": error})

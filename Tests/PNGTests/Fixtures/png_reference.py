"""A PNG writer that writes anything, right or wrong, and the pixels a decoder should make of it.

Independent of libpng and of the plugin: chunks, filters and Adam7 are written out here, and the expected pixels are
computed from the samples by the rules of docs/media.md in exact arithmetic.
"""

import struct
import zlib
from dataclasses import dataclass, field

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GRAY, RGB, PALETTE, GRAY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
CHANNELS = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGB_ALPHA: 4}
DEPTHS = {GRAY: (1, 2, 4, 8, 16), RGB: (8, 16), PALETTE: (1, 2, 4, 8), GRAY_ALPHA: (8, 16), RGB_ALPHA: (8, 16)}
NAMES = {GRAY: "gray", RGB: "rgb", PALETTE: "palette", GRAY_ALPHA: "gray-alpha", RGB_ALPHA: "rgb-alpha"}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind, data=b"", crc=None):
    kind = kind.encode() if isinstance(kind, str) else kind
    crc = zlib.crc32(kind + data) if crc is None else crc
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)


@dataclass
class Picture:
    """Samples in rows of pixels of channels, as the file states them."""

    kind: int
    depth: int
    width: int = 9
    height: int = 7
    interlaced: bool = False
    palette: list = field(default_factory=list)
    trns: object = None  # palette: list of alphas; gray and rgb: the transparent sample(s)

    def __post_init__(self):
        if self.kind == PALETTE and not self.palette:
            self.palette = [
                ((i * 37) % 256, (i * 91 + 5) % 256, (255 - i * 13) % 256) for i in range(min(1 << self.depth, 200))
            ]
        limit = len(self.palette) if self.kind == PALETTE else 1 << self.depth
        # Neighbours differ and every channel runs through its range, ends included.
        self.rows = [
            [
                tuple(
                    ((x * 7919 + y * 104729 + c * 1299709 + (x * y) * 31) * 2654435761 >> 7) % limit
                    if (x + y) % 5
                    else (0 if (x + c) % 2 else limit - 1)
                    for c in range(CHANNELS[self.kind])
                )
                for x in range(self.width)
            ]
            for y in range(self.height)
        ]

    # ---- the file ----

    def header(self, **lies):
        fields = dict(
            width=self.width,
            height=self.height,
            depth=self.depth,
            kind=self.kind,
            compression=0,
            filtering=0,
            interlace=int(self.interlaced),
        )
        fields.update(lies)
        return struct.pack(">IIBBBBB", *fields.values())

    def pack(self, row):
        if self.depth == 16:
            return b"".join(struct.pack(">H", s) for pixel in row for s in pixel)
        if self.depth == 8:
            return bytes(s for pixel in row for s in pixel)
        bits = "".join(format(s, f"0{self.depth}b") for pixel in row for s in pixel)
        bits += "0" * (-len(bits) % 8)
        return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))

    def passes(self):
        if not self.interlaced:
            return [self.rows]
        parts = [[row[x0::dx] for row in self.rows[y0::dy]] for x0, y0, dx, dy in ADAM7]
        return [part for part in parts if part and part[0]]

    def raw(self):
        """The filtered rows, with all five filters in turn."""
        step = max(1, CHANNELS[self.kind] * self.depth // 8)
        out, number = b"", 0
        for part in self.passes():
            above = bytes(len(self.pack(part[0])))
            for row in part:
                line = self.pack(row)
                out += bytes([number % 5]) + filtered(number % 5, line, above, step)
                above, number = line, number + 1
        return out

    def before_data(self):
        out = b""
        if self.palette:
            out += chunk("PLTE", b"".join(bytes(c) for c in self.palette))
        if self.trns is not None:
            values = bytes(self.trns) if self.kind == PALETTE else b"".join(struct.pack(">H", s) for s in self.trns)
            out += chunk("tRNS", values)
        return out

    def file(self, early=b"", late=b"", end=b"", data=None, parts=1, header=None):
        """`early` comes before PLTE, `late` before IDAT, `end` before IEND."""
        data = zlib.compress(self.raw(), 9) if data is None else data
        size = -(-len(data) // parts)
        idat = b"".join(chunk("IDAT", data[i : i + size]) for i in range(0, len(data), size))
        return (
            SIGNATURE
            + chunk("IHDR", header or self.header())
            + early
            + self.before_data()
            + late
            + idat
            + end
            + chunk("IEND")
        )

    # ---- the pixels ----

    def pixels(self, background=(255, 255, 255), gamma=None):
        """RGB8 bytes and how many pixels are not opaque; `gamma` as a gAMA value that has to be converted."""
        out, translucent = bytearray(), 0
        for row in self.rows:
            for pixel in row:
                colour, alpha = self.resolve(pixel)
                translucent += alpha != 255
                for sample, under in zip(colour, background):
                    out.append(rounded(level(*sample, gamma) * alpha + under * (255 - alpha), 255))
        return bytes(out), translucent

    def resolve(self, pixel):
        """Three (sample, maximum) pairs, and alpha as 0...255."""
        top = (1 << self.depth) - 1
        if self.kind == PALETTE:
            alphas = self.trns or []
            alpha = alphas[pixel[0]] if pixel[0] < len(alphas) else 255
            return [(c, 255) for c in self.palette[pixel[0]]], alpha
        has_alpha = self.kind in (GRAY_ALPHA, RGB_ALPHA)
        colour = pixel[:-1] if has_alpha else pixel
        alpha = (
            rounded(pixel[-1] * 255, top) if has_alpha else 0 if self.trns is not None and colour == self.trns else 255
        )
        return [(c, top) for c in (colour * 3 if len(colour) == 1 else colour)], alpha


def filtered(kind, line, above, step):
    out = bytearray()
    for i, value in enumerate(line):
        left = line[i - step] if i >= step else 0
        corner = above[i - step] if i >= step else 0
        guess = [0, left, above[i], (left + above[i]) // 2, paeth(left, above[i], corner)][kind]
        out.append((value - guess) % 256)
    return bytes(out)


def paeth(a, b, c):
    estimate = a + b - c
    return min((abs(estimate - a), 0, a), (abs(estimate - b), 1, b), (abs(estimate - c), 2, c))[2]


def rounded(numerator, denominator):
    return (2 * numerator + denominator) // (2 * denominator)


def level(sample, top, gamma):
    """A sample as an 8-bit sRGB value."""
    if gamma is None:
        return rounded(sample * 255, top)
    light = (sample / top) ** (1 / gamma)
    value = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return int(255 * value + 0.5)

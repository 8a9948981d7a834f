"""Files that do not decode, and files at a limit."""

import zlib

from cases import bad, good
from png_reference import PALETTE, RGB, RGB_ALPHA, SIGNATURE, Picture, chunk


def flipped(data, at, mask=1):
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]


def damage():
    plain = Picture(RGB, 8)
    file, stream = plain.file(), zlib.compress(plain.raw(), 9)
    idat = file.index(b"IDAT") - 4
    idat_crc, iend = idat + 8 + len(stream), len(file) - 12
    bad("no-bytes", b"", "the file has 0 bytes, too few for a PNG")
    bad("gif", b"GIF89a" + bytes(20), "not a PNG: the signature at byte 0 is missing")
    bad(
        "as-text",
        file.replace(b"\r\n", b"\n"),
        "the PNG signature at byte 0 is damaged; the file was changed as if it were text",
    )
    bad("ihdr-crc", flipped(file, 29), "IHDR: CRC error at byte 29")
    bad("idat-crc", flipped(file, idat_crc), f"IDAT: CRC error at byte {idat_crc} (row 7 of 7)")
    bad("iend-crc", flipped(file, len(file) - 1), f"IEND: CRC error at byte {len(file) - 4}")
    bad("text-crc", plain.file(late=chunk("tEXt", b"a\0b", crc=1)), "tEXt: CRC error at byte 44")
    bad("gamma-crc", plain.file(early=chunk("gAMA", bytes(4), crc=1)), "gAMA: CRC error at byte 45")
    palette = Picture(PALETTE, 8)
    file_p = palette.file()
    bad("plte-crc", flipped(file_p, 41 + 600), "PLTE: CRC error at byte 641")
    bad("idat-renamed", flipped(file, idat + 4), f"HDAT: CRC error at byte {idat_crc}")
    bad(
        "no-chunk",
        file[:iend] + bytes(12),
        f"there is no chunk at byte {iend}: its type would be 0x00000000, not four letters",
    )
    bad(
        "length",
        file[:idat] + b"\xff\xff\xff\xff" + file[idat + 4 :],
        f"IDAT: the chunk at byte {idat} states an impossible length of 4294967295 bytes",
    )
    bad(
        "length-long",
        file[:idat] + b"\x7f\xff\xff\xff" + file[idat + 4 :],
        f"IDAT: the file ends inside the chunk at byte {idat}: it states 2147483647 bytes, "
        f"{len(file) - idat - 12} are there; it was cut short",
    )
    bad(
        "cut-in-idat",
        file[:100],
        f"IDAT: the file ends inside the chunk at byte {idat}: it states {len(stream)} bytes, "
        f"{100 - idat - 12} are there; it was cut short",
    )
    bad("cut-before-iend", file[:iend], f"the file ends at byte {iend} without an IEND chunk; it was cut short")
    bad("zlib-header", plain.file(data=b"\0" + stream[1:]), "IDAT: incorrect header check at byte 41 (row 1 of 7)")
    bad(
        "zlib-checksum",
        plain.file(data=flipped(stream, len(stream) - 1)),
        "IDAT: incorrect data check at byte 41 (row 7 of 7)",
    )
    bad("zlib-cut", plain.file(data=zlib.compress(plain.raw()[:-30])), "Not enough image data at byte 41 (row 6 of 7)")
    laced = Picture(RGB, 8, interlaced=True)
    bad(
        "zlib-cut-interlaced",
        laced.file(data=zlib.compress(laced.raw()[:90])),
        "Not enough image data at byte 41 (pass 6 of 7, row 3 of 7)",
    )
    bad(
        "filter",
        plain.file(data=zlib.compress(b"\x09" + plain.raw()[1:])),
        "bad adaptive filter value at byte 41 (row 1 of 7)",
    )
    bad("no-idat", SIGNATURE + chunk("IHDR", plain.header()) + chunk("IEND"), "IEND: out of place at byte 33")
    bad(
        "no-ihdr",
        SIGNATURE + file[33:],
        f"IDAT: the first chunk must be an IHDR of 13 bytes, this one has {len(stream)}",
    )
    bad("two-ihdrs", SIGNATURE + chunk("IHDR", plain.header()) + file[8:], "IHDR: out of place at byte 33")
    bad(
        "split-idats",
        SIGNATURE
        + chunk("IHDR", plain.header())
        + chunk("IDAT", stream[:50])
        + chunk("tEXt", b"a\0b")
        + chunk("IDAT", stream[50:])
        + chunk("IEND"),
        "Not enough image data at byte 95 (row 2 of 7)",
    )
    bad("critical", plain.file(late=chunk("ABCD", b"1")), "ABCD: unhandled critical chunk at byte 42")
    bad(
        "no-palette",
        SIGNATURE + chunk("IHDR", palette.header()) + chunk("IDAT", zlib.compress(palette.raw())) + chunk("IEND"),
        "IDAT: Missing PLTE before IDAT at byte 33",
    )
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
    bad(
        "bomb",
        plain.file(header=plain.header(width=30000, height=30000)),
        "IHDR: the image has 30000 x 30000 = 900000000 pixels, over the limit max_pixels = 67108864",
    )


def limits():
    plain = Picture(RGB, 8)
    file = plain.file()
    bad(
        "limit-pixels",
        file,
        "IHDR: the image has 9 x 7 = 63 pixels, over the limit max_pixels = 62",
        {"max_pixels": 62},
        "rgb-8.png",
    )
    good("limit-pixels-just", plain, file, limits={"max_pixels": 63}, file="rgb-8.png")
    bad(
        "limit-input",
        file,
        f"the file is {len(file)} bytes large, over the limit max_input_bytes = 100",
        {"max_input_bytes": 100},
        "rgb-8.png",
    )
    text = plain.file(late=chunk("tEXt", b"Comment\0" + b"x" * 992))
    bad(
        "limit-chunk",
        text,
        "tEXt: the chunk at byte 33 holds 1000 bytes, over the limit max_chunk_bytes = 999",
        {"max_chunk_bytes": 999},
    )
    good(
        "limit-chunk-just",
        plain,
        text,
        limits={"max_chunk_bytes": 1000},
        notes=[["text", "text chunks dropped: 1"]],
        file="limit-chunk.png",
    )
    # 60 MB after the last row, in 58 kB of file: the clock is looked at in the middle.
    slow = plain.file(data=zlib.compress(plain.raw() + bytes(60_000_000), 9))
    good("excess", plain, slow, notes=[["warning", "IDAT: Too much image data"]])
    bad(
        "limit-time",
        slow,
        "decoding took longer than timeout_ms = 1 (it was at byte 32768)",
        {"timeout_ms": 1},
        "excess.png",
    )


PARTS = (damage, lies, limits)

"""Still pictures, and what Pillow makes of them."""

import io

from PIL import Image, ImageOps

from tools import FILES

ORIENTATION, MAKE, MODEL, GPS = 0x0112, 0x010F, 0x0110, 0x8825


def sample(width=40, height=24):
    """No symmetry, no hard edges."""
    image = Image.new("RGB", (width, height))
    image.putdata([(6 * x + 5, 10 * y + 3, (5 * x + 3 * y) % 200) for y in range(height) for x in range(width)])
    return image


def exif(orientation, camera=False):
    data = Image.Exif()
    data[ORIENTATION] = orientation
    if camera:
        data[MAKE], data[MODEL] = "Cupel", "Mark 1"
        data.get_ifd(GPS)[1] = "N"
        data.get_ifd(GPS)[2] = (50.0, 6.0, 7.0)
    return data


def alpha():
    image = sample().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return image


def on_white(image):
    flat = Image.new("RGB", image.size, (255, 255, 255))
    flat.paste(image, mask=image.getchannel("A"))
    return flat


def case(name, expected, most, notes=(), facts=(), **more):
    """`most`: the largest difference of a sample that is accepted; decoders round differently."""
    return {"file": name, "width": expected.width, "height": expected.height, "pixels": expected.tobytes().hex(), "most": most,
            "notes": list(notes), "facts": [list(fact) for fact in facts], **more}


def stored(name, **options):
    """Saves `options['image']` and reads it back, upright."""
    image = options.pop("image")
    image.save(FILES / name, **options)
    return ImageOps.exif_transpose(Image.open(FILES / name)).convert("RGB")


def cases():
    plain = sample()
    yield case("plain.jpg", stored("plain.jpg", image=plain, quality=90, subsampling=0), 3)
    yield case("subsampled.jpg", stored("subsampled.jpg", image=plain, quality=90, subsampling=2), 24)
    yield case("progressive.jpg", stored("progressive.jpg", image=plain, quality=90, subsampling=0, progressive=True), 3)
    yield case("gray.jpg", stored("gray.jpg", image=plain.convert("L"), quality=90), 2)
    for orientation in range(1, 9):
        name = f"orientation-{orientation}.jpg"
        expected = stored(name, image=plain, quality=90, subsampling=0, exif=exif(orientation))
        yield case(name, expected, 3, ["orientation", "exif"] if orientation > 1 else ["exif"])
    expected = stored("camera.jpg", image=plain, quality=90, subsampling=0, exif=exif(6, camera=True))
    yield case("camera.jpg", expected, 3, ["orientation", "exif"], [("camera_make", "Cupel"), ("camera_model", "Mark 1")])
    yield case("lossless.webp", stored("lossless.webp", image=plain, lossless=True), 0)
    yield case("lossy.webp", stored("lossy.webp", image=plain, quality=95), 24)
    yield case("exif.webp", stored("exif.webp", image=plain, lossless=True, exif=exif(8)), 0, ["orientation", "exif"])
    alpha().save(FILES / "alpha.webp", lossless=True, exact=True)
    yield case("alpha.webp", on_white(alpha()), 1, ["alpha"])
    yield case("plain.bmp", stored("plain.bmp", image=plain), 0)
    yield case("palette.bmp", stored("palette.bmp", image=plain.quantize(16)), 0)
    yield case("plain.tif", stored("plain.tif", image=plain), 0)
    yield case("lzw.tif", stored("lzw.tif", image=plain, compression="tiff_lzw"), 0)
    tags = {ORIENTATION: 6}
    yield case("turned.tif", stored("turned.tif", image=plain, tiffinfo=tags), 0, ["orientation"])
    yield case("plain.gif", stored("plain.gif", image=plain.quantize(64)), 0)
    yield case("plain.avif", stored("plain.avif", image=plain, quality=95, subsampling="4:4:4"), 12)
    tiny = sample(1, 1)
    yield case("tiny.jpg", stored("tiny.jpg", image=tiny, quality=95, subsampling=0), 3)
    sample(8, 8).save(FILES / "animated.webp", save_all=True, append_images=[plain.resize((8, 8))], duration=100, lossless=True)
    yield {"file": "animated.webp",
           "error": "the file is an animated WebP, which this FFmpeg does not read; send a GIF or a video"}
    yield from lies(plain)


def lies(plain):
    """A small file that claims 65500 x 65500 pixels; more than JPEG can say is in the BMP."""
    buffer = io.BytesIO()
    plain.save(buffer, "JPEG", quality=90)
    data = bytearray(buffer.getvalue())
    at = data.index(b"\xff\xc0") + 5
    data[at:at + 4] = (65500).to_bytes(2, "big") * 2
    (FILES / "lie.jpg").write_bytes(data)
    yield {"file": "lie.jpg", "contains": "Picture size 65500x65500"}
    data = bytearray((FILES / "plain.bmp").read_bytes()[:1024])
    data[18:26] = (100_000).to_bytes(4, "little") * 2
    (FILES / "lie.bmp").write_bytes(data)
    yield {"file": "lie.bmp", "contains": "Picture size 100000x100000"}

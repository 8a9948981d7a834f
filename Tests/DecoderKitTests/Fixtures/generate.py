#!/usr/bin/env python3
"""Writes cases.json: what the published processors say about sizes and frames, and what Pillow makes of pictures.

    pip download --no-deps transformers==5.23.0 && unzip it into FOLDER; pip install pillow numpy
    python3 generate.py FOLDER

The functions are taken out of the source of transformers as they stand there and run without torch: of torch they need
arange, which gives multiples of the step in double precision, rounded to float32. Where the division of the frames is
rounded down, torch's gives one index more than the even count that was computed; here it gives that count.
"""

import ast
import hashlib
import json
import math
import pathlib
import sys
from types import SimpleNamespace

import numpy
from PIL import Image

HERE = pathlib.Path(__file__).parent


def taken(path, *names, **surroundings):
    """The functions `names` of a source file, in a namespace of their own."""
    tree = ast.parse(path.read_text())
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in names]
    for node in found:
        node.returns, node.decorator_list = None, []
        for argument in node.args.args + node.args.kwonlyargs:
            argument.annotation = None
    space = {"math": math, **surroundings}
    exec(compile(ast.Module(body=found, type_ignores=[]), str(path), "exec"), space)
    return [space[name] for name in names]


class Range(list):
    def int(self):
        return [int(value) for value in self]


def arange(start, end, step=1):
    count = round((end - start) / step)
    return Range(float(numpy.float32(start + i * step)) for i in range(count))


PIXELS = [(56 * 56, 28 * 28 * 1280), (4 * 784, 16384 * 784), (128 * 784, 768 * 784), (1, 100 * 784)]
SIDES = [1, 2, 13, 14, 15, 27, 28, 29, 41, 42, 43, 56, 70, 98, 100, 200, 224, 448, 640, 719, 720, 1080, 1920, 4000, 8192]


def sizes(smart_resize):
    for least, most in PIXELS:
        for height in SIDES:
            for width in SIDES:
                for factor in [28] if (least, most) != PIXELS[0] else [28, 32]:
                    try:
                        tall, wide = smart_resize(height, width, factor=factor, min_pixels=least, max_pixels=most)
                    except ValueError:
                        tall = wide = 0
                    yield [width, height, factor, least, most, wide, tall]


def shares(smart_resize):
    """The cap of Qwen2VLVideoProcessor.resize with cap_pixels_per_frame."""
    least, most, factor = 128 * 784, 768 * 784, 28
    for frames in [1, 2, 4, 100, 299, 300, 301, 302, 400, 600, 700, 768, 1714, 1716]:
        for width, height in [(1920, 1080), (640, 360), (3840, 2160), (100, 100)]:
            total = int(128000 * factor * factor * 0.9)
            cap = max(min(most, total * 2 // frames), int(least * 1.05))
            tall, wide = smart_resize(height, width, factor=factor, min_pixels=least, max_pixels=cap)
            yield [width, height, frames, wide, tall]


def frames(sample_frames):
    processor = SimpleNamespace(num_frames=None, fps=None, temporal_patch_size=2, min_frames=4, max_frames=768)
    for rate, ticks in [(30, 30), (25, 25), (24, 24), (30000 / 1001, 0), (60, 60), (8, 8), (1, 1), (0.5, 0)]:
        for total in [1, 2, 3, 4, 5, 7, 8, 15, 16, 29, 30, 31, 59, 60, 61, 120, 240, 299, 300, 301, 1000, 5000, 20000]:
            for wanted, temporal in [(2.0, 2), (1.0, 2), (1.0, 1), (0.3, 2), (24.0, 2)]:
                metadata = SimpleNamespace(total_num_frames=total, fps=rate)
                try:
                    indices = sample_frames(processor, metadata, temporal_patch_size=temporal, fps=wanted)
                except (ValueError, ZeroDivisionError):
                    continue
                if not indices:
                    continue
                yield {
                    "total": total, "rate": rate, "wanted": wanted, "multiple": temporal, "count": len(indices),
                    "digest": hashlib.sha256(" ".join(map(str, indices)).encode()).hexdigest()[:16],
                }


def pictures():
    for width, height, wide, tall in [
        (64, 48, 28, 28), (37, 53, 28, 42), (100, 80, 100, 33), (100, 80, 33, 80), (1, 1, 5, 7), (300, 200, 7, 3),
        (5, 5, 200, 150), (640, 3, 28, 28),
    ]:
        # The same numbers as in the test: a picture that is never smooth.
        state, data = 1, bytearray()
        for _ in range(3 * width * height):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            data.append(state >> 16 & 255)
        image = Image.frombytes("RGB", (width, height), bytes(data)).resize((wide, tall), Image.Resampling.BICUBIC)
        yield [width, height, wide, tall, hashlib.sha256(image.tobytes()).hexdigest()]


def lines(values):
    return "[\n" + ",\n".join(json.dumps(value) for value in values) + "\n]"


def main():
    model = pathlib.Path(sys.argv[1]) / "transformers/models/qwen2_vl"
    (smart_resize,) = taken(model / "image_processing_pil_qwen2_vl.py", "smart_resize")
    (sample_frames,) = taken(model / "video_processing_qwen2_vl.py", "sample_frames", torch=SimpleNamespace(arange=arange))
    tables = {
        "sizes": sizes(smart_resize), "shares": shares(smart_resize), "frames": frames(sample_frames),
        "pictures": pictures(),
    }
    text = ",\n".join(f'"{name}": {lines(rows)}' for name, rows in tables.items())
    (HERE / "cases.json").write_text("{\n" + text + "\n}\n")


main()

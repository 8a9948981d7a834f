"""Makes the pictures, then decodes each with both, turn by turn. See `run`."""

import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import PIL
from PIL import Image

ROUNDS = 7
SIDE = 2048


def pictures(folder):
    """A photograph's mixture of slopes and grain, in the layouts that files come in."""
    slopes = [Image.linear_gradient("L"), Image.radial_gradient("L"), Image.linear_gradient("L").rotate(90)]
    slopes = [slope.resize((SIDE, SIDE), Image.Resampling.BICUBIC) for slope in slopes]
    photo = Image.merge("RGB", [Image.blend(s, Image.effect_noise((SIDE, SIDE), 40), 0.1) for s in slopes])
    layouts = {
        "rgb": photo,
        "rgb-alpha": Image.merge("RGBA", [*photo.split(), slopes[1]]),
        "gray": photo.convert("L"),
        "palette": photo.quantize(200),
        "flat": Image.new("RGB", (SIDE, SIDE), (20, 120, 200)),
    }
    for name, image in layouts.items():
        path = folder / f"{name}.png"
        if not path.exists():
            image.save(path)
        yield name, path


def pillow(path):
    data = path.read_bytes()
    times = []
    for _ in range(3):
        start = time.process_time()
        Image.open(BytesIO(data)).convert("RGB").tobytes()
        times.append((time.process_time() - start) * 1000)
    return min(times)


def plugin(decode, library, path):
    done = subprocess.run([decode, library, path], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{path}: {done.stderr}")
    return float(done.stdout)


def main(folder, library):
    folder = Path(folder)
    print(f"PNG {SIDE} x {SIDE} to RGB8, ms of processor time a picture, best of {ROUNDS} runs")
    print(f"Pillow {PIL.__version__} drops alpha, the plugin composites it")
    print(f"{'':10} {'MB':>6} {'plugin':>8} {'Pillow':>8} {'ratio':>6}")
    for name, path in pictures(folder):
        times = [(plugin(folder / "decode", library, path), pillow(path)) for _ in range(ROUNDS)]
        ours, theirs = (min(column) for column in zip(*times))
        print(f"{name:10} {path.stat().st_size / 1e6:6.1f} {ours:8.1f} {theirs:8.1f} {theirs / ours:6.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""High dynamic range: two small clips, and what the published formulas give for their pixels. `python3 hdr.py` writes the clips and hdr.json; it
needs the ffmpeg program with libx265, and NumPy. The formulas are written anew here, in floating point."""

import json
import subprocess
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
WIDTH, HEIGHT = 64, 48


def make(name, transfer):
    # Many hues, from shadows to highlights beyond white.
    source = f"nullsrc=size={WIDTH}x{HEIGHT}:rate=5:duration=1,format=gbrp10le,geq=r='200+X*8':g='200+Y*10':b='700-X*4-Y*4'"
    options = f"log-level=error:keyint=5:pools=none:frame-threads=1:info=0:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc"
    subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", source, "-vf", "scale=out_color_matrix=bt2020nc,format=yuv444p10le",
         "-c:v", "libx265", "-crf", "12", "-x265-params", options, "-tag:v", "hvc1", "-colorspace", "bt2020nc", "-color_trc", transfer,
         "-color_primaries", "bt2020", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags", "+bitexact", str(HERE / "files" / name)],
        check=True)


def codes(name):
    done = subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-i", str(HERE / "files" / name), "-frames:v", "1", "-vf",
         "scale=in_color_matrix=bt2020nc:flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact,format=rgb48le",
         "-f", "rawvideo", "-"], check=True, capture_output=True)
    return np.frombuffer(done.stdout, "<u2").reshape(HEIGHT, WIDTH, 3) / 65535


M1, M2, C1, C2, C3 = 2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32


def pq_light(code):
    root = code ** (1 / M2)
    return 10000 * (np.maximum(root - C1, 0) / (C2 - C3 * root)) ** (1 / M1)


def pq_code(light):
    power = (light / 10000) ** M1
    return ((C1 + C2 * power) / (1 + C3 * power)) ** M2


def hlg_display(code):
    a = 0.17883277
    b, c = 1 - 4 * a, 0.5 - a * np.log(4 * a)
    scene = np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12)
    luminance = scene @ [0.2627, 0.6780, 0.0593]
    return 1000 * luminance[..., None] ** 0.2 * scene


def eetf(light, peak=1000.0, white=203.0):
    top = pq_code(peak)
    most = pq_code(white) / top
    knee = 1.5 * most - 0.5
    code = np.minimum(pq_code(light) / top, 1)
    t = (code - knee) / (1 - knee)
    spline = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (-2 * t**3 + 3 * t**2) * most
    return pq_light(np.where(code > knee, spline, code) * top) / white


def shown(light):
    largest = light.max(axis=-1, keepdims=True)
    mapped = light * np.where(largest > 0, eetf(largest) / np.maximum(largest, 1e-12), 0)
    matrix = np.array([[1.660491, -0.587641, -0.072850], [-0.124550, 1.132900, -0.008349], [-0.018151, -0.100579, 1.118730]])
    linear = np.clip(mapped @ matrix.T, 0, 1)
    return np.floor(255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055) + 0.5).astype(int)


def main():
    rows = []
    for name, transfer, light in [("pq.mp4", "smpte2084", pq_light), ("hlg.mp4", "arib-std-b67", hlg_display)]:
        make(name, transfer)
        rows.append({"file": name, "pixels": shown(light(codes(name)))[::6, ::4].reshape(-1).tolist()})
    (HERE / "hdr.json").write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")


if __name__ == "__main__":
    main()

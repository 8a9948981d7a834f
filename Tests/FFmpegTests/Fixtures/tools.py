"""What the scripts share: the ffmpeg program, digests, the tables."""

import hashlib
import json
import pathlib
import subprocess

import numpy

HERE = pathlib.Path(__file__).parent
FILES = HERE / "files"
FLAGS = "bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact"


def ffmpeg(*arguments):
    command = ["ffmpeg", "-nostdin", "-y", "-v", "error", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def make(name, *arguments):
    """A file without anything that changes from run to run."""
    ffmpeg(*arguments, "-map_metadata", "-1", "-fflags", "+bitexact", "-flags", "+bitexact", "-threads", "1", FILES / name)
    return name


def scene_scores(name):
    """What the program's scdet gives for each frame, 0 to 100, to three digits."""
    printed = ffmpeg("-noautorotate", "-i", FILES / name, "-map", "0:v:0", "-vsync", "passthrough", "-vf",
                     "scdet=threshold=0,metadata=print:key=lavfi.scd.score:file=-", "-f", "null", "-").decode()
    return [float(line.split("=")[1]) for line in printed.splitlines() if line.startswith("lavfi.scd.score=")]


def frames_of(name, width, height, matrix=None, before=""):
    """Every frame as the program shows it, after the filters in `before`: its time in microseconds from the first, and its pixels."""
    entries = "frame=best_effort_timestamp,pkt_duration:stream=time_base"
    command = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", entries, "-of", "json", FILES / name]
    shown = json.loads(subprocess.run(list(map(str, command)), check=True, capture_output=True).stdout)
    num, den = map(int, shown["streams"][0]["time_base"].split("/"))
    # AVI knows no times, only frames; its tick is one.
    is_counted = any("best_effort_timestamp" not in frame for frame in shown["frames"])
    ticks = [i if is_counted else int(frame["best_effort_timestamp"]) for i, frame in enumerate(shown["frames"])]
    scale = f"scale={width}:{height}:flags={FLAGS}" + (f":in_color_matrix={matrix}" if matrix else "")
    raw = ffmpeg(
        "-noautorotate", "-i", FILES / name, "-map", "0:v:0", "-vsync", "passthrough", "-vf", f"{before}{scale},format=rgb24",
        "-f", "rawvideo", "-")
    pixels = numpy.frombuffer(raw, numpy.uint8).reshape(-1, height, width, 3)
    assert len(pixels) == len(ticks), (name, len(pixels), len(ticks))
    last = int(shown["frames"][-1].get("pkt_duration", 0)) or (ticks[-1] - ticks[0]) // max(len(ticks) - 1, 1)
    times = [(tick - ticks[0]) * num * 1_000_000 // den for tick in ticks]
    end = (ticks[-1] + last - ticks[0]) * num * 1_000_000 / den
    return times, end, pixels


def digest(pixels):
    return hashlib.sha256(numpy.ascontiguousarray(pixels).tobytes()).hexdigest()[:16]


def write_cases(name, cases):
    text = ",\n".join(json.dumps(case) for case in cases)
    (HERE / f"{name}.json").write_text(f"[\n{text}\n]\n")

"""Moving pictures, and the frames that are shown at asked times."""

import math

import numpy
from PIL import Image

from tools import FILES, digest, ffmpeg, frames_of, make, scene_scores

WIDTH, HEIGHT = 96, 64


def source(seconds=2, rate=30, extra=""):
    return ["-f", "lavfi", "-i", f"testsrc2=size={WIDTH}x{HEIGHT}:rate={rate}:duration={seconds}{extra}"]


def h264(gop=15, *options):
    return ["-c:v", "libx264", "-preset", "medium", "-crf", "32", "-g", gop, "-pix_fmt", "yuv420p", *options]


def make_videos():
    make("b-frames.mp4", *source(), *h264(15, "-bf", 3))
    make("long-gop.mp4", *source(), *h264(250, "-bf", 3, "-x264-params", "open-gop=1:b-pyramid=normal"))
    make("open-gop.mkv", *source(), *h264(12, "-bf", 3, "-x264-params", "open-gop=1:b-pyramid=normal:scenecut=0"))
    make("fast-start.mp4", *source(1), *h264(15), "-movflags", "+faststart")
    make("fragmented.mp4", *source(1), *h264(10), "-movflags", "+frag_keyframe+empty_moov")
    make("ntsc.mp4", *source(1, "30000/1001"), *h264(15))
    make("mpeg4.avi", *source(1), "-c:v", "mpeg4", "-q:v", 12, "-bf", 2, "-g", 12)
    make("h264.avi", *source(1), *h264(12, "-bf", 2))
    make("h264.ts", *source(1), *h264(12, "-bf", 2))
    make("mpeg2.ts", *source(1, 25), "-c:v", "mpeg2video", "-q:v", 12, "-bf", 2, "-g", 12)
    make("vp9.webm", *source(1), "-c:v", "libvpx-vp9", "-crf", 50, "-b:v", 0, "-g", 15, "-cpu-used", 8)
    make("av1.mp4", *source(0.5), "-c:v", "libaom-av1", "-crf", 50, "-cpu-used", 8, "-g", 8, "-usage", "realtime")
    make("hevc-10.mp4", *source(1), "-c:v", "libx265", "-crf", 34, "-pix_fmt", "yuv420p10le", "-x265-params",
         "log-level=error:keyint=15:pools=none:frame-threads=1:info=0", "-tag:v", "hvc1")
    make("bt709.mp4", *source(0.5), *h264(15), "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
    make("wide-pixels.mp4", *source(0.5), *h264(15), "-vf", "setsar=4/3")
    make("odd.mp4", "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=1", "-vf", "scale=63:47", "-c:v", "libx264", "-crf", 30,
         "-pix_fmt", "yuv444p")
    make("vfr.mp4", *source(2), "-vf", "select='eq(n,0)+eq(n,3)+eq(n,4)+eq(n,20)+gt(n,50)'", "-vsync", "vfr", *h264(15))
    make("vfr.mkv", *source(2), "-vf", "select='eq(n,0)+eq(n,3)+eq(n,4)+eq(n,20)+gt(n,50)'", "-vsync", "vfr", *h264(15))
    make("interlaced.mp4", *source(1, 50), "-vf", "tinterlace=interleave_top", *h264(12, "-flags", "+ilme+ildct"))
    bottom = ["-vf", "tinterlace=interleave_bottom,setfield=bff"]
    make("interlaced-bottom.ts", *source(1, 50), *bottom, "-c:v", "mpeg2video", "-q:v", 8, "-bf", 2, "-g", 12, "-flags", "+ilme+ildct")
    make("interlaced-10.mkv", *source(1, 50), "-vf", "tinterlace=interleave_top", *h264(12, "-flags", "+ilme+ildct"), "-pix_fmt",
         "yuv422p10le")
    make_scenes("scenes.mp4", *h264(15, "-bf", 3))
    make_scenes("scenes-10.mkv", *h264(15, "-bf", 3), "-pix_fmt", "yuv420p10le")
    # Cut without encoding: the frames from the key frame to the cut are in the file, and are not shown.
    ffmpeg("-ss", "0.8", "-i", FILES / "b-frames.mp4", "-c", "copy", "-map_metadata", "-1", "-fflags", "+bitexact",
           FILES / "edit-list.mp4")
    for angle in [90, 180, 270]:
        ffmpeg("-i", FILES / "fast-start.mp4", "-t", "0.4", "-c", "copy", "-map_metadata", "-1", "-fflags", "+bitexact",
               "-metadata:s:v", f"rotate={angle}", FILES / f"rotated-{angle}.mp4")
    make("with-sound.mp4", *source(1), "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100:duration=1", *h264(15),
         "-c:a", "aac", "-b:a", "48k")
    make("two-videos.mkv", *source(0.5), *source(0.5, 10), "-map", "0:v", "-map", "1:v", *h264(15))
    make("single.mkv", *source(0.034), *h264(15))
    make("strange-codec.avi", *source(0.1), "-c:v", "asv1")
    make_gifs()


def make_scenes(name, *codec):
    """Five scenes, of which two are much alike, and one flashes."""
    size = f"size={WIDTH}x{HEIGHT}:rate=15"
    parts = [f"testsrc2={size}:duration=0.6", f"smptebars={size}:duration=0.5", f"mandelbrot={size}:end_pts=20,trim=duration=0.5",
             f"smptehdbars={size}:duration=0.4", f"testsrc2={size}:duration=0.6,negate=enable='eq(n,4)'"]
    chains = ";".join(f"{part},format=yuv420p,setsar=1[p{i}]" for i, part in enumerate(parts))
    inputs = "".join(f"[p{i}]" for i in range(len(parts)))
    make(name, "-filter_complex", f"{chains};{inputs}concat=n={len(parts)}[v]", "-map", "[v]", *codec)


def make_gifs():
    shades = [Image.new("RGB", (20, 12), (40 * i, 255 - 40 * i, 90)) for i in range(6)]
    shades[0].save(FILES / "delays.gif", save_all=True, append_images=shades[1:], duration=[100, 40, 500, 20, 20, 320])
    shades[0].save(FILES / "one-frame.gif")
    spot = []
    for i in range(4):
        image = Image.new("P", (16, 16), 0)
        image.putpalette([255, 0, 255, 200, 10, 10, 10, 200, 10, 10, 10, 200] + [0] * 756)
        image.paste(1 + i % 3, (3 * i, 3 * i, 3 * i + 5, 3 * i + 5))
        spot.append(image)
    spot[0].save(FILES / "transparent.gif", save_all=True, append_images=spot[1:], duration=100, transparency=0, disposal=2)


def shown_at(times, time):
    return max([i for i, start in enumerate(times) if start <= time], default=0)


def evenly(times, end, count):
    """The frames shown at i * duration / count. Times of a file are rounded; a frame that begins a millisecond later counts."""
    count = min(count, len(times))
    if count == len(times):
        return list(range(count))
    slack = 1001 if end / len(times) > 8000 else 1
    return [shown_at(times, i * end / count + slack) for i in range(count)]


def by_rate(times, end, rate, least, most, multiple):
    asked = max((end + 1) * rate / 1e6, least)
    count = math.floor(min(asked, most // multiple * multiple, len(times) // multiple * multiple) / multiple) * multiple
    return evenly(times, end, count or min(len(times), multiple))


def by_scene(scores, threshold, most):
    """The first frame, and those that score at least as much; the highest of them where they are too many."""
    begun = [i for i, score in enumerate(scores) if i == 0 or score >= threshold]
    assert all(abs(score - threshold) > 0.0006 for score in scores), "the program rounds: another threshold"
    return sorted(sorted(begun, key=lambda i: (i > 0, -scores[i], i))[:most])


ROTATIONS = {90: 1, 180: 2, 270: 3}


def frames(name, request, size=(WIDTH, HEIGHT), matrix=None, turns=0, before="", **more):
    times, end, pixels = frames_of(name, *size, matrix, before)
    kind, value = request
    if kind == "count":
        chosen = evenly(times, end, value)
    elif kind == "rate":
        chosen = by_rate(times, end, *value)
    elif kind == "scenes":
        chosen = by_scene(scene_scores(name), *value)
    elif kind == "times":
        chosen = [shown_at(times, time + 1) for time in value]
    else:
        chosen = list(range(len(times)))
    shown = [numpy.rot90(pixels[i], turns) for i in chosen]
    case = {
        "file": name, kind: value, "times_us": [times[i] for i in chosen], "pixels": [digest(image) for image in shown],
        "width": shown[0].shape[1], "height": shown[0].shape[0], "total": len(times), "duration": round(end / 1e6, 6),
    }
    return {**case, **more}


QWEN = ("rate", [2, 4, 768, 2])
EVERY = ("every", True)


def cases():
    make_videos()
    plain = [
        "b-frames.mp4", "long-gop.mp4", "open-gop.mkv", "fast-start.mp4", "fragmented.mp4", "ntsc.mp4", "mpeg4.avi", "h264.avi",
        "h264.ts", "mpeg2.ts", "vp9.webm", "av1.mp4", "vfr.mp4", "vfr.mkv", "edit-list.mp4", "with-sound.mp4", "single.mkv",
    ]
    for name in plain:
        yield frames(name, EVERY)
        yield frames(name, ("count", 8))
        yield frames(name, ("count", 1))
        yield frames(name, QWEN)
    for name in ["b-frames.mp4", "long-gop.mp4", "open-gop.mkv", "h264.ts", "vp9.webm", "edit-list.mp4"]:
        yield frames(name, ("times", [0, 0, 33_331, 33_333, 250_000, 433_333, 500_000]))
    for name in ["b-frames.mp4", "mpeg2.ts"]:
        yield frames(name, ("count", 3), size=(33, 21), exact=[33, 21])
    yield frames("hevc-10.mp4", ("count", 5), notes=["bit_depth"])
    for name, notes in [("interlaced.mp4", []), ("interlaced-bottom.ts", []), ("interlaced-10.mkv", ["bit_depth"])]:
        for request in [EVERY, ("count", 1), ("count", 3), ("times", [433_333, 500_000, 920_000])]:
            yield frames(name, request, before="yadif=deint=interlaced,", notes=["interlaced", *notes])
    for name, notes in [("scenes.mp4", []), ("scenes-10.mkv", ["bit_depth"])]:
        yield frames(name, ("scenes", [10, 768]), notes=notes)
        yield frames(name, ("scenes", [25, 768]), notes=notes)
        yield frames(name, ("scenes", [90, 768]), notes=notes)
        yield frames(name, ("scenes", [10, 3]), notes=["scenes", *notes])
        yield frames(name, ("scenes", [0.01, 1]), notes=["scenes", *notes])
    yield frames("b-frames.mp4", ("scenes", [0.5, 8]), notes=["scenes"])
    yield frames("mpeg2.ts", ("scenes", [10, 8]))
    yield frames("bt709.mp4", ("count", 5), matrix="bt709")
    yield frames("wide-pixels.mp4", ("count", 5), size=(128, HEIGHT))
    yield frames("odd.mp4", ("count", 5), size=(63, 47))
    for angle, turns in ROTATIONS.items():
        yield frames(f"rotated-{angle}.mp4", ("count", 3), turns=turns, notes=["orientation"])
    yield frames("two-videos.mkv", ("count", 3), notes=["streams"])
    yield frames("delays.gif", EVERY, size=(20, 12))
    yield frames("delays.gif", ("count", 4), size=(20, 12), notes=["repeated"])

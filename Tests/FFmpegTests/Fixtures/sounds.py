"""Sound, and what the ffmpeg program makes of it."""

import hashlib
import struct

import numpy

from tools import FILES, ffmpeg, make

TONE = ["-f", "lavfi", "-i", "aevalsrc=0.5*sin(2*PI*440*t)|0.25*sin(2*PI*660*t):s=44100:d=0.5"]


def make_sounds():
    make("stereo.wav", *TONE)
    make("float.wav", *TONE, "-c:a", "pcm_f32le")
    make("deep.flac", *TONE, "-c:a", "flac", "-sample_fmt", "s32")
    make("tone.mp3", *TONE, "-c:a", "libmp3lame", "-b:a", "64k")
    make("tone.m4a", *TONE, "-c:a", "aac", "-b:a", "64k")
    make("tone.aac", *TONE, "-c:a", "aac", "-b:a", "64k")
    make("tone.ogg", *TONE, "-c:a", "libvorbis", "-q:a", 1)
    make("tone.opus", *TONE, "-c:a", "libopus", "-b:a", "48k")
    make("tone.webm", *TONE, "-c:a", "libopus", "-b:a", "48k")
    make("surround.wav", "-f", "lavfi", "-i", "aevalsrc=0.1|0.2|0.3|0.4|0.5|0.6:s=8000:d=0.05:c=5.1")


def wav(name, samples):
    data = b"".join(struct.pack("<f", sample) for sample in samples)
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 3, 1, 8000, 32000, 4, 32, b"data",
                       len(data))
    (FILES / name).write_bytes(head + data)


def sound(name, rate=None, channels=None, length=None, **more):
    """`length`: samples per channel of what was encoded, where the format keeps it to the sample."""
    options = (["-ar", rate] if rate else []) + (["-ac", channels] if channels else [])
    raw = ffmpeg("-i", FILES / name, "-map", "0:a:0", *options, "-f", "f32le", "-")
    samples = numpy.frombuffer(raw, numpy.float32)
    lanes = channels or more.pop("lanes", 2)
    # The program plays what fills up the last block of AAC, and cuts off too much of Vorbis; the file says where it
    # ends.
    shown = samples.reshape(-1, lanes)[:length]
    return {
        "file": name, "rate": rate or 0, "channels": channels or 0, "count": length or len(shown), "lanes": lanes,
        # Every 97th sample, and how loud each channel is.
        "some": [round(float(value), 6) for value in shown[::97, 0]],
        "energy": [round(float(numpy.sqrt(numpy.mean(shown[:, lane].astype(float) ** 2))), 6) for lane in range(lanes)],
        **more,
    }


def loudness(name):
    """What the program's ebur128 says at the end, in LUFS."""
    printed = ffmpeg("-i", FILES / name, "-map", "0:a:0", "-af", "ebur128=metadata=1,ametadata=print:key=lavfi.r128.I:file=-", "-f", "null", "-")
    return float(printed.decode().strip().splitlines()[-1].split("=")[1])


def make_loud_sounds():
    """Three seconds of which one is quiet, so that the gate matters; six channels, of which one counts for nothing and two for more."""
    tones = "0.3*sin(2*PI*1000*t)*(1-0.99*between(t,1,2))"
    make("gated.opus", "-f", "lavfi", "-i", f"aevalsrc='{tones}|0.5*{tones}':s=48000:d=3", "-c:a", "libopus", "-b:a", "24k")
    lanes = "|".join(f"{gain}*sin(2*PI*{pitch}*t)" for gain, pitch in
                     [(0.1, 300), (0.1, 440), (0.05, 1000), (0.5, 60), (0.2, 700), (0.2, 900)])
    make("around.m4a", "-f", "lavfi", "-i", f"aevalsrc='{lanes}':s=48000:c=5.1:d=1.5", "-c:a", "aac", "-b:a", "128k")


def cases():
    make_sounds()
    wav("nan.wav", [0.0, 0.5, float("nan"), 0.25])
    wav("infinite.wav", [0.0, 0.5, 0.25, float("-inf")])
    wav("loud.wav", [0.0, 1.5, -2.0, 0.25, 1.0, -1.0])
    exact = {"stereo.wav": 22050, "float.wav": 22050, "deep.flac": 22050, "tone.mp3": 22050, "tone.m4a": 22050,
             "tone.ogg": 22050, "tone.opus": 24000, "tone.webm": 24000}
    for name, length in exact.items():
        yield sound(name, length=length)
        yield sound(name, 16000, 1, length=8000)
    yield sound("tone.aac")
    yield sound("surround.wav", lanes=6)
    yield sound("surround.wav", 8000, 2)
    yield sound("with-sound.mp4", length=44100, lanes=1)
    yield sound("with-sound.mp4", 16000, 1, length=16000)
    make_loud_sounds()
    for name, length in [("gated.opus", 48000), ("around.m4a", 24000)]:
        yield sound(name, 16000, 1, length=length, loudness=loudness(name))
    for name in ["stereo.wav", "tone.opus"]:
        yield sound(name, 8000, 2, loudness=loudness(name))
    for name, place in [("nan.wav", 2), ("infinite.wav", 3)]:
        yield {"file": name, "error": f"the sample {place} of channel 0 is not a finite number"}
    yield {"file": "loud.wav", "rate": 0, "channels": 0, "count": 6, "lanes": 1, "some": [0.0], "energy": [0.822851],
           "notes": ["clipped"]}

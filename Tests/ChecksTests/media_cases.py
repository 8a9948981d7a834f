#!/usr/bin/env python3
"""Writes media.json: sounds and videos as recipes, and what ffmpeg's filters and the usual packages give for them.

    python3 -m venv venv
    venv/bin/pip install numpy scipy pyloudnorm==0.2.0 scikit-image==0.26.0
    venv/bin/python Tests/ChecksTests/media_cases.py      # with the ffmpeg program, 5.1

A recipe is a few numbers that MediaTests.swift makes the same samples and pixels of. Each expected value has its tolerance: 1e-9 for the same
formula (relative above 1), more where another program measures the same thing in another way.
"""

import json
import pathlib
import re
import subprocess

import numpy as np
import pyloudnorm
import scipy.ndimage
import scipy.signal
from skimage.metrics import structural_similarity

FIXTURE = pathlib.Path(__file__).parent / "Fixtures" / "media.json"
EXACT = 1e-9

# --- sounds -----------------------------------------------------------------------------------------------------------

SOUNDS = {
    "bursts": {"rate": 8000, "channels": 1, "seconds": 4, "noise": 0.002, "seed": 7, "tones": [[0, 0.5, 1.5, 440, 0.4], [0, 2.2, 3.6, 700, 0.3]]},
    "bursts-noisy": {"rate": 8000, "channels": 1, "seconds": 4, "noise": 0.03, "seed": 11, "tones": [[0, 0.5, 1.5, 440, 0.4], [0, 2.2, 3.6, 700, 0.3]]},
    "bursts-softer": {"rate": 8000, "channels": 1, "seconds": 4, "noise": 0.02, "seed": 5, "tones": [[0, 0.5, 1.5, 440, 0.2], [0, 2.2, 3.6, 700, 0.15]]},
    "stereo": {"rate": 44100, "channels": 2, "seconds": 2, "noise": 0.01, "seed": 3, "tones": [[0, 0, 2, 997, 0.5], [1, 0.4, 1.6, 5000, 0.7]]},
    "between": {"rate": 48000, "channels": 1, "seconds": 1, "noise": 0, "seed": 1, "tones": [[0, 0, 1, 11999, 0.9]]},
    "too-loud": {"rate": 16000, "channels": 2, "seconds": 1, "noise": 0.001, "seed": 9, "tones": [[0, 0, 1, 200, 1.6], [1, 0, 0.5, 300, 0.5]]},
    "pauses": {"rate": 8000, "channels": 1, "seconds": 5, "noise": 0, "seed": 1, "tones": [[0, 1, 1.4, 300, 0.5], [0, 1.7, 2, 300, 0.2], [0, 4, 4.2, 500, 0.1]]},
}


def sound(recipe):
    """Samples in 1/32768, moments by channels."""
    rate, channels = recipe["rate"], recipe["channels"]
    count = int(rate * recipe["seconds"])
    values = np.zeros((count, channels))
    for channel, start, end, hz, amplitude in recipe["tones"]:
        places = np.arange(int(start * rate), int(end * rate))
        values[places, channel] += amplitude * np.sin(2 * np.pi * hz * places / rate)
    state, noise = recipe["seed"], np.empty(count * channels)
    for place in range(count * channels):
        state = (state * 1664525 + 1013904223) % 2**32
        noise[place] = (state >> 16) / 32768 - 1
    values += recipe["noise"] * noise.reshape(count, channels)
    return np.clip(np.floor(values * 32768 + 0.5), -32768, 32767).astype(np.int16)


def filtered(samples, rate, chain):
    channels = samples.shape[1]
    command = ["ffmpeg", "-nostdin", "-hide_banner", "-f", "s16le", "-ar", str(rate), "-ac", str(channels), "-i", "pipe:0", "-af", chain, "-f", "null", "-"]
    return subprocess.run(command, input=samples.tobytes(), capture_output=True, check=True).stderr.decode()


def runs(flags):
    """Lengths of the stretches of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return edges[1::2] - edges[::2]


def sound_values(name):
    recipe = SOUNDS[name]
    samples, rate = sound(recipe), recipe["rate"]
    values = samples / 32768
    level = lambda x: 20 * np.log10(x)
    said = filtered(samples, rate, "ebur128=peak=true+sample:framelog=verbose,silencedetect=n=-60dB:d=0.5")
    summary = said[said.rindex("Summary:"):]
    peaks = [float(x) for x in re.findall(r"Peak:\s+(-?[0-9.]+) dBFS", summary)]
    silent = sum(float(x) for x in re.findall(r"silence_duration: ([0-9.]+)", said))
    flags = np.abs(values) >= 0.999
    clipped = sum(length for channel in flags.T for length in runs(channel) if length >= 3)
    mono, size = values.mean(axis=1), rate // 50
    powers = (mono[: len(mono) // size * size].reshape(-1, size) ** 2).mean(axis=1)
    noise = np.sort(powers)[: max(1, len(powers) // 10)].mean()
    found = [
        [{"duration": True, "at_least": 0}, len(values) / rate, EXACT, "NumPy"],
        [{"peak": True, "at_least": 0}, level(np.abs(values).max()), EXACT, "NumPy"],
        [{"peak": True, "at_least": 0}, peaks[0], 0.06, "ffmpeg ebur128, sample"],
        [{"true_peak": True, "at_least": 0}, peaks[1], 0.3, "ffmpeg ebur128, true"],
        [{"loudness": True, "at_least": 0}, float(re.search(r"I:\s+(-?[0-9.]+) LUFS", summary)[1]), 0.11 if rate > 40000 else 0.35, "ffmpeg ebur128"],
        [{"loudness": True, "at_least": 0}, pyloudnorm.Meter(rate).integrated_loudness(values), 0.06, "pyloudnorm"],
        [{"clipping": True}, clipped / values.size, EXACT, "NumPy"],
        [{"silence": True}, silent / (len(values) / rate), 0.01, "ffmpeg silencedetect"],
    ]
    # Where there are no pauses, signal and noise nearly cancel out.
    if noise > 0 and powers.mean() > 2 * noise:
        found.append([{"snr": True, "at_least": 0}, 10 * np.log10((powers.mean() - noise) / noise), EXACT, "NumPy"])
    return found


def sound_pair_values(left, right):
    response, reference = (sound(SOUNDS[name]).astype(np.float64).mean(axis=1) / 32768 for name in (left, right))

    def si_sdr(estimate, target):
        scaled = (estimate @ target) / (target @ target) * target
        return 10 * np.log10((scaled @ scaled) / ((scaled - estimate) @ (scaled - estimate)))

    def spectra(samples):
        window = scipy.signal.get_window("hann", 1024)
        frames = np.lib.stride_tricks.sliding_window_view(samples, 1024)[::512]
        return 10 * np.log10(np.maximum(np.abs(np.fft.rfft(frames * window)) ** 2, 1e-10))

    distance = np.sqrt(((spectra(response) - spectra(reference)) ** 2).mean(axis=1)).mean()
    return [
        [{"si_sdr": "$reference", "at_least": 0}, si_sdr(response, reference), EXACT, "NumPy"],
        [{"si_sdr": "$reference", "zero_mean": True, "at_least": 0}, si_sdr(response - response.mean(), reference - reference.mean()), EXACT, "NumPy"],
        [{"log_spectral_distance": "$reference", "at_most": 0}, distance, 1e-6, "SciPy"],
    ]


# --- videos -----------------------------------------------------------------------------------------------------------

WIDTH, HEIGHT, RATE = 48, 32, 10
# Kind, frames, seed. Blurred ones are the same texture, four times as large.
VIDEOS = {
    "cuts": [["moving", 12, 1], ["moving", 12, 2], ["blurred", 12, 3]],
    "black": [["black", 10, 1], ["moving", 20, 2], ["black", 5, 3]],
    "frozen": [["moving", 8, 1], ["still", 30, 2], ["moving", 7, 3], ["still", 12, 4]],
    "flicker": [["flicker", 20, 1], ["moving", 10, 1]],
    "plain": [["moving", 16, 5]],
    "plain-noisy": [["noisy", 16, 5]],
}


def texture(x, y, c, seed):
    h = (x * 374761393 + y * 668265263 + c * 2147483647 + seed * 1274126177) % 2**32
    h = (h ^ (h >> 13)) * 1274126177 % 2**32
    return h >> 16 & 255


def video(segments):
    frames = []
    for kind, count, seed in segments:
        for t in range(count):
            frame = np.empty((HEIGHT, WIDTH, 3), np.uint8)
            for y in range(HEIGHT):
                for x in range(WIDTH):
                    for c in range(3):
                        at = x + t if kind in ("moving", "flicker", "noisy") else x
                        if kind == "blurred":
                            value = 64 + texture((x + t) // 4, y // 4, c, seed) // 2
                        else:
                            value = 64 + texture(at, y, c, seed) // 2
                        if kind == "black":
                            value = texture(x + t, y, c, seed) % 8
                        if kind == "flicker" and t % 2 == 1:
                            value += 30
                        if kind == "noisy":
                            value += texture(x, y, c, 1000 + t) % 16 - 8
                        frame[y, x, c] = value
            frames.append(frame)
    return np.stack(frames)


def video_filtered(frames, chain, *more):
    source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(RATE)]
    inputs = sum(([*source, "-i", path] for path in ["pipe:0", *more]), [])
    command = ["ffmpeg", "-nostdin", "-hide_banner", *inputs, "-lavfi", chain, "-f", "null", "-"]
    return subprocess.run(command, input=frames.tobytes(), capture_output=True, check=True).stderr.decode()


def luma(frame):
    r, g, b = (frame[..., c].astype(np.uint32) for c in range(3))
    return ((r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16).astype(np.float64)


def video_values(name):
    frames = video(VIDEOS[name])
    lumas = [luma(frame) for frame in frames]
    seconds = len(frames) / RATE
    black = video_filtered(frames, "blackdetect=d=0.01")
    frozen = video_filtered(frames, "freezedetect=n=0.001:d=2")
    starts = [float(x) for x in re.findall(r"freeze_start: ([0-9.]+)", frozen)]
    ends = [float(x) for x in re.findall(r"freeze_end: ([0-9.]+)", frozen)] + [seconds]
    still = sum(end - start for start, end in zip(starts, ends))
    cuts = len(re.findall(r"lavfi.scd.score", video_filtered(frames, "scdet=threshold=10")))
    means = np.array([x.mean() for x in lumas]) / 255
    sharpness = [scipy.ndimage.laplace(x, mode="mirror").var() for x in lumas]
    return [
        [{"black_frames": True}, sum(float(x) for x in re.findall(r"black_duration:([0-9.]+)", black)) / seconds, 1.001 / len(frames), "ffmpeg blackdetect"],
        [{"frozen_frames": True}, still / seconds, 0.03, "ffmpeg freezedetect"],
        [{"scene_cuts": True, "at_least": 0}, cuts, EXACT, "ffmpeg scdet"],
        [{"flicker": True, "at_least": 0}, np.abs(np.diff(means, 2)).mean(), EXACT, "NumPy"],
        [{"mean_sharpness": True, "at_least": 0}, np.mean(sharpness), EXACT, "SciPy"],
    ]


def video_pair_values(left, right):
    response, reference = video(VIDEOS[left]), video(VIDEOS[right])
    path = "/tmp/cupel-media-cases.rgb"
    pathlib.Path(path).write_bytes(reference.tobytes())
    stats = "/tmp/cupel-media-cases.log"
    video_filtered(response, f"[0]format=gbrp[a];[1]format=gbrp[b];[a][b]psnr=stats_file={stats}", path)
    psnr = np.mean([float(x) for x in re.findall(r"psnr_avg:([0-9.]+)", pathlib.Path(stats).read_text())])
    said = video_filtered(response, "[0]format=gbrp[a];[1]format=gbrp[b];[a][b]ssim", path)
    ssim = [structural_similarity(a, b, channel_axis=-1, data_range=255) for a, b in zip(response, reference)]
    return [
        [{"video_psnr": "$reference", "at_least": 0}, psnr, 0.01, "ffmpeg psnr"],
        [{"video_ssim": "$reference"}, np.mean(ssim), EXACT, "scikit-image"],
        [{"video_ssim": "$reference"}, float(re.search(r"All:([0-9.]+)", said)[1]), 0.01, "ffmpeg ssim"],
    ]


def main():
    cases = [{"sound": name, "checks": sound_values(name)} for name in SOUNDS]
    for left, right in [("bursts-noisy", "bursts"), ("bursts-softer", "bursts")]:
        cases.append({"sound": left, "reference": right, "checks": sound_pair_values(left, right)})
    cases += [{"video": name, "checks": video_values(name)} for name in VIDEOS]
    cases.append({"video": "plain-noisy", "reference": "plain", "checks": video_pair_values("plain-noisy", "plain")})
    lines = ",\n".join(json.dumps(case) for case in cases)
    FIXTURE.write_text(
        f'{{"sounds": {json.dumps(SOUNDS)},\n"videos": {json.dumps(VIDEOS)},\n"cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()

"""One peer at one task in a process of its own: peers.py PEER TASK JOBS COUNT ROUNDS OUTPUT FILE…; see `bench.py`.

Prints the seconds of each round and the most memory, in the words of cupel-bench-media; the first result goes into OUTPUT."""

import io
import json
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np


def size_of(text):
    width, height = text.split("x")
    return int(width), int(height)


def evenly(count, of):
    return [of * i // count for i in range(count)]


# Video: a list of RGB arrays. Frames are chosen by their number, which for a constant rate is the same as by their time.


def pyav_video(path, words):
    import av

    with av.open(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        rate, frames = stream.average_rate, []
        if words[0] == "frames":
            for index in evenly(int(words[1]), stream.frames):
                container.seek(int(index / rate / stream.time_base), stream=stream)
                for frame in container.decode(stream):
                    if frame.pts * stream.time_base * rate >= index - 0.5:
                        frames.append(frame.to_ndarray(format="rgb24"))
                        break
            return frames
        width, height = size_of(words[2])
        wanted = set(evenly(int(float(stream.duration * stream.time_base) * int(words[1])), stream.frames))
        for index, frame in enumerate(container.decode(stream)):
            if index in wanted:
                frames.append(frame.reformat(width, height, "rgb24", interpolation="BICUBIC").to_ndarray())
        return frames


def decord_video(path, words):
    import decord

    size = {} if words[0] == "frames" else dict(zip(("width", "height"), size_of(words[2])))
    reader = decord.VideoReader(path, **size)
    count = int(words[1]) if words[0] == "frames" else int(len(reader) / reader.get_avg_fps() * int(words[1]))
    return list(reader.get_batch(evenly(count, len(reader))).asnumpy())


def torchcodec_video(path, words):
    import torch
    from torchcodec.decoders import VideoDecoder

    decoder = VideoDecoder(path, dimension_order="NCHW", num_ffmpeg_threads=0)
    total = decoder.metadata.num_frames
    count = int(words[1]) if words[0] == "frames" else int(decoder.metadata.duration_seconds * int(words[1]))
    frames = decoder.get_frames_at(evenly(count, total)).data
    if words[0] == "fps":
        width, height = size_of(words[2])
        frames = torch.nn.functional.interpolate(frames, (height, width), mode="bicubic", antialias=True)
    return [frame.permute(1, 2, 0).contiguous().numpy() for frame in frames]


# Pictures: one RGB array.


def pillow_image(path, words):
    from PIL import Image

    with open(path, "rb") as file:
        data = file.read()
    image = Image.open(io.BytesIO(data)).convert("RGB").resize(size_of(words[1]), Image.Resampling.BICUBIC)
    return np.asarray(image)


# Sound: samples from -1 to 1, mono.


def librosa_sound(path, words):
    import librosa

    return librosa.load(path, sr=int(words[1]), mono=True)[0]


def soundfile_sound(path, words):
    import soundfile
    import soxr

    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return soxr.resample(samples.mean(axis=1), rate, int(words[1]), quality="HQ")


def pyav_sound(path, words):
    import av

    pieces = []
    with av.open(path) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=int(words[1]))
        for frame in container.decode(audio=0):
            pieces += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
        pieces += [piece.to_ndarray()[0] for piece in resampler.resample(None)]
    return np.concatenate(pieces)


def torchcodec_sound(path, words):
    from torchcodec.decoders import AudioDecoder

    return AudioDecoder(path, sample_rate=int(words[1]), num_channels=1).get_all_samples().data[0].numpy()


def ffmpeg(path, words):
    """The program, its start included; what it writes is read through a pipe."""
    if words[0] == "sound":
        options = ["-ac", "1", "-ar", words[1], "-f", "f32le"]
    else:
        scale = f",scale={words[2].replace('x', ':')}:flags=bicubic" if words[0] == "fps" else ""
        every = words[3]
        options = ["-vf", rf"select=not(mod(n\,{every})){scale}", "-vsync", "0", "-pix_fmt", "rgb24", "-f", "rawvideo"]
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", path, *options, "-"]
    data = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return np.frombuffer(data, np.float32 if words[0] == "sound" else np.uint8)


PEERS = {
    "video": {"PyAV": pyav_video, "torchcodec": torchcodec_video, "decord": decord_video, "ffmpeg": ffmpeg},
    "image": {"Pillow": pillow_image},
    "sound": {
        "PyAV": pyav_sound, "torchcodec": torchcodec_sound, "librosa": librosa_sound, "soundfile": soundfile_sound,
        "ffmpeg": ffmpeg,
    },
}


def kind(task):
    return {"frames": "video", "fps": "video"}.get(task.split(":")[0], task.split(":")[0])


def own_peak():
    """In KB. Not ru_maxrss, which a process inherits from the one that started it."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def main(peer, task, jobs, count, rounds, output, *files):
    words, decode = task.split(":"), PEERS[kind(task)][peer]
    first = decode(files[0], words)
    with open(output, "wb") as file:
        for piece in first if isinstance(first, list) else [first]:
            file.write(np.ascontiguousarray(piece).tobytes())
    del first
    seconds = []
    for _ in range(int(rounds)):
        start = time.perf_counter()
        with ThreadPoolExecutor(int(jobs)) as pool:
            for _ in pool.map(lambda number: decode(files[number % len(files)], words) is None, range(int(count))):
                pass
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss if peer == "ffmpeg" else own_peak()
    print(json.dumps({"seconds": seconds, "peak_kb": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])

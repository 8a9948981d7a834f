"""Makes the files with the ffmpeg program, lets everybody decode them turn by turn, compares what came out, and prints ratios. See `run`."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from peers import PEERS, kind

HERE = Path(__file__).parent


def ffmpeg(*options):
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *options], check=True)


def video(path, size, seconds):
    """Moving shapes with grain, a key frame every 250 frames at most, as x264 does unless it is told otherwise."""
    source = f"testsrc2=size={size}:rate=30:duration={seconds},noise=alls=6:allf=t"
    ffmpeg("-f", "lavfi", "-i", source, "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p", path)


def pictures(folder, ending, count):
    """Slopes with grain, away from the ends of the scale: where values are clipped, it matters whether colours are converted before they are
    scaled or after."""
    source = "gradients=size=1024x1024:rate=1:speed=0.2:seed=7,format=gbrp,lutrgb=r=40+val*0.7:g=40+val*0.7:b=40+val*0.7,format=yuv444p,noise=alls=6:allf=t"
    quality = ["-q:v", "3"] if ending == "jpg" else []
    ffmpeg("-f", "lavfi", "-i", source, "-frames:v", str(count), "-pix_fmt", "yuvj420p" if ending == "jpg" else "rgb24", *quality,
           str(folder / f"%04d.{ending}"))
    return sorted(str(path) for path in folder.glob(f"*.{ending}"))


def tasks(folder, scale, chosen):
    """Name, what is asked for, how many files at once, how often, the files."""
    cores = os.cpu_count() or 1
    images = max(8, round(1000 * scale))
    made = {
        "frames": lambda: ("8 frames of 10 s 720p H.264", "frames:8", 1, 1, clip(folder, "720p", "1280x720", 10, scale)),
        "dense": lambda: ("2 fps of 60 s 1080p H.264, 640x360", "fps:2:640x360", 1, 1, clip(folder, "1080p", "1920x1080", 60, scale)),
        "jpeg": lambda: (f"{images} JPEG of 1 Mpx, 448x448", "image:448x448", cores, images, pictures(folder, "jpg", min(50, images))),
        "png": lambda: (f"{images} PNG of 1 Mpx, 448x448", "image:448x448", cores, images, pictures(folder, "png", min(50, images))),
        "sound": lambda: ("1 hour of MP3, 16 kHz mono", "sound:16000", 1, 1, [song(folder, 3600 * scale)]),
    }
    for name, make in made.items():
        if chosen in (None, name):
            yield name, *make()


def clip(folder, name, size, seconds, scale):
    path = folder / f"{name}.mp4"
    video(str(path), size, max(2, round(seconds * min(1, scale * 5))))
    return [str(path)]


def song(folder, seconds):
    path = str(folder / "song.mp3")
    source = f"aevalsrc='0.3*sin(2*PI*(200+100*sin(t/3))*t)|0.2*sin(440*2*PI*t)':s=44100:d={max(5, seconds)}[a];anoisesrc=r=44100:a=0.05:seed=3:d={max(5, seconds)}[n];[a][n]amix"
    ffmpeg("-filter_complex", source, "-ac", "2", "-b:a", "128k", path)
    return path


def run(command, output):
    """What the program prints, with its result; None where it cannot do it here."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True)
    if done.returncode != 0:
        print(f"  ({command[1] if command[0] == sys.executable else command[0]} failed: {done.stderr.strip().splitlines()[-1:]})", file=sys.stderr)
        return None
    found = json.loads(done.stdout.strip().splitlines()[-1])
    return {"seconds": min(found["seconds"]), "peak": found["peak_kb"] / 1024, "output": output.read_bytes()}


def difference(task, ours, theirs):
    """How far two results are apart: mean absolute difference of 8-bit values, or of samples in 1/32768; None: of different lengths."""
    if kind(task) == "sound":
        ours, theirs = (np.frombuffer(data, np.float32) for data in (ours, theirs))
        if abs(len(ours) - len(theirs)) > 0.002 * len(ours) + 2000:
            return None
        count = min(len(ours), len(theirs))
        return 32768 * float(np.abs(ours[:count] - theirs[:count]).mean())
    ours, theirs = (np.frombuffer(data, np.uint8) for data in (ours, theirs))
    if len(ours) != len(theirs):
        return None
    return float(np.abs(ours.astype(np.int16) - theirs.astype(np.int16)).mean())


def every(task, path):
    """For the ffmpeg program: one frame of so many."""
    if kind(task) != "video":
        return task
    words = task.split(":")
    probe = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "stream=nb_frames,duration", "-of", "json", path],
                           capture_output=True, text=True, check=True)
    stream = json.loads(probe.stdout)["streams"][0]
    frames = int(stream["nb_frames"])
    count = int(words[1]) if words[0] == "frames" else int(float(stream["duration"]) * int(words[1]))
    return ":".join([*words, *([""] if words[0] == "frames" else []), str(-(-frames // count))])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--scale", type=float, default=1, help="length of clips and number of pictures")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--task", choices=["frames", "dense", "jpeg", "png", "sound"])
    parser.add_argument("--peer", help="this peer alone")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cupel-bench-media-") as scratch:
        folder = Path(scratch)
        for name, title, task, jobs, count, files in tasks(folder, arguments.scale, arguments.task):
            print(f"{title}, {jobs} at once, best of {arguments.rounds}", flush=True)
            output = folder / "result"
            rest = [jobs, count, arguments.rounds, output, *files]
            ours = {place: run([arguments.program, place, task, *rest], output) for place in ("workers", "in_process")}
            if None in ours.values():
                raise SystemExit("Cupel could not do it")
            workers = ours["workers"]
            print(f"  {'Cupel, workers':22} {workers['seconds']:9.3f} s {workers['peak']:8.0f} MiB", flush=True)
            plain = ours["in_process"]
            print(f"  {'Cupel, in process':22} {plain['seconds']:9.3f} s {plain['peak']:8.0f} MiB   the sandbox costs "
                  f"{workers['seconds'] / plain['seconds']:.2f}x the time", flush=True)
            for peer in PEERS[kind(task)]:
                if arguments.peer not in (None, peer):
                    continue
                asked = every(task, files[0]) if peer == "ffmpeg" else task
                found = run([sys.executable, HERE / "peers.py", peer, asked, *rest], output)
                if found is None:
                    continue
                apart = difference(task, workers["output"], found["output"])
                same = "results of different lengths" if apart is None else f"results {apart:.2f} apart"
                print(f"  {peer:22} {found['seconds']:9.3f} s {found['peak']:8.0f} MiB   Cupel is {found['seconds'] / workers['seconds']:.2f}x as fast, "
                      f"with {workers['peak'] / found['peak']:.2f}x the memory; {same}", flush=True)


if __name__ == "__main__":
    main()

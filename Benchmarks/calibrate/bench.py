"""`cupel calibrate report` without drawn intervals against numpy and scikit-learn, on the same files in the same run.

Both are whole processes, taken in turns; wall time, processor time and peak memory are those of the system's accounting. Before
anything is reported, every measure of the one is held against the other's.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time

import orjson

HERE = os.path.dirname(os.path.abspath(__file__))
SAME = {"accuracy": 1e-12, "auroc": 1e-9, "ece": 1e-9, "brier": 1e-9, "log_loss": 1e-9, "aurc": 1e-9}


def generate(folder, count):
    """A judge of pass or not that is too sure of itself; the same for every run."""
    chance = random.Random(3)
    provenance = {"judge": "j", "fingerprint": "f", "rubric": "r@sha256:00", "style": "s@1", "parser": "p@1+logprobs@1", "sampling": {}, "seed": 0}
    labels, judgments = os.path.join(folder, "labels.jsonl"), os.path.join(folder, "graded.jsonl")
    with open(labels, "wb") as out, open(judgments, "wb") as graded:
        for number in range(count):
            sure = chance.random()
            passes = chance.random() < 0.5
            said = 0.5 + 0.4999 * sure**0.4
            right = chance.random() < 0.5 + 0.45 * sure
            name = f"item-{number}"
            probability = said if passes else 1 - said
            answers = {"mass": 1.0, "probabilities": {"0": 1 - probability, "1": probability}}
            sample = {"sample": 0, "order": [0], "response": 0, "status": "ok", "scores": [probability], "logprobs": {"said": [float(passes)], "answers": [answers]}}
            graded.write(orjson.dumps({"id": name, "status": "ok", "format": "pointwise", "scores": [probability], "samples": [sample], "provenance": provenance}) + b"\n")
            out.write(orjson.dumps({"id": name, "pass": passes == right}) + b"\n")
    return labels, judgments


def measure(command):
    """What it printed, wall seconds, processor seconds and peak MiB of a process and of nothing else."""
    with tempfile.TemporaryFile() as output:
        start = time.monotonic()
        pid = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, output.fileno(), 1)])
        _, status, usage = os.wait4(pid, 0)
        wall = time.monotonic() - start
        if status != 0:
            sys.exit(f"bench: {' '.join(command)} ended with status {os.waitstatus_to_exitcode(status)}")
        output.seek(0)
        return orjson.loads(output.read()), wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(ours, theirs):
    """Ends the benchmark where a measure differs."""
    tokens = ours["sources"]["tokens"]
    found = {name: estimate["value"] for name, estimate in tokens["measures"].items()} | {"accuracy": ours["accuracy"]["value"]}
    for name, tolerance in SAME.items():
        if abs(found[name] - theirs[name]) > tolerance:
            sys.exit(f"bench: {name} is {found[name]} here and {theirs[name]} there")
    held_out = min(value for name, value in theirs.items() if name.startswith("held_out_"))
    if abs(tokens["recalibrated"]["measures"]["log_loss"]["value"] - held_out) > 2e-3:
        sys.exit("bench: the held-out log losses differ")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cupel")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        labels, judgments = generate(folder, options.count)
        cupel = [options.cupel, "calibrate", "report", labels, judgments, "--pass-at", "0.5", "--resamples", "0", "--format", "json"]
        peer = [sys.executable, os.path.join(HERE, "peer.py"), labels, judgments]
        rows = []
        for _ in range(options.rounds):
            ours, theirs = measure(cupel), measure(peer)
            compare(ours[0], theirs[0])
            rows.append((ours[1:], theirs[1:]))
    for place, name in enumerate(["wall time", "processor time", "peak memory"]):
        ratio = statistics.median(theirs[place] / ours[place] for ours, theirs in rows)
        here, there = (statistics.median(row[side][place] for row in rows) for side in (0, 1))
        print(f"{name}: cupel {here:.1f}, numpy and scikit-learn {there:.1f}: {ratio:.2f}x less")


if __name__ == "__main__":
    main()

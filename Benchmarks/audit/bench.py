"""`cupel audit compare` against scipy's bootstrap, on the same two reports in the same run.

Both are whole processes, taken in turns; wall time, processor time and peak memory are those of the system's accounting. Before
anything is reported, both intervals are held against each other.
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


def generate(folder, items, seed, rate):
    """A report with one perturbation of three variants."""
    chance = random.Random(seed)
    broken = {f"item-{number}": [sum(chance.random() < rate for _ in range(3)), 3] for number in range(items)}
    report = {"cupel_audit": 1, "judge": {"name": f"judge-{seed}", "fingerprint": "f"}, "rubric": "r@sha256:00",
              "perturbations": [{"name": "injection.combined", "items": broken}]}
    path = os.path.join(folder, f"{seed}.json")
    with open(path, "wb") as file:
        file.write(orjson.dumps(report))
    return path


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
    """Ends the benchmark where the estimates differ by more than resampling leaves open."""
    found = ours["perturbations"][0]["difference"]
    if abs(found["value"] - theirs["value"]) > 1e-12:
        sys.exit(f"bench: the difference is {found['value']} here and {theirs['value']} there")
    for end in ["lower", "upper"]:
        if abs(found["interval"][end] - theirs[end]) > 0.15 * theirs["error"]:
            sys.exit(f"bench: {end} is {found['interval'][end]} here and {theirs[end]} there")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cupel")
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--resamples", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        reports = [generate(folder, options.items, 1, 0.2), generate(folder, options.items, 2, 0.22)]
        cupel = [options.cupel, "audit", "compare", *reports, "--resamples", str(options.resamples), "--format", "json"]
        peer = [sys.executable, os.path.join(HERE, "peer.py"), *reports, str(options.resamples)]
        rows = []
        for _ in range(options.rounds):
            ours, theirs = measure(cupel), measure(peer)
            compare(ours[0], theirs[0])
            rows.append((ours[1:], theirs[1:]))
    for place, name in enumerate(["wall time", "processor time", "peak memory"]):
        ratio = statistics.median(theirs[place] / ours[place] for ours, theirs in rows)
        here, there = (statistics.median(row[side][place] for row in rows) for side in (0, 1))
        print(f"{name}: cupel {here:.2f}, scipy {there:.2f}: {ratio:.2f}x less")


main()

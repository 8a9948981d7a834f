"""`cupel grade` with checks against the same checks in Python, on the same records in the same run.

Both are whole processes, taken in turns; wall time, CPU time and peak memory are those of the system's accounting. Before
anything is reported, every score of the one is held against the score of the other.
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
TOLERANCE = 1e-9
WORDS = """the a of and in to is was answer result value city river year people built found known large first second
population museum capital because therefore which that with from about between number century company song film author book
1969 1984 2001 2020 12 3.5 north south east west water light energy model data test""".split()


def generate(path, count):
    """Short answers that share some words with their references; the same for every run."""
    rng = random.Random(7)
    with open(path, "wb") as out:
        for number in range(count):
            reference = rng.choices(WORDS, k=rng.randint(8, 30))
            response = [word if rng.random() < 0.6 else rng.choice(WORDS) for word in reference]
            if rng.random() < 0.5:
                response = ["The", "answer", "is"] + response
            item = {"id": f"item-{number}", "prompt": "What is it?", "response": " ".join(response) + ".",
                    "reference": " ".join(reference)}
            out.write(orjson.dumps(item) + b"\n")


def measure(command):
    """Wall seconds, CPU seconds and peak MiB of a process and of nothing else."""
    start = time.monotonic()
    pid = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(pid, 0)
    wall = time.monotonic() - start
    if status != 0:
        sys.exit(f"bench: {' '.join(command)} ended with status {os.waitstatus_to_exitcode(status)}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(ours, theirs, count):
    """Every score of the one against the score of the other; ends the benchmark where they differ."""
    seen = 0
    with open(ours, "rb") as left, open(theirs, "rb") as right:
        for a, b in zip(left, right, strict=True):
            a, b = orjson.loads(a), orjson.loads(b)
            found = {c["name"]: c["responses"][0]["score"] for c in a["criteria"]}
            pairs = [(a["scores"][0], b["score"])] + [(found[name], value) for name, value in b["criteria"].items()]
            if a["id"] != b["id"] or any(abs(x - y) > TOLERANCE for x, y in pairs):
                sys.exit(f"bench: the scores differ:\n  cupel: {a}\n  peer: {b}")
            seen += 1
    if seen != count:
        sys.exit(f"bench: {seen} of {count} items were graded")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cupel")
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        items, ours, theirs = (os.path.join(work, name) for name in ("items.jsonl", "cupel.jsonl", "peer.jsonl"))
        generate(items, arguments.items)
        commands = {
            "cupel grade": [arguments.cupel, "grade", "--rubric", f"{HERE}/rubric.yaml", items, "-o", ours,
                            "--overwrite", "--quiet"],
            "python": [sys.executable, f"{HERE}/peer.py", items, theirs],
        }
        runs = {name: [] for name in commands}
        for _ in range(arguments.rounds):
            for name, command in commands.items():
                runs[name].append(measure(command))
        compare(ours, theirs, arguments.items)
    report(runs, arguments)


def report(runs, arguments):
    print(f"grade: {arguments.items:,} short items, 4 checks, {arguments.rounds} rounds in turns, all scores equal within {TOLERANCE}")
    print(f"{'':12}{'wall s':>10}{'CPU s':>10}{'peak MiB':>10}")
    medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in runs.items()}
    for name, (wall, cpu, peak) in medians.items():
        print(f"{name:12}{wall:10.2f}{cpu:10.2f}{peak:10.1f}")
    ratios = [b / a for a, b in zip(medians["cupel grade"], medians["python"])]
    print(f"{'ratio':12}" + "".join(f"{ratio:9.1f}x" for ratio in ratios) + "   (python : cupel, medians)")


main()

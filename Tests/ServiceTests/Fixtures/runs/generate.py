"""Writes runs.json: statistics of the rewards of training runs, as numpy and scipy compute them from all rewards at once.

python3 -m venv venv && venv/bin/pip install numpy scipy && venv/bin/python generate.py
"""
import json
import pathlib

import numpy
from scipy import stats

WINDOW = 1000  # RunStatistics.window

# Both sides make the same rewards from a few numbers, so that the file stays small: an item of the sequence is given by (seed, index).
MASK = (1 << 64) - 1


def uniform(seed, index):
    """SplitMix64's output for the state seed + index, as a number from 0 to 1."""
    word = (seed + (index + 1) * 0x9E3779B97F4A7C15) & MASK
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & MASK
    return ((word ^ (word >> 31)) >> 11) * 2.0**-53


# reward = offset + scale * u + drift * index / count + length_weight * length / 1000, rounded down to steps where there are any;
# length = 1 + floor(2000 * v).
CASES = [
    {"name": "none", "count": 0, "seed": 1},
    {"name": "one", "count": 1, "seed": 2},
    {"name": "two", "count": 2, "seed": 3},
    {"name": "a thousand less one", "count": 999, "seed": 4},
    {"name": "a thousand", "count": 1000, "seed": 5},
    {"name": "not yet twice the window", "count": 1999, "seed": 6, "drift": 3},
    {"name": "twice the window", "count": 2000, "seed": 7, "drift": 3},
    {"name": "upwards", "count": 5003, "seed": 8, "drift": 2},
    {"name": "downwards", "count": 4321, "seed": 9, "drift": -0.5},
    {"name": "longer is better", "count": 3000, "seed": 10, "length_weight": 2},
    {"name": "longer is worse", "count": 3000, "seed": 11, "length_weight": -0.1},
    {"name": "always the same", "count": 2500, "seed": 12, "scale": 0, "offset": 0.1},
    {"name": "in steps", "count": 2500, "seed": 13, "scale": 10, "step": 1},
    {"name": "far from zero", "count": 2500, "seed": 14, "offset": 1e9},
    {"name": "far below zero", "count": 2500, "seed": 15, "offset": -1e6, "scale": 1e-2},
    {"name": "tiny", "count": 2500, "seed": 16, "scale": 1e-150},
    {"name": "huge", "count": 2500, "seed": 17, "scale": 1e150},
]


def sequence(case):
    rewards, lengths = [], []
    for index in range(case["count"]):
        length = 1 + int(2000 * uniform(case["seed"] ^ 0xABCDEF, index))
        value = case.get("scale", 1.0) * uniform(case["seed"], index)
        if "step" in case:
            value = case["step"] * float(int(value / case["step"]))
        value = case.get("offset", 0.0) + value + case.get("drift", 0.0) * index / max(1, case["count"])
        rewards.append(value + case.get("length_weight", 0.0) * length / 1000)
        lengths.append(length)
    return numpy.array(rewards, dtype=numpy.longdouble), numpy.array(lengths, dtype=numpy.longdouble)


def described(rewards, lengths):
    several = len(rewards) > 1
    varied = several and rewards.min() < rewards.max() and lengths.min() < lengths.max()
    correlation = None
    if varied:
        scaled = (rewards - rewards.mean()) / numpy.abs(rewards - rewards.mean()).max()
        correlation = float(stats.pearsonr(scaled.astype(float), lengths.astype(float)).statistic)
    return {
        "mean": float(rewards.mean()) if len(rewards) else None,
        "stddev": float(rewards.std(ddof=1)) if several else None,
        "bytes": float(lengths.mean()) if len(lengths) else None,
        "correlation": correlation,
    }


def row(case):
    rewards, lengths = sequence(case)
    first, last = rewards[:WINDOW], rewards[-WINDOW:]
    drift = None
    if len(rewards) >= 2 * WINDOW and first.min() < first.max():
        drift = float((last.mean() - first.mean()) / first.std(ddof=1))  # Glass's delta
    return case | {
        "all": described(rewards, lengths),
        "first": described(first, lengths[:WINDOW]),
        "last": described(last, lengths[-WINDOW:]),
        "drift_expected": drift,
    }


path = pathlib.Path(__file__).with_name("runs.json")
path.write_text("[\n  " + ",\n  ".join(json.dumps(row(case)) for case in CASES) + "\n]\n")

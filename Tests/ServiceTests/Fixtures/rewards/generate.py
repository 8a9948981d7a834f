"""Writes groups.json: ranks and normalised rewards of groups of scores, as numpy and scipy compute them; and schedules.json: who meets whom
for win rates, by a second writing of the same rule.

python3 -m venv venv && venv/bin/pip install numpy scipy && venv/bin/python generate.py
"""
import hashlib
import json
import pathlib

import numpy
from scipy import stats

EPSILON = 1e-6  # GroupRewards.epsilon

NONE = None
CASES = {
    "two": [2, 4],
    "equal": [4, 4, 4],
    "equal thirds": [1 / 3] * 7,
    "ties": [3, 8, 3, 1, 8],
    "a failure": [3, NONE, 8],
    "failures and ties": [NONE, 5, NONE, 5, 1, NONE],
    "one": [7],
    "one of three": [NONE, 7, NONE],
    "none": [NONE, NONE],
    "binary": [0, 0, 1, 0, 0, 0, 0, 0],
    "negative": [-3.5, -1.25, 0, 2],
    "far from zero": [1e9 + 1, 1e9 + 2, 1e9 + 3],
    "a spread of rounding errors": [0.1 + 0.2, 0.3],
    "tiny": [1e-9, 2e-9],
    "huge": [1e150, -1e150, 0],
}
rng = numpy.random.default_rng(20260401)
for count in (3, 8, 16, 64):
    CASES[f"normal, {count}"] = rng.normal(5, 2, count).tolist()
    CASES[f"steps, {count}"] = rng.integers(1, 11, count).astype(float).tolist()


def row(name, scores):
    known = numpy.array([score for score in scores if score is not None], dtype=float)
    ranks = iter(stats.rankdata(-known, method="average")) if len(known) else iter(())
    mean = float(known.mean()) if len(known) else None
    std = float(known.std(ddof=1)) if len(known) > 1 else None
    flat = len(known) > 1 and known.min() == known.max()
    if flat:
        mean, std = float(known[0]), 0.0  # numpy's mean of equal thirds is not a third

    def normalized(score):
        if score is None or std is None:
            return None
        return 0.0 if flat else (score - mean) / (std + EPSILON)

    return {
        "name": name,
        "scores": scores,
        "ranks": [None if score is None else float(next(ranks)) for score in scores],
        "normalized": [normalized(score) for score in scores],
        "mean": mean,
        "std": std,
        "zero_spread": bool(flat),
    }


path = pathlib.Path(__file__).with_name("groups.json")
rows = [row(name, scores) for name, scores in CASES.items()]
path.write_text("[\n  " + ",\n  ".join(json.dumps(row) for row in rows) + "\n]\n")


class SplitMix64:
    MASK = (1 << 64) - 1

    def __init__(self, state):
        self.state = state

    def below(self, limit):
        self.state = (self.state + 0x9E3779B97F4A7C15) & self.MASK
        word = self.state
        word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & self.MASK
        word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & self.MASK
        return ((word ^ (word >> 31)) * limit) >> 64


def schedule(count, seed, group):
    parts = [part.encode() for part in ("win-rate", str(seed), group)]
    digest = hashlib.sha256(b"".join(b"%d:%s" % (len(part), part) for part in parts)).digest()
    random = SplitMix64(int.from_bytes(digest[:8], "big"))
    places = list(range(count))
    for last in range(count - 1, 0, -1):
        other = random.below(last + 1)
        places[last], places[other] = places[other], places[last]
    places += [None] * (count % 2)
    pairs, rested = [], None
    for _ in range(len(places) - 1):
        opposite = [(places[at], places[-1 - at]) for at in range(len(places) // 2)]
        met = [(min(pair), max(pair)) for pair in opposite if None not in pair]
        pairs += sorted(met, key=lambda pair: rested not in pair)
        rested = next((pair[0] if pair[1] is None else pair[1] for pair in opposite if None in pair), None)
        places.insert(1, places.pop())
    return {"count": count, "seed": seed, "group": group, "pairs": pairs}


cases = [(2, 0, "g"), (3, 0, "g"), (5, 7, "g"), (5, 8, "g"), (6, 7, "h"), (9, 2**62, "é/1"), (16, 1, "")]
rows = [schedule(*case) for case in cases]
path.with_name("schedules.json").write_text("[\n  " + ",\n  ".join(json.dumps(row) for row in rows) + "\n]\n")

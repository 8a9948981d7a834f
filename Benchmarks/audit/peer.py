"""The interval of a paired difference by scipy, from two reports of audits."""

import sys

import numpy as np
import orjson
from scipy import stats


def broken(path):
    with open(path, "rb") as file:
        report = orjson.loads(file.read())
    return {item: b / n for item, (b, n) in report["perturbations"][0]["items"].items()}


first, second = broken(sys.argv[1]), broken(sys.argv[2])
items = sorted(first.keys() & second.keys())
differences = np.array([second[item] - first[item] for item in items])
# The mean of all drawn rows at once is what scipy does best; the batch keeps its memory within bounds.
found = stats.bootstrap((differences,), np.mean, n_resamples=int(sys.argv[3]), batch=200, method="percentile", vectorized=True, rng=1)
print(orjson.dumps({"value": float(differences.mean()), "lower": float(found.confidence_interval.low),
                    "upper": float(found.confidence_interval.high), "error": float(found.standard_error)}).decode())

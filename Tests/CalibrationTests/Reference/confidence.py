"""Calibration, discrimination and selection of probabilities of something that happened or not."""

import netcal.metrics
import numpy
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from Reference.tables import Table


def data_sets():
    random = numpy.random.default_rng(5)
    sets = {}
    for name, n, sharpness, tilt in [("calibrated", 400, 1.5, 1.0), ("too_sure", 500, 2.0, 0.4), ("small", 23, 1.0, 0.7)]:
        z = random.normal(0.3, sharpness, n)
        p = 1 / (1 + numpy.exp(-z))
        sets[name] = (p, random.random(n) < 1 / (1 + numpy.exp(-tilt * z)))
    shares = random.integers(0, 6, 300) / 5
    sets["shares_of_five"] = (shares, random.random(300) < 0.2 + 0.6 * shares)
    sets["one_value"] = (numpy.full(40, 0.7), random.random(40) < 0.6)
    sets["all_true"] = (random.uniform(0.1, 0.9, 12), numpy.ones(12, bool))
    sets["one_row"] = (numpy.array([0.8]), numpy.array([False]))
    sets["none"] = (numpy.array([]), numpy.array([], bool))
    return sets


def equal_mass(p, bins):
    """Cut after row floor(k n / bins); equal values stay with the first of them."""
    order = numpy.argsort(p, kind="stable")
    q = p[order]
    cuts = sorted({int(numpy.searchsorted(q, q[k * len(p) // bins - 1], side="right")) for k in range(1, bins + 1) if k * len(p) // bins})
    return [order[a:b] for a, b in zip([0] + cuts[:-1], cuts) if b > a]


def equal_width(p, bins):
    place = numpy.minimum((p * bins).astype(int), bins - 1)
    return [numpy.flatnonzero(place == b) for b in range(bins) if (place == b).any()]


def gaps(p, y, rows):
    return numpy.array([abs(y[r].mean() - p[r].mean()) for r in rows]), numpy.array([len(r) for r in rows]) / len(p)


def aurc(p, right):
    """The mean over many random orders of ties, exactly: each tie group's errors are spread evenly."""
    risks, errors, kept = [], 0.0, 0
    for value in sorted(set(p.tolist()), reverse=True):
        tied = ~right[p == value]
        for j in range(1, len(tied) + 1):
            risks.append((errors + tied.mean() * j) / (kept + j))
        errors += tied.sum()
        kept += len(tied)
    return float(numpy.mean(risks))


def table():
    t = Table()
    for name, (p, y) in data_sets().items():
        n, continuous = len(p), name in ("calibrated", "too_sure", "small", "all_true")
        t.keep(name, probabilities=p, outcomes=y)
        both = 0 < y.sum() < n
        t.add("accuracy", name, numpy.where(p == 0.5, 0.5, (p > 0.5) == y).mean() if n else None, "numpy")
        t.add("auroc", name, roc_auc_score(y, p) if both else None, "sklearn.metrics.roc_auc_score")
        t.add("brier", name, brier_score_loss(y, p) if n else None, "sklearn.metrics.brier_score_loss")
        certain = n and (((p == 0) & y) | ((p == 1) & ~y)).any()
        value = None if certain or not n else log_loss(y, p, labels=[False, True])
        t.add("log_loss", name, value, "sklearn.metrics.log_loss; undefined where infinite", 1e-10)
        for bins in [1, 10, 15]:
            for kind, cut in [("width", equal_width), ("mass", equal_mass)]:
                if not n:
                    ece, mce, source = None, None, "no rows"
                elif continuous:
                    equal = kind == "width"
                    ece = netcal.metrics.ECE(bins, equal_intervals=equal).measure(p, y.astype(int)) if equal else None
                    mce = netcal.metrics.MCE(bins, equal_intervals=equal).measure(p, y.astype(int)) if equal else None
                    source = "netcal.metrics.ECE, MCE"
                if n and not (continuous and kind == "width"):
                    gap, weight = gaps(p, y, cut(p, bins))
                    ece, mce, source = (gap * weight).sum(), gap.max(), "Naeini et al. 2015, numpy"
                t.add("ece", name, ece, source, bins=bins, kind=kind)
                t.add("mce", name, mce, source, bins=bins, kind=kind)
                if n:
                    t.add("brier_parts", name, parts(p, y, cut(p, bins)), "Stephenson et al. 2008, numpy", bins=bins, kind=kind)
        if n:
            best = aurc(numpy.arange(n, 0, -1), numpy.sort(y)[::-1])
            t.add("risk_coverage", name, [aurc(p, y), aurc(p, y) - best], "Geifman et al. 2019, numpy")
    for name in ["calibrated", "too_sure"]:
        p, y = data_sets()[name]
        random = numpy.random.default_rng(0)
        rows = equal_width(p, 10)
        def ece(o):
            gap, weight = gaps(p, o, rows)
            return (gap * weight).sum()
        chance = numpy.mean([ece(random.random(len(p)) < p) for _ in range(4000)])
        t.add("debiased_ece", name, ece(y) - chance, "numpy; another generator's draws, 200 of them: 5 standard errors", 0.005, bins=10, kind="width")
    return t


def parts(p, y, rows):
    base = y.mean()
    reliability = sum(len(r) * (p[r].mean() - y[r].mean()) ** 2 for r in rows) / len(p)
    resolution = sum(len(r) * (y[r].mean() - base) ** 2 for r in rows) / len(p)
    rest = ((p - y) ** 2).mean() - reliability + resolution - base * (1 - base)
    return [reliability, resolution, base * (1 - base), rest]

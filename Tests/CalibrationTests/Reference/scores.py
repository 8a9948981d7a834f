"""A judge's scores beside human ones: correlation, error, kappa."""

import numpy
import scipy.stats
from sklearn.metrics import cohen_kappa_score, mean_absolute_error, mean_squared_error

from Reference.tables import Table


def data_sets():
    random = numpy.random.default_rng(17)
    truth = random.normal(5, 2, 150)
    sets = {
        "continuous": (truth + random.normal(0, 1, 150), truth),
        "likert": (numpy.clip(numpy.round(truth / 2 + random.normal(0.5, 0.7, 150)), 1, 5), numpy.clip(numpy.round(truth / 2), 1, 5)),
        "negative": (-truth + random.normal(0, 3, 150), truth),
        "perfect": (numpy.arange(10.0), numpy.arange(10.0) * 2 + 1),
        "four": (numpy.array([1.0, 3, 2, 4]), numpy.array([1.0, 2, 3, 4])),
        "two": (numpy.array([1.0, 2]), numpy.array([1.0, 3])),
        "constant_judge": (numpy.full(9, 3.0), numpy.arange(9.0)),
        "constant_both": (numpy.full(9, 3.0), numpy.full(9, 3.0)),
        "one": (numpy.array([2.0]), numpy.array([3.0])),
        "none": (numpy.array([]), numpy.array([])),
        "large_offset": (1e9 + truth[:50], 1e9 + 2 * truth[:50] + random.normal(0, 1, 50)),
    }
    return sets


def z_interval(r, variance, level):
    half = scipy.stats.norm.ppf((1 + level) / 2) * numpy.sqrt(variance)
    return [numpy.tanh(numpy.arctanh(r) - half), numpy.tanh(numpy.arctanh(r) + half)]


def table():
    t = Table()
    for name, (judge, human) in data_sets().items():
        n = len(judge)
        t.keep(name, judge=judge, human=human)
        defined = n >= 2 and numpy.ptp(judge) > 0 and numpy.ptp(human) > 0
        loose = 1e-7 if name == "large_offset" else 1e-11
        r = scipy.stats.pearsonr(judge, human) if defined else None
        t.add("pearson", name, r and r.statistic, "scipy.stats.pearsonr", loose)
        rho = scipy.stats.spearmanr(judge, human).statistic if defined else None
        t.add("spearman", name, rho, "scipy.stats.spearmanr")
        tau = scipy.stats.kendalltau(judge, human, variant="b").statistic if defined else None
        t.add("kendall", name, tau, "scipy.stats.kendalltau(variant='b')")
        for level in [0.8, 0.95]:
            bounded = defined and n > 3 and abs(rho) < 1 - 1e-12
            ci = r.confidence_interval(level) if bounded else None
            t.add("pearson_interval", name, [ci.low, ci.high] if ci else [None, None], "scipy pearsonr.confidence_interval", loose, level=level)
            ends = z_interval(rho, (1 + rho**2 / 2) / (n - 3), level) if bounded else [None, None]
            t.add("spearman_interval", name, ends, "Bonett and Wright 2000, numpy", level=level)
            ends = z_interval(tau, 0.437 / (n - 4), level) if bounded and n > 4 else [None, None]
            t.add("kendall_interval", name, ends, "Fieller et al. 1957, numpy", level=level)
        t.add("mae", name, mean_absolute_error(human, judge) if n else None, "sklearn.metrics.mean_absolute_error")
        rmse = numpy.sqrt(mean_squared_error(human, judge)) if n else None
        t.add("rmse", name, rmse, "sklearn.metrics.mean_squared_error")
        t.add("difference", name, (judge - human).mean() if n else None, "numpy", 1e-9)
        if len(set(judge) | set(human)) <= 20:
            for weights in [None, "linear", "quadratic"]:
                labels = sorted(set(judge) | set(human))
                value = None if len(labels) < 2 else cohen_kappa_score(judge.astype(int), human.astype(int), weights=weights)
                t.add("kappa", name, value, "sklearn.metrics.cohen_kappa_score", weights=weights or "nominal")
    judge, human = data_sets()["likert"]
    few = numpy.isin(judge, [2, 3]) & numpy.isin(human, [2, 3])
    t.keep("narrow", judge=judge[few], human=human[few])
    t.keep("uneven", judge=judge**2, human=human**2)
    for name, labels in [("narrow", [1, 2, 3, 4, 5]), ("uneven", [1, 4, 9, 16, 25])]:
        for weights in ["linear", "quadratic"]:
            x, y = (numpy.array(t.data[name][side]).astype(int) for side in ("judge", "human"))
            value = cohen_kappa_score(x, y, labels=labels, weights=weights)
            t.add("kappa", name, value, "sklearn.metrics.cohen_kappa_score(labels=)", weights=weights, categories=labels)
    for name in ["narrow", "likert"]:
        x, y = (numpy.array(t.data[name][side]).astype(int) for side in ("judge", "human"))
        value = cohen_kappa_score(x, y, labels=[1, 2, 3, 4, 5], weights="quadratic")
        t.add("quadratic_kappa", name, value, "sklearn.metrics.cohen_kappa_score(labels=1..5, weights='quadratic')")
    x, y = (numpy.array(t.data["continuous"][side]) for side in ("judge", "human"))
    lin = 2 * numpy.cov(x, y, ddof=0)[0, 1] / (x.var() + y.var() + (x.mean() - y.mean()) ** 2)
    t.add("quadratic_kappa", "continuous", lin, "Lin 1989, numpy")
    return t

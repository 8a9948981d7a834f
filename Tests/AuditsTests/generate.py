#!/usr/bin/env python3
"""Writes Fixtures/statistics.json: what statsmodels and scipy say of the tests and intervals that audits use, and what Pillow makes of a
picture as a JPEG of quality 20.

    python3 -m venv venv
    venv/bin/pip install scipy==1.17.1 statsmodels==0.15.0 numpy==2.4.6 pillow==13.0.0
    venv/bin/python Tests/AuditsTests/generate.py
"""

import io
import json
import pathlib

import numpy as np
import statsmodels.api as sm
from PIL import Image
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(20250601)


def mcnemar_rows():
    tables = [(0, 0), (1, 0), (0, 5), (6, 0), (3, 9), (12, 12), (1, 40), (150, 201), (4000, 4300), (0, 2000)]
    return [{"only_first": b, "only_second": c, "p": float(mcnemar([[7, b], [c, 11]], exact=True).pvalue) if b + c else 1.0}
            for b, c in tables]


def holm_rows():
    lists = [[0.01], [0.01, 0.04, 0.03], [0.5, 0.5], [0.001, 0.2, 0.2, 0.9], list(rng.uniform(0, 0.3, 12)), [1, 1, 0.02]]
    return [{"p": [float(p) for p in ps], "adjusted": [float(p) for p in multipletests(ps, method="holm")[1]]} for ps in lists]


def wilson_rows():
    rows = []
    for k, n in [(0, 1), (1, 1), (0, 20), (20, 20), (3, 7), (55, 100), (999, 1000), (1, 100000)]:
        for level in [0.9, 0.95, 0.99]:
            low, high = proportion_confint(k, n, alpha=1 - level, method="wilson")
            rows.append({"successes": k, "of": n, "level": level, "lower": float(max(low, 0)), "upper": float(min(high, 1))})
    return rows


def newcombe_rows():
    rows = []
    for a, n, b, m in [(3, 10, 1, 12), (50, 100, 40, 90), (0, 20, 0, 30), (20, 20, 3, 9), (7, 400, 31, 380)]:
        low, high = confint_proportions_2indep(a, n, b, m, method="newcomb", compare="diff")
        rows.append({"first": [a, n], "second": [b, m], "lower": float(low), "upper": float(high)})
    return rows


def detectable_rows():
    rows = []
    for level in [0.05, 0.01]:
        fewest = next(k for k in range(1, 50) if stats.binomtest(k, k, 0.5).pvalue <= level)
        for n in [fewest, 20, 60, 240, 10000]:
            for power in [0.8, 0.9]:
                rows.append({"items": n, "level": level, "power": power, "share": float(stats.beta.ppf(power, fewest, n - fewest + 1))})
    return rows


def bootstrap_rows():
    """Means of clustered values: the percentile interval of scipy over clusters, within what resampling leaves open."""
    rows = []
    for groups, most in [(40, 1), (60, 5)]:
        clusters = [[float(v) for v in rng.choice([-1, 0, 0, 1, 1], rng.integers(1, most + 1))] for _ in range(groups)]
        sums = np.array([sum(c) for c in clusters])
        counts = np.array([len(c) for c in clusters], dtype=float)
        found = stats.bootstrap((sums, counts), lambda s, c, axis=-1: s.sum(axis) / c.sum(axis), paired=True, n_resamples=100000,
                                method="percentile", batch=10000, random_state=1)
        rows.append({"clusters": clusters, "mean": float(sums.sum() / counts.sum()), "lower": float(found.confidence_interval.low),
                     "upper": float(found.confidence_interval.high), "error": float(found.standard_error)})
    return rows


def auc_rows():
    rows = []
    for n, m in [(1, 1), (5, 3), (40, 25)]:
        held, given = np.round(rng.uniform(0, 1, n), 1), np.round(rng.uniform(0, 1, m), 1)
        u = stats.mannwhitneyu(held, given).statistic
        rows.append({"held": held.tolist(), "given": given.tolist(), "auroc": float(u / (n * m))})
    return rows


def logistic_rows():
    """The fit of an outcome on one number, with Wald's interval and test."""
    rows = []
    for n, a, b, digits in [(12, 0.4, -0.5, 1), (60, 2.0, -3.0, 2), (400, -1.0, 1.5, 3), (300, 0.2, 0.0, 2)]:
        x = np.round(rng.uniform(0.3, 1, n), digits)
        y = (rng.uniform(0, 1, n) < 1 / (1 + np.exp(-(a + b * x)))).astype(int)
        fit = sm.Logit(y, sm.add_constant(x)).fit(disp=0, tol=1e-14, maxiter=200)
        for level in [0.9, 0.95]:
            low, high = fit.conf_int(alpha=1 - level)[1]
            rows.append({"x": x.tolist(), "y": y.tolist(), "level": level, "intercept": float(fit.params[0]), "slope": float(fit.params[1]),
                         "lower": float(low), "upper": float(high), "p": float(fit.pvalues[1])})
    return rows


def jpeg_rows():
    """Pictures with edges and slopes, some of whose sides are no multiples of 16, as they come back from a JPEG file."""
    rows = []
    for width, height in [(32, 16), (21, 13)]:
        y, x = np.mgrid[0:height, 0:width]
        pixels = np.stack([x * 255 // width, y * 255 // height, ((x // 5 + y // 4) % 2) * 200], axis=-1).astype(np.uint8)
        pixels[3:9, 4:12] = (220, 30, 40)
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=20, subsampling="4:2:0")
        back = np.asarray(Image.open(io.BytesIO(file.getvalue())).convert("RGB"))
        rows.append({"width": width, "height": height, "pixels": pixels.flatten().tolist(), "jpeg": back.flatten().tolist()})
    return rows


if __name__ == "__main__":
    families = {"mcnemar": mcnemar_rows(), "holm": holm_rows(), "wilson": wilson_rows(), "newcombe": newcombe_rows(),
                "detectable": detectable_rows(), "bootstrap": bootstrap_rows(), "auroc": auc_rows(),
                "logistic": logistic_rows(), "jpeg": jpeg_rows()}
    text = ",\n".join(f'"{name}": [\n' + ",\n".join(json.dumps(row) for row in rows) + "\n]" for name, rows in families.items())
    (HERE / "Fixtures" / "statistics.json").write_text("{" + text + "}\n")
    print({name: len(rows) for name, rows in families.items()})

"""Rates and means of a system from an imperfect judge."""

import numpy
import ppi_py
import scipy.stats

from Reference.tables import Table


def lang_reiczigel(p, q0, q1, n, m0, m1, level=0.95):
    """As published with arXiv 2511.21140."""
    z = scipy.stats.norm.ppf((1 + level) / 2)
    p, n = (n * p + z * z / 2) / (n + z * z), n + z * z
    q0, m0, q1, m1 = (m0 * q0 + 1) / (m0 + 2), m0 + 2, (m1 * q1 + 1) / (m1 + 2), m1 + 2
    share = (p + q0 - 1) / (q0 + q1 - 1)
    v0, v1 = q0 * (1 - q0) / m0, q1 * (1 - q1) / m1
    shift = 2 * z * z * (share * v1 - (1 - share) * v0)
    half = z * numpy.sqrt(p * (1 - p) / n + (1 - share) ** 2 * v0 + share**2 * v1) / (q0 + q1 - 1)
    return numpy.clip([share + shift - half, share + shift + half], 0, 1)


def table():
    t = Table()
    golden = [(5000, 10000, 4500, 5000, 4500, 5000, 0.485709, 0.514291), (300, 500, 70, 100, 90, 100, 0.380948, 0.614533)]
    for passed, n, right0, m0, right1, m1, lower, upper in golden:
        t.add("rogan_gladen_interval", "", [lower, upper], "published with arXiv 2511.21140", 1e-6, passed=passed, n=n, right0=right0, m0=m0, right1=right1, m1=m1, level=0.95)
    for case in [(120, 400, 35, 50, 80, 90), (5, 200, 190, 200, 40, 60), (398, 400, 35, 50, 80, 90), (0, 50, 30, 30, 30, 30), (60, 100, 20, 20, 11, 20)]:
        passed, n, right0, m0, right1, m1 = case
        p, q0, q1 = passed / n, right0 / m0, right1 / m1
        options = dict(passed=passed, n=n, right0=right0, m0=m0, right1=right1, m1=m1)
        share = numpy.clip((p + q0 - 1) / (q0 + q1 - 1), 0, 1)
        t.add("rogan_gladen", "", share, "Rogan and Gladen 1978, numpy", level=0.95, **options)
        for level in [0.8, 0.95]:
            ends = lang_reiczigel(p, q0, q1, n, m0, m1, level)
            t.add("rogan_gladen_interval", "", ends, "Lang and Reiczigel 2014, numpy", level=level, **options)
    for case in [(50, 100, 10, 20, 10, 20), (50, 100, 2, 4, 4, 4), (50, 100, 30, 100, 40, 100)]:
        options = dict(zip(["passed", "n", "right0", "m0", "right1", "m1"], case))
        t.add("rogan_gladen", "", None, "no information", level=0.95, **options)

    random = numpy.random.default_rng(43)
    for name, n, others, noise, bias in [("good", 60, 2000, 0.3, 0.4), ("poor", 60, 2000, 3, 0), ("few_others", 200, 50, 0.5, 0), ("useless", 40, 300, 1e3, 0)]:
        truth = random.normal(3, 1, n + others)
        judge = truth + bias + random.normal(0, noise, n + others)
        t.keep(name, human=truth[:n], judge=judge[:n], unlabelled=judge[n:])
        for weight, lam in [("none", 0), ("full", 1), ("tuned", None)]:
            args = truth[:n], judge[:n], judge[n:]
            if lam is None:
                center = float(numpy.mean(ppi_py.ppi_mean_ci(*args, alpha=0.1)))
            else:
                center = float(numpy.squeeze(ppi_py.ppi_mean_pointestimate(*args, lam=lam)))
            ends = [float(numpy.squeeze(e)) for e in ppi_py.ppi_mean_ci(*args, alpha=0.1, lam=lam)]
            t.add("ppi", name, [center, *ends], "ppi_py.ppi_mean_ci", 1e-10, weight=weight, level=0.9)
    rates = random.random(500) < 0.4
    judged = numpy.where(random.random(500) < 0.1, ~rates, rates).astype(float)
    t.keep("rates", human=rates[:100].astype(float), judge=judged[:100], unlabelled=judged[100:])
    ends = [float(numpy.squeeze(e)) for e in ppi_py.ppi_mean_ci(rates[:100].astype(float), judged[:100], judged[100:], alpha=0.05)]
    t.add("ppi", "rates", [float(numpy.mean(ends)), *ends], "ppi_py.ppi_mean_ci", 1e-10, weight="tuned", level=0.95)
    return t

"""Shares and bootstrap intervals."""

import numpy
import scipy.stats
from statsmodels.stats.proportion import proportion_confint

from Reference.tables import Table


def table():
    t = Table()
    for successes, count in [(0, 1), (1, 1), (0, 20), (20, 20), (3, 7), (50, 100), (999, 1000), (1, 100000), (73000, 100000)]:
        for level in [0.5, 0.95, 0.999]:
            for measure, method in [("wilson", "wilson"), ("clopper_pearson", "beta")]:
                ends = proportion_confint(successes, count, alpha=1 - level, method=method)
                source = f"statsmodels proportion_confint(method='{method}')"
                t.add(measure, "", list(ends), source, 1e-10, successes=successes, count=count, level=level)

    random = numpy.random.default_rng(11)
    samples = {
        "skewed": random.lognormal(0, 1, 40),
        "symmetric": random.normal(3, 1, 25),
        "coarse": random.integers(0, 4, 30).astype(float),
        "tiny": numpy.array([1.0, 2.0, 7.0]),
    }
    for name, sample in samples.items():
        distribution = numpy.sort(random.choice(sample, (300, sample.size)).mean(axis=1))
        jackknife = numpy.array([numpy.delete(sample, i).mean() for i in range(sample.size)])
        t.keep(name, distribution=distribution, jackknife=jackknife, observed=float(sample.mean()))
        for level in [0.8, 0.95]:
            for measure, method in [("percentile", "percentile"), ("bca", "BCa")]:
                drawn = scipy.stats._resampling.BootstrapResult(None, distribution, None)
                ends = scipy.stats.bootstrap(
                    (sample,), numpy.mean, n_resamples=0, bootstrap_result=drawn, method=method, confidence_level=level
                ).confidence_interval
                source = f"scipy.stats.bootstrap(method='{method}')"
                t.add(measure, name, [ends.low, ends.high], source, 1e-10, level=level)
    return t

"""Conformal bands and sets, selective judging."""

import numpy
from mapie.classification import SplitConformalClassifier
from mapie.regression import SplitConformalRegressor
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from statsmodels.stats.proportion import proportion_confint

from Reference.tables import Table

PLACES = [0.7, 1.0, 2.49, 3.0, 3.7, 4.95, 5.0, 6.3]


class Given(RegressorMixin, BaseEstimator):
    """Predicts what it is given."""

    def fit(self, x, y):
        return self

    def predict(self, x):
        return x[:, 0]

    def __sklearn_is_fitted__(self):
        return True


class GivenClasses(ClassifierMixin, BaseEstimator):
    classes_ = numpy.arange(3)

    def fit(self, x, y):
        return self

    def predict_proba(self, x):
        return x

    def predict(self, x):
        return x.argmax(1)

    def __sklearn_is_fitted__(self):
        return True


def table():
    t = Table()
    random = numpy.random.default_rng(41)
    for n in [9, 19, 57, 400]:
        human = random.integers(1, 6, n).astype(float)
        judge = numpy.clip(human + random.normal(0.3, 0.9, n), 1, 5)
        t.keep(f"scores_{n}", judge=judge, human=human)
        for level in [0.5, 0.8, 0.9]:
            ends, source = bands(judge, human, level)
            t.add("bands", f"scores_{n}", ends.ravel(), source, places=PLACES, level=level)
            steps = numpy.column_stack([numpy.ceil(ends[:, 0] - 1e-9), numpy.floor(ends[:, 1] + 1e-9)])
            nearest = numpy.floor(numpy.clip(PLACES, 1, 5) + 0.5)
            steps = numpy.where((steps[:, 0] > steps[:, 1])[:, None], nearest[:, None], steps)
            t.add("ordinal_bands", f"scores_{n}", steps.ravel(), "arXiv 2509.18658, numpy", places=PLACES, level=level)
    t.add("bands", "scores_9", [1.0, 5.0] * len(PLACES), "fewer than 19 items: the whole scale", places=PLACES, level=0.95)

    for n in [19, 60, 300]:
        given = random.dirichlet([1.2, 1.0, 0.4], n)
        answers = numpy.array([random.choice(3, p=p) for p in given**1.3 / (given**1.3).sum(1, keepdims=True)])
        fresh = random.dirichlet([1.2, 1.0, 0.4], 12)
        t.keep(f"answers_{n}", probabilities=given, answers=answers, fresh=fresh)
        for level in [0.6, 0.9]:
            mapie = SplitConformalClassifier(GivenClasses(), confidence_level=level, prefit=True, conformity_score="lac")
            sets = mapie.conformalize(given, answers).predict_set(fresh)[1][:, :, 0]
            t.add("sets", f"answers_{n}", sets.astype(float).ravel(), "mapie SplitConformalClassifier(conformity_score='lac')", level=level)

    for n, slope in [(40, 3), (300, 3), (1500, 2), (300, 0)]:
        p = random.random(n)
        right = random.random(n) < 1 / (1 + numpy.exp(-1 - slope * p))
        name = f"verdicts_{n}_{slope}"
        t.keep(name, probabilities=p, outcomes=right)
        for risk, error in [(0.05, 0.1), (0.1, 0.1), (0.2, 0.05), (0.3, 0.1)]:
            t.add("threshold", name, threshold(p, right, risk, error), "arXiv 2407.18370, statsmodels proportion_confint(method='beta')", risk=risk, error=error)
    return t


def bands(judge, human, level):
    if level < 1 - 1 / len(human):
        mapie = SplitConformalRegressor(Given(), confidence_level=level, prefit=True).conformalize(judge[:, None], human)
        ends = mapie.predict_interval(numpy.array(PLACES)[:, None])[1][:, :, 0]
        return ends.clip(1, 5), "mapie SplitConformalRegressor, clipped"
    # mapie refuses the smallest sample that suffices.
    radius = abs(judge - human).max()
    return numpy.array([[p - radius, p + radius] for p in PLACES]).clip(1, 5), "Lei et al. 2018, numpy"


def threshold(p, right, risk, error):
    found = [None] * 4
    # Where there are enough items, the first threshold to be tried keeps so many that one of them may be wrong.
    spared = 1 if proportion_confint(1, len(p), alpha=2 * error, method="beta")[1] <= risk else 0
    for step in range(100, -1, -1):
        kept = p >= step / 100
        n, wrong = int(kept.sum()), int((kept & ~right).sum())
        if n <= spared or proportion_confint(spared, n, alpha=2 * error, method="beta")[1] > risk:
            continue
        upper = proportion_confint(wrong, n, alpha=2 * error, method="beta")[1]
        if upper > risk:
            break
        found = [step / 100, kept.mean(), wrong / n, upper]
    return found

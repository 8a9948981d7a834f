"""Calibrators of probabilities and of scores. Expected values are their outputs at fixed places, except where parameters are named."""

import numpy
import scipy.optimize
from betacal import BetaCalibration
from sklearn.calibration import _sigmoid_calibration
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LinearRegression, LogisticRegression
from statsmodels.miscmodels.ordinal_model import OrderedModel

from Reference.tables import Table

PLACES = numpy.array([0.0, 0.003, 0.1, 0.25, 0.4999, 0.5, 0.61, 0.8, 0.95, 0.999, 1.0])
INSIDE = 1e-6


def sigmoid(z):
    return 1 / (1 + numpy.exp(-z))


def logit(p):
    p = numpy.clip(p, INSIDE, 1 - INSIDE)
    return numpy.log(p / (1 - p))


def data_sets():
    random = numpy.random.default_rng(31)
    sets = {}
    for name, n, slope, shift in [("too_sure", 600, 0.4, 0.3), ("shy", 300, 2.5, -0.5), ("few", 30, 0.8, 0.0)]:
        p = sigmoid(random.normal(0.2, 1.6, n))
        sets[name] = (p, random.random(n) < sigmoid(slope * logit(p) + shift))
    shares = random.integers(0, 6, 200) / 5
    sets["shares_of_five"] = (shares, random.random(200) < 0.3 + 0.5 * shares)
    p = random.uniform(0.5, 1, 250)
    sets["upper_half"] = (p, random.random(250) < 0.4 + 0.5 * (p - 0.5))
    p = random.uniform(0, 1, 400)
    sets["bent"] = (p, random.random(400) < numpy.where(p < 0.5, 0.5 - 0.2 * (0.5 - p), p))
    sets["separated"] = (numpy.array([0.1, 0.2, 0.4, 0.7, 0.8]), numpy.array([False, False, False, True, True]))
    sets["inverted"] = (p[:60], random.random(60) > p[:60])
    sets["one_class"] = (p[:20], numpy.ones(20, bool))
    sets["constant"] = (numpy.full(20, 0.8), numpy.arange(20) % 2 == 0)
    return sets


def temperature(p, y):
    """One parameter, by a bracketing search on the likelihood."""
    z = logit(p)
    loss = lambda s: numpy.logaddexp(0, -z * s)[y].sum() + numpy.logaddexp(0, z * s)[~y].sum()
    if loss(1e-9) <= loss(1e-3):
        return None
    return scipy.optimize.minimize_scalar(loss, bounds=(1e-6, 50), method="bounded", options={"xatol": 1e-11}).x


def platt(p, y):
    """scikit-learn's fit, polished: it stops at a loose tolerance."""
    a, b = _sigmoid_calibration(logit(p), y)
    target = numpy.where(y, (y.sum() + 1) / (y.sum() + 2), 1 / ((~y).sum() + 2))
    def slope(v):
        miss = sigmoid(v[0] * logit(p) + v[1]) - target
        return [miss @ logit(p), miss.sum()]
    place = scipy.optimize.fsolve(slope, [-a, -b], xtol=1e-14)
    assert numpy.allclose(place, [-a, -b], atol=1e-3), (place, a, b)
    return place


def histogram(p, y):
    """Zadrozny and Elkan 2001 with pooled violators: rates of ten bins of equal mass."""
    order = numpy.argsort(p, kind="stable")
    q = p[order]
    ends = sorted({int(numpy.searchsorted(q, q[k * len(p) // 10 - 1], side="right")) for k in range(1, 11) if k * len(p) // 10})
    rows = [order[a:b] for a, b in zip([0] + ends[:-1], ends) if b > a]
    rates = IsotonicRegression().fit(range(len(rows)), [y[r].mean() for r in rows], [len(r) for r in rows]).predict(range(len(rows)))
    edges = [(p[a].max() + p[b].min()) / 2 for a, b in zip(rows, rows[1:])]
    return attainable(rates, len(p))[numpy.searchsorted(edges, PLACES, side="right")]


def attainable(values, n):
    return numpy.clip(values, 1 / (n + 2), 1 - 1 / (n + 2))


def table():
    t = Table()
    for name, (p, y) in data_sets().items():
        t.keep(name, probabilities=p, outcomes=y)
        both, varies = 0 < y.sum() < len(y), numpy.ptp(p) > 0
        none = [None] * len(PLACES)
        sharpness = temperature(p, y) if both and name != "separated" else None
        scaled = none if sharpness is None else sigmoid(sharpness * logit(PLACES))
        t.add("temperature", name, scaled, "Guo et al. 2017, scipy minimize_scalar", 1e-6, places=PLACES)
        rises = both and varies and name != "inverted"
        a, b = platt(p, y) if rises else (0, 0)
        t.add("platt", name, sigmoid(a * logit(PLACES) + b) if rises else none, "sklearn _sigmoid_calibration, solved to 1e-14", 1e-9, places=PLACES)
        if name not in ("separated", "shares_of_five"):
            value = BetaCalibration("abm").fit(p, y).predict(numpy.clip(PLACES, INSIDE, 1 - INSIDE)) if rises else none
            t.add("beta", name, value, "betacal.BetaCalibration('abm')", 5e-4, places=PLACES)
        fit = IsotonicRegression(out_of_bounds="clip").fit(p, y)
        value = numpy.interp(PLACES, fit.X_thresholds_, attainable(fit.y_thresholds_, len(p))) if both else none
        t.add("isotonic", name, value, "sklearn.isotonic.IsotonicRegression, its thresholds clipped", 1e-9, places=PLACES)
        t.add("histogram", name, histogram(p, y) if both else none, "Zadrozny and Elkan 2001, numpy", 1e-9, places=PLACES)
    scores(t)

    random = numpy.random.default_rng(61)
    sure, share = random.random(200), random.integers(0, 6, 200) / 5
    right = random.random(200) < 0.2 + 0.3 * sure + 0.4 * share
    t.keep("sources", first=sure, second=share, outcomes=right)
    inside = numpy.clip(numpy.column_stack([sure, share]), 0.001, 0.999)
    model = LogisticRegression(C=1.0, tol=1e-12, max_iter=10000).fit(numpy.log(inside / (1 - inside)), right)
    t.add("combined", "sources", [*model.coef_[0], model.intercept_[0]], "sklearn LogisticRegression(C=1) on log-odds", 1e-5)
    return t


def scores(t):
    random = numpy.random.default_rng(37)
    judge = numpy.round(random.uniform(1, 10, 300), 1)
    human = numpy.clip(numpy.round(0.45 * judge + random.normal(0.5, 0.8, 300)), 1, 5)
    sets = {"ten_to_five": (judge, human), "levels": (numpy.round(judge), human), "falling": (judge[:50], 6 - human[:50]),
            "constant_scores": (numpy.full(9, 3.0), human[:9]), "two_levels": (judge, (human > 3) * 4.0 + 1)}
    places = numpy.array([0, 1, 2.5, 4, 5.5, 7, 8.25, 10, 12.0])
    for name, (x, y) in sets.items():
        t.keep(name, judge=x, human=y)
        none, rises = [None] * len(places), name not in ("falling", "constant_scores")
        line = LinearRegression().fit(x[:, None], y).predict(places[:, None]).clip(1, 5)
        t.add("affine", name, line if rises else none, "sklearn LinearRegression, clipped", places=places)
        steps = IsotonicRegression(out_of_bounds="clip").fit(x, y).predict(places)
        t.add("isotonic_scores", name, steps if rises else none, "sklearn.isotonic.IsotonicRegression", places=places)
        if not rises:
            t.add("ordinal", name, none, "falls or constant", places=places)
            continue
        model = OrderedModel(y, x[:, None], distr="logit").fit(method="newton", disp=0, maxiter=200, tol=1e-12)
        value = model.predict(places[:, None]) @ numpy.unique(y)
        t.add("ordinal", name, value, "statsmodels OrderedModel(distr='logit')", 1e-6, places=places)

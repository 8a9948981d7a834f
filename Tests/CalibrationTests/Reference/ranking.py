"""Systems compared in pairs, pairs of scores, people compared with a judge."""

import choix
import numpy
import scipy.optimize
import statsmodels.api as sm
from scipy.stats import spearmanr
from sklearn.metrics import cohen_kappa_score

from Reference.tables import Table


def games(random, strengths, n, ties, length_effect=0.0):
    """Rows (left, right, outcome, length contrast); outcome is 1, 0 or 0.5 for a tie."""
    rows = []
    for _ in range(n):
        a, b = random.choice(len(strengths), 2, replace=False)
        contrast = random.uniform(-1, 1)
        lead = strengths[a] - strengths[b] + length_effect * contrast
        up, down = 1 / (1 + numpy.exp(-(lead - ties))), 1 / (1 + numpy.exp(-(-lead - ties)))
        draw = random.random()
        rows.append((int(a), int(b), 1 if draw < up else 0 if draw < up + down else 0.5, contrast))
    return rows


def design(rows, k, feature):
    x = numpy.zeros((len(rows), k - 1 + feature))
    for place, (a, b, _, contrast) in enumerate(rows):
        if a:
            x[place, a - 1] = 1
        if b:
            x[place, b - 1] = -1
        if feature:
            x[place, -1] = contrast
    return x, numpy.array([r[2] for r in rows], dtype=float)


def by_statsmodels(rows, k, feature):
    """Fractional targets: a tie is a row of half a success."""
    x, y = design(rows, k, feature)
    fit = sm.GLM(y, x, family=sm.families.Binomial()).fit(tol=1e-13, maxiter=200)
    strengths = numpy.concatenate([[0], fit.params[: k - 1]])
    centre = numpy.eye(k) - 1 / k
    covariance = numpy.zeros((k, k))
    covariance[1:, 1:] = fit.cov_params()[: k - 1, : k - 1]
    errors = numpy.sqrt(numpy.diag(centre @ covariance @ centre.T))
    return strengths - strengths.mean(), errors, fit.params[k - 1 :], fit.bse[k - 1 :]


def rao_kupper(rows, k):
    x, y = design(rows, k, 0)

    def loss(p):
        d, v = x @ p[:-1], numpy.exp(p[-1])
        up, down = numpy.logaddexp(0, v - d), numpy.logaddexp(0, v + d)
        return numpy.where(y == 1, up, numpy.where(y == 0, down, up + down - numpy.log(numpy.expm1(2 * v)))).sum()

    best = scipy.optimize.minimize(loss, [0.0] * (k - 1) + [-1.0], method="BFGS", options={"gtol": 1e-9}).x
    strengths = numpy.concatenate([[0], best[:-1]])
    return strengths - strengths.mean(), numpy.exp(best[-1])


def elo(rows, k):
    """fastchat.serve.monitor.rating_systems.compute_elo."""
    rating = [1000.0] * k
    for a, b, outcome, _ in rows:
        expected = 1 / (1 + 10 ** ((rating[b] - rating[a]) / 400))
        rating[a] += 4 * (outcome - expected)
        rating[b] += 4 * (1 - outcome - (1 - expected))
    return rating


def accuracy(judge, human, tolerance=0.0):
    n, right = len(judge), 0
    for a in range(n):
        for b in range(a + 1, n):
            d = judge[a] - judge[b]
            right += numpy.sign(0 if abs(d) <= tolerance else d) == numpy.sign(human[a] - human[b])
    return right / (n * (n - 1) / 2)


def table():
    t = Table()
    random = numpy.random.default_rng(53)
    settings = [("four", [0.0, 0.4, -0.5, 1.0], 400, 0.0, 0.0), ("ties", [0.3, -0.2, 0.8], 500, 0.5, 0.0), ("style", [0.0, 0.5, -0.4, 0.2, 0.9], 900, 0.2, 1.5)]
    for name, strengths, n, ties, effect in settings:
        rows, k = games(random, strengths, n, ties, effect), len(strengths)
        t.keep(name, systems=k, left=[r[0] for r in rows], right=[r[1] for r in rows], outcome=[r[2] for r in rows], contrast=[r[3] for r in rows])
        centred, errors, _, _ = by_statsmodels(rows, k, 0)
        t.add("strengths", name, centred, "statsmodels GLM(Binomial), ties as halves", 1e-7)
        wins = [p for a, b, y, _ in rows for p in {1: [(a, b)] * 2, 0: [(b, a)] * 2, 0.5: [(a, b), (b, a)]}[y]]
        found = choix.ilsr_pairwise(k, wins, tol=1e-12, max_iter=10000)
        t.add("strengths", name, found - found.mean(), "choix.ilsr_pairwise, every comparison twice, a tie once each way", 1e-6)
        t.add("errors", name, errors, "statsmodels GLM(Binomial).cov_params, centred", 1e-6)
        styled, _, effects, effect_errors = by_statsmodels(rows, k, 1)
        t.add("styled", name, [*styled, *effects, *effect_errors], "statsmodels GLM(Binomial) with a column for style", 1e-6)
        if ties:
            t.add("rao_kupper", name, [*rao_kupper(rows, k)[0], rao_kupper(rows, k)[1]], "Rao and Kupper 1967, scipy.optimize.minimize", 1e-5)
        t.add("elo", name, elo(rows, k), "fastchat compute_elo, plain Python", 1e-9)

    for name, n, levels in [("fine", 60, None), ("coarse", 80, 5), ("two", 2, None), ("alike", 12, 1)]:
        human = random.integers(1, 6, n).astype(float)
        judge = human + random.normal(0, 1, n)
        if levels:
            judge = numpy.clip(numpy.round(judge), 1, levels)
        t.keep(f"scores_{name}", judge=judge, human=human)
        t.add("accuracy", f"scores_{name}", accuracy(judge, human), "Deutsch et al. 2023, every pair in numpy")
        tolerances = sorted({0.0} | {abs(judge[a] - judge[b]) for a in range(n) for b in range(n)})
        t.add("calibrated_accuracy", f"scores_{name}", max(accuracy(judge, human, e) for e in tolerances), "Deutsch et al. 2023, every pair and tolerance in numpy")

    truth = random.integers(1, 6, 90)
    people = numpy.clip(truth[:, None] + random.integers(-1, 2, (90, 3)), 1, 5).astype(float)
    judge = numpy.clip(truth + random.integers(-2, 3, 90), 1, 5).astype(float)
    holes = numpy.where(random.random((90, 3)) < 0.15, numpy.nan, people)
    for name, table_ in [("whole", people), ("holes", holes)]:
        t.keep(f"people_{name}", items=table_, judge=judge)
        for measure in ["exact", "kappa", "quadratic_kappa", "spearman"]:

            def agree(x, y):
                both = ~numpy.isnan(x) & ~numpy.isnan(y)
                x, y = x[both], y[both]
                if measure == "exact":
                    return (x == y).mean()
                if measure == "spearman":
                    return spearmanr(x, y).statistic
                return cohen_kappa_score(x.astype(int), y.astype(int), weights="quadratic" if measure == "quadratic_kappa" else None)

            among = numpy.mean([agree(table_[:, a], table_[:, b]) for a in range(3) for b in range(a + 1, 3)])
            judged = numpy.mean([agree(judge, table_[:, a]) for a in range(3)])
            t.add("people", f"people_{name}", [among, judged, judged - among], "sklearn cohen_kappa_score, scipy spearmanr, mean over pairs", by=measure)
    return t

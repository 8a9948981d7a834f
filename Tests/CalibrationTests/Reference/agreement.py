"""Several raters: Fleiss, Krippendorff, Gwet, intraclass correlation."""

import io
from contextlib import redirect_stdout

import krippendorff
import numpy
import pandas
import pingouin
from irrCAC.raw import CAC
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from Reference.tables import Table

NAN = numpy.nan


def data_sets():
    random = numpy.random.default_rng(23)
    level = random.integers(1, 6, 40)
    raters = numpy.clip(level[:, None] + random.integers(-1, 2, (40, 4)), 1, 5).astype(float)
    holes = raters.copy()
    holes[random.random(holes.shape) < 0.25] = NAN
    shifted = level[:, None] + numpy.array([0.0, 1.5, 3.0]) + random.normal(0, 0.6, (40, 3))
    skewed = (random.random((60, 3)) < 0.05).astype(float)
    return {
        "likert": raters,
        "likert_with_holes": holes,
        "shifted": shifted,
        "rare": skewed,
        "ratio": numpy.round(random.lognormal(1, 1, (25, 1)) * random.uniform(0.8, 1.25, (25, 3)), 1),
        # Krippendorff 2011, section C.
        "krippendorff_2011": numpy.array([
            [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
            [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN]]).T,
        "shrout_fleiss": numpy.array([[9.0, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]),
        "all_agree": numpy.repeat([[1.0], [2], [3], [2]], 3, axis=1),
        "one_category": numpy.full((5, 3), 2.0),
        "one_rater": numpy.array([[1.0], [2], [3]]),
        "all_missing": numpy.full((3, 2), NAN),
        "one_item": numpy.array([[1.0, 2, 2]]),
    }


def table():
    t = Table()
    for name, ratings in data_sets().items():
        t.keep(name, items=ratings)
        complete = not numpy.isnan(ratings).any()
        used = numpy.unique(ratings[~numpy.isnan(ratings)])
        paired = ratings[(~numpy.isnan(ratings)).sum(1) >= 2]
        comparable = len(numpy.unique(paired[~numpy.isnan(paired)])) > 1
        for level in ["nominal", "ordinal", "interval", "ratio"]:
            value = krippendorff.alpha(reliability_data=ratings.T, level_of_measurement=level) if comparable else None
            t.add("krippendorff", name, value, "krippendorff.alpha", 1e-9, level=level)
        if len(used) <= 20:
            several = complete and ratings.shape[1] > 1 and len(used) > 1
            value = fleiss_kappa(aggregate_raters(ratings)[0]) if several else None
            t.add("fleiss", name, value, "statsmodels fleiss_kappa")
            if name != "one_item":
                for weights in ["nominal", "linear", "quadratic"]:
                    value = gwet(ratings, weights) if len(paired) and len(used) > 1 else None
                    t.add("gwet", name, value, "irrCAC", weights=weights)
        if complete and len(ratings) > 1 and ratings.shape[1] > 1 and len(used) > 1 and name != "all_agree":
            long = pandas.DataFrame([(i, r, v) for i, row in enumerate(ratings) for r, v in enumerate(row)], columns=["i", "r", "v"])
            # pingouin rounds the interval to two decimals unless told.
            pingouin.options["round.column.CI95"] = None
            pingouin.options["round"] = None
            result = pingouin.intraclass_corr(long, targets="i", raters="r", ratings="v")
            for form, (_, row) in zip(["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"], result.iterrows()):
                t.add("icc", name, row["ICC"], "pingouin.intraclass_corr", 1e-10, form=form)
                ci = row[[c for c in result.columns if c.startswith("CI95")][0]]
                t.add("icc_interval", name, list(ci), "pingouin.intraclass_corr", 1e-9, form=form)
    return t


def gwet(ratings, weights):
    frame = pandas.DataFrame(ratings)
    with redirect_stdout(io.StringIO()):
        cac = CAC(frame, weights={"nominal": "identity"}.get(weights, weights), digits=14)
        return cac.gwet()["est"]["coefficient_value"]

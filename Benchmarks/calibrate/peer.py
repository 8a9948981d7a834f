"""The report of confidences, as one writes it with numpy and scikit-learn: measures, and five methods by cross-fitting."""

import sys

import numpy
import orjson
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

FOLDS = 5
INSIDE = 1e-6


def read(labels, judgments):
    """Confidence in the verdict by its token probabilities, and whether people agree."""
    truth = {}
    with open(labels, "rb") as lines:
        for line in lines:
            label = orjson.loads(line)
            truth[label["id"]] = label["pass"]
    confidence, right = [], []
    with open(judgments, "rb") as lines:
        for line in lines:
            judgment = orjson.loads(line)
            passes = judgment["scores"][0] >= 0.5
            answers = judgment["samples"][0]["logprobs"]["answers"][0]
            mass = sum(answers["probabilities"].values())
            confidence.append(answers["probabilities"]["1" if passes else "0"] / mass)
            right.append(truth[judgment["id"]] == passes)
    return numpy.array(confidence), numpy.array(right)


def calibration_error(p, y):
    place = numpy.minimum((p * 10).astype(int), 9)
    gaps = numpy.bincount(place, weights=y - p, minlength=10)
    return numpy.abs(gaps).sum() / len(p)


def risk_coverage(p, y):
    """Rows of equal confidence in random order, in expectation."""
    order = numpy.argsort(-p, kind="stable")
    p, wrong = p[order], ~y[order]
    _, starts, counts = numpy.unique(-p, return_index=True, return_counts=True)
    share = numpy.repeat(numpy.add.reduceat(wrong.astype(float), starts) / counts, counts)
    return (numpy.cumsum(share) / numpy.arange(1, len(p) + 1)).mean()


def fit(method, p, y):
    z = lambda x: numpy.log(numpy.clip(x, INSIDE, 1 - INSIDE) / (1 - numpy.clip(x, INSIDE, 1 - INSIDE)))[:, None]
    if method == "identity":
        return lambda x: x
    if method == "isotonic":
        return IsotonicRegression(out_of_bounds="clip", y_min=1 / (len(p) + 2), y_max=1 - 1 / (len(p) + 2)).fit(p, y).predict
    if method == "histogram":
        edges = numpy.quantile(p, numpy.linspace(0, 1, 11))[1:-1]
        rates = numpy.bincount(numpy.searchsorted(edges, p, "right"), weights=y, minlength=10) / numpy.bincount(numpy.searchsorted(edges, p, "right"), minlength=10)
        return lambda x: rates[numpy.searchsorted(edges, x, "right")]
    columns = {
        "temperature": z,
        "platt": z,
        "beta": lambda x: numpy.column_stack([numpy.log(numpy.clip(x, INSIDE, 1)), -numpy.log1p(-numpy.clip(x, 0, 1 - INSIDE))]),
    }[method]
    model = LogisticRegression(C=1e10, fit_intercept=method != "temperature", tol=1e-8).fit(columns(p), y)
    return lambda x: model.predict_proba(columns(x))[:, 1]


def main(labels, judgments):
    p, y = read(labels, judgments)
    random = numpy.random.default_rng(0)
    chance = [calibration_error(p, random.random(len(p)) < p) for _ in range(200)]
    result = {
        "accuracy": y.mean(), "auroc": roc_auc_score(y, p), "ece": calibration_error(p, y), "brier": brier_score_loss(y, p),
        "log_loss": log_loss(y, p), "aurc": risk_coverage(p, y), "ece_debiased": calibration_error(p, y) - numpy.mean(chance),
    }
    fold = random.integers(0, FOLDS, len(p))
    for method in ["identity", "temperature", "platt", "beta", "histogram", "isotonic"]:
        held_out = numpy.empty(len(p))
        for k in range(FOLDS):
            held_out[fold == k] = fit(method, p[fold != k], y[fold != k])(p[fold == k])
        result[f"held_out_{method}"] = log_loss(y, held_out)
    sys.stdout.buffer.write(orjson.dumps({name: float(value) for name, value in result.items()}))


main(*sys.argv[1:])

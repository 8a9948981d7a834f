"""The peer: the same four checks on the same records, as one writes them in Python. usage: peer.py ITEMS OUT"""

import sys

import orjson
import regex
from rouge_score import rouge_scorer

YEAR = regex.compile(r"\b(19|20)\d{2}\b")
ANSWER = regex.compile(r"(?i)\bthe answer is\s+\S+")


def main(items, out):
    scorer = rouge_scorer.RougeScorer(["rouge1", "rougeL"])
    with open(items, "rb") as lines, open(out, "wb") as results:
        for line in lines:
            item = orjson.loads(line)
            response = item["response"]
            rouge = scorer.score(item["reference"], response)
            scores = {
                "rouge_1": rouge["rouge1"].fmeasure,
                "rouge_l": rouge["rougeL"].fmeasure,
                "has_year": float(YEAR.search(response) is not None),
                "answers": float(ANSWER.search(response) is not None),
            }
            mean = sum(scores.values()) / len(scores)
            results.write(orjson.dumps({"id": item["id"], "score": mean, "criteria": scores}) + b"\n")


main(*sys.argv[1:])

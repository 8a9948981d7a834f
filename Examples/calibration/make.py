#!/usr/bin/env python3
"""Writes the files beside it: a judge that is too generous and too sure of itself, recorded, two people who know better, and a judge
that is nearly as good as they are.

    python3 Examples/calibration/make.py
"""

import json
import pathlib
import random

HERE = pathlib.Path(__file__).parent
ITEMS, LABELLED, SAMPLES = 300, 200, 3


def clamp(score):
    return max(1, min(5, score))


def main():
    chance, expertise = random.Random(11), random.Random(12)
    items, replies, labels, expert = [], [], [], []
    for number in range(ITEMS):
        name = f"answer-{number:03}"
        worth = chance.gauss(3.0, 1.1)
        hard = chance.random() < 0.4
        seen = clamp(round(worth + 0.5 + chance.gauss(0, 1.1 if hard else 0.4)))
        items.append({"id": name, "prompt": f"Question {number}", "response": f"Answer {number}"})
        for sample in range(SAMPLES):
            strays = chance.random() < (0.25 if hard else 0.05)
            score = clamp(seen + chance.choice([-1, 1])) if strays else seen
            replies.append({"key": {"item": name, "response": 0, "order": [0], "sample": sample}, "text": f"<answer>{score}</answer>"})
        known = clamp(round(worth + expertise.gauss(0, 0.35)))
        for sample in range(SAMPLES):
            score = clamp(known + expertise.choice([-1, 1])) if expertise.random() < 0.15 else known
            expert.append({"key": {"item": name, "response": 0, "order": [0], "sample": sample}, "text": f"<answer>{score}</answer>"})
        if number < LABELLED:
            for rater in ["anna", "bo"]:
                score = clamp(round(worth + chance.gauss(0, 0.4)))
                labels.append({"id": name, "score": score, "rater": rater, "group": "hard" if hard else "easy"})
    for file, lines in [("items", items), ("replies", replies), ("labels", labels), ("expert", expert)]:
        (HERE / f"{file}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    passes = [{"id": l["id"], "pass": l["score"] >= 4} for l in labels if l["rater"] == "anna"]
    (HERE / "passes.jsonl").write_text("".join(json.dumps(line) + "\n" for line in passes))


if __name__ == "__main__":
    main()

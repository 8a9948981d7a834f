#!/usr/bin/env python3
"""Makes token-trees.jsonl: random judges as trees of tokens, with what their log-probabilities say about a verdict.

A judge is a list of whole replies with their probabilities, each cut into tokens at random places, so that the probability
of every next token follows by adding up replies. One reply is the one that was written. What is to be found is computed here
from lists of strings alone, without the rules of the reader:

- known: for each answer, the probability of the alternatives that leave the written reply in a text with which, of all
  accepted texts (listed one by one), only those of this answer begin, and of the written reply up to such a text;
- exact: the probability of each answer over all replies, seen or not.

    python3 Tests/GradingTests/Fixtures/make-token-trees.py > Tests/GradingTests/Fixtures/token-trees.jsonl
"""
import json
import math
import random

SCALES = [
    {"scale": [1, 10, 1], "answers": {str(n): n for n in range(1, 11)}, "top": "10"},
    {"scale": [0, 100, 10], "answers": {str(n): n for n in range(0, 101, 10)}, "top": "100"},
    {"scale": [1, 5, 0.5], "answers": {f"{n / 2:g}": n / 2 for n in range(2, 11)}, "top": "5"},
    {"scale": [-2, 2, 1], "answers": {str(n): n for n in range(-2, 3)}, "top": "2"},
    {"labels": {"no": 0, "partly": 0.5, "no idea": 0.6, "yes": 1, "yes, clearly": 2}},
]
PAIRS = {"A>>B": "A", "A>B": "A", "A=B": "tie", "B>A": "B", "B>>A": "B"}
JUNK = ["n/a", "11", "eight", "1e1", "-", "good", "99", "parrot", "", "8 or 9", "AB"]


def forms(case, answer):
    """The ways to spell one answer of a scale."""
    if "labels" in case:
        return [answer, answer.capitalize(), answer + "."]
    whole = [answer + ".0"] if "." not in answer else []
    return [answer, answer + ".", f"{answer}/{case['top']}"] + whole


def accepted(case):
    """Every accepted text behind the marker, with the answer that it is."""
    texts = []
    if case["pattern"] == "bracketed":
        for token, answer in PAIRS.items():
            for spelled in (token, token.lower(), token.replace(">", "> ").replace("=", " ="), token.replace(">", " >")):
                texts += [(before + spelled + after + "]]", answer) for before in ("", " ") for after in ("", " ")]
        return texts
    for answer, value in case["answers"].items():
        for form in forms(case, answer):
            for before in ("", " ", "\n"):
                texts += [(before + form + after + "</answer>", value) for after in ("", " ")]
    return texts


def cut(text, lengths, rng):
    """The text in tokens; the close is often one token, as in common vocabularies."""
    tokens = []
    while text:
        if text in ("</answer>", "]]") and rng.random() < 0.7:
            return tokens + [text]
        length = rng.choice(lengths)
        tokens.append(text[:length])
        text = text[length:]
    return tokens


def judge(case, rng):
    """Whole replies as (tokens, answer or None, probability)."""
    texts = accepted(case)
    lengths = rng.choice([[1, 1, 2, 3, 5, 9], [4, 5, 9], [1, 2]])
    replies = [(cut(text, lengths, rng), answer) for text, answer in rng.sample(texts, min(len(texts), rng.randint(2, 14)))]
    if case["junk"]:
        close = "]]" if case["pattern"] == "bracketed" else "</answer>"
        known = dict(texts)
        for word in rng.sample(JUNK, rng.randint(1, 4)):
            if word + close not in known:
                replies.append((cut(word + close, lengths, rng), None))
    weights = [rng.random() ** 3 + 1e-4 for _ in replies]
    return [(tokens, answer, weight / sum(weights)) for (tokens, answer), weight in zip(replies, weights)]


def children(replies, prefix):
    """Next tokens after these, with their probabilities."""
    found = {}
    for tokens, _, weight in replies:
        if tokens[: len(prefix)] == prefix and len(tokens) > len(prefix):
            found[tokens[len(prefix)]] = found.get(tokens[len(prefix)], 0) + weight
    total = sum(found.values())
    return {token: weight / total for token, weight in found.items()}


def possible(texts, beginning):
    return {answer for text, answer in texts if text.startswith(beginning)}


def known(replies, written, texts):
    chances = {}
    reach = 1.0
    for place, token in enumerate(written):
        before = "".join(written[:place])
        for other, share in children(replies, written[:place]).items():
            answers = possible(texts, before + other)
            if len(answers) == 1:
                answer = answers.pop()
                chances[answer] = chances.get(answer, 0) + reach * share
        if len(possible(texts, before + token)) == 1:
            return chances
        reach *= children(replies, written[:place])[token]
    return chances


def case(number):
    rng = random.Random(number)
    pattern = "bracketed" if rng.random() < 0.2 else "answer-tags"
    made = {"pattern": pattern, "junk": rng.random() < 0.5}
    if pattern == "answer-tags":
        made |= json.loads(json.dumps(rng.choice(SCALES)))
        if "labels" in made:
            made["answers"] = made["labels"]
    texts = accepted(made)
    replies = judge(made, rng)
    written, answer, _ = rng.choice([reply for reply in replies if reply[1] is not None])
    tokens = [[token, children(replies, written[:place])] for place, token in enumerate(written)]
    chances = known(replies, written, texts)
    exact = {}
    for _, value, weight in replies:
        exact[value] = exact.get(value, 0) + weight
    marker = "[[" if pattern == "bracketed" else "<answer>"
    if rng.random() < 0.3:
        # The first token also holds the end of the marker, and the judge might have written something else there.
        elsewhere = rng.random() / 2
        first = {marker[-1] + token: share * (1 - elsewhere) for token, share in tokens[0][1].items()}
        tokens[0] = [marker[-1] + tokens[0][0], first | {"\n": elsewhere}]
        marker = marker[:-1]
    line = {"name": f"tree {number}", "pattern": pattern}
    line |= {"scale": made["scale"]} if "scale" in made else {}
    line |= {"labels": made["labels"]} if "labels" in made else {}
    line["tokens"] = [
        {"text": token, "logprob": math.log(shares[token]),
         "top": [[other, math.log(share)] for other, share in sorted(shares.items(), key=lambda pair: -pair[1])]}
        for token, shares in [["<think>x</think>", {"<think>x</think>": 1}], [marker, {marker: 1}]] + tokens
    ]
    line["said"] = answer
    line["known"] = {str(key): value for key, value in chances.items()}
    if not made["junk"]:
        line["exact"] = {str(key): value for key, value in exact.items()}
    return line


for number in range(240):
    print(json.dumps(case(number)))

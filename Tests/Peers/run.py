"""Cupel against model servers that others wrote: run.py CUPEL FOLDER

FOLDER keeps the environments, so that a second run installs nothing. Not part of `make test`: it needs a package index, and what it finds can
change with the servers.
"""
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

import servers

COUNT = 8


class Checks:
    """Runs cupel in a folder of its own and notes what is not as expected."""

    def __init__(self, cupel, folder):
        self.cupel, self.folder, self.failures, self.count = cupel, folder, [], 0
        self.write("r.yaml", "name: right\ndescription: Is the answer right?\n")
        self.write_items("items.jsonl", [{"prompt": f"2 + {n}?", "response": str(2 + n)} for n in range(COUNT)])
        self.write_items("pairs.jsonl", [{"prompt": f"2 + {n}?", "responses": [str(2 + n), "9"]} for n in range(COUNT)])
        self.write_items("long.jsonl", [{"prompt": "x" * 9000, "response": "y"}])

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def write_items(self, name, items):
        self.write(name, "".join(json.dumps({"id": f"q{n}", **item}) + "\n" for n, item in enumerate(items)))

    def run(self, *arguments, **variables):
        return subprocess.run(
            [self.cupel, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=300,
            env={**os.environ, **variables})

    def grade(self, judge, items, *arguments, status=0, **variables):
        """The judgments and the summary."""
        output = self.folder / "out.jsonl"
        finished = self.run(
            "grade", *([] if "--rubric" in arguments else ["--rubric", "r.yaml"]), "--judge", judge, items, "-o", output,
            "--overwrite", "--format", "json", *arguments, **variables)
        self.equal(f"status of {judge} {items} {' '.join(arguments)}", finished.returncode, status, finished.stderr)
        judgments = [json.loads(line) for line in output.read_text().splitlines()]
        return judgments, json.loads(finished.stdout or "{}"), finished

    def holds(self, what, condition, detail=""):
        self.count += 1
        print(f"{'ok    ' if condition else 'FAILED'}  {what}", flush=True)
        if not condition:
            self.failures.append(what)
            if detail:
                print(f"        {detail}")

    def equal(self, what, found, expected, detail=""):
        self.holds(what, found == expected, f"found {found!r}, expected {expected!r}; {detail}")

    def near(self, what, found, expected, tolerance):
        self.holds(what, abs(found - expected) <= tolerance, f"found {found!r}, expected {expected!r} ± {tolerance}")


def check_llama(checks, server):
    point, pair = f"openai={server.url},point", f"openai={server.url},pair"
    judgments, summary, _ = checks.grade(point, "items.jsonl")
    checks.holds("llama: every item has one of the scores that the model gives",
                 all(judgment["scores"][0] in (3, 4, 5) for judgment in judgments))
    checks.equal("llama: the tokens of a reply are counted", summary["usage"]["completion_tokens"], 6 * COUNT)

    again, _, _ = checks.grade(point, "items.jsonl", "--concurrency", "1")
    checks.equal("llama: the same seeds give the same judgments", again, judgments)

    judgments, summary, _ = checks.grade(point, "items.jsonl", "--samples", "3")
    checks.holds("llama: three samples of each item", all(len(judgment["samples"]) == 3 for judgment in judgments))
    checks.equal("llama: n is passed over, so each sample is a request", summary["usage"]["requests"], 3 * COUNT)

    judgments, summary, _ = checks.grade(pair, "pairs.jsonl", "--mode", "pairwise", "--order", "both")
    checks.holds("llama: a judge that always prefers the second place prefers nothing",
                 all(judgment["winner"] is None and not judgment["position_consistent"] for judgment in judgments))

    checks.write("logprobs.yaml", judges(server.url, point="logprobs: 5"))
    check_probabilities(checks, "llama", "--config", "logprobs.yaml")

    judgments, _, _ = checks.grade(point, "long.jsonl", status=4)
    checks.equal("llama: a prompt beyond the context is the input's fault", judgments[0]["reason"], "invalid_input")

    judgments, _, finished = checks.grade(point, "items.jsonl", "--max-tokens", "5000", status=7)
    checks.holds("llama: a budget ends the run early", 0 < len(judgments) < COUNT, finished.stderr)
    check_probe(checks, "llama", point, images="no")
    check_probe(checks, "llama with eyes", f"openai={server.url},see", images="yes")
    check_pictures(checks, server)


def check_litellm(checks, server):
    checks.write("proxy.yaml", judges(
        server.url, mock="api_key_env: PEER_KEY", point="api_key_env: PEER_KEY, logprobs: 5", nope="api_key_env: PEER_KEY"))
    config = ("--config", "proxy.yaml")
    judgments, summary, _ = checks.grade("mock", "items.jsonl", "--samples", "3", *config, PEER_KEY="sk-peer")
    checks.equal("litellm: three samples in one request", summary["usage"]["requests"], COUNT)
    checks.holds("litellm: and each has its score", all(judgment["scores"] == [4] for judgment in judgments))

    judgments, _, _ = checks.grade("point", "items.jsonl", *config, PEER_KEY="sk-peer")
    checks.holds("litellm: reasoning comes apart from the text, and is kept",
                 all(judgment["rationale"] == "Right." for judgment in judgments))
    check_probabilities(checks, "litellm", *config, PEER_KEY="sk-peer")

    for judge, key in [("mock", "sk-someone-elses"), ("nope", "sk-peer")]:
        judgments, _, finished = checks.grade(judge, "items.jsonl", *config, status=4, PEER_KEY=key)
        checks.equal(f"litellm: {judge} with {key} is an error", {j["reason"] for j in judgments}, {"judge_error"})
        said = json.dumps(judgments) + finished.stdout + finished.stderr
        checks.holds("litellm: the key is not shown", key not in said)


def check_infinity(checks, server):
    expected = json.loads((checks.folder / "rewards" / "expected.json").read_text())
    rank = "kind: rerank, reward: {{server: infinity{}}}".format
    read = "model: quality, kind: classify, reward: {{server: infinity, template: '{{prompt}} {{response}}'{}}}".format
    options = {
        "raw": "model: relevance, " + rank(""), "sigmoid": "model: relevance, " + rank(", activation: sigmoid"),
        "good": read(", label: good, activation: server"), "unraw": read(", label: good"), "unlabelled": read(", activation: server"),
        "nope": "model: nope, " + rank("")}
    lines = [f"  {name}: {{plugin: openai, options: {{url: '{server.url}', retries: 0, {more}}}}}" for name, more in options.items()]
    checks.write("rewards.yaml", "\n".join(["judges:"] + lines) + "\n")
    config = ("--config", "rewards.yaml")
    # Numbers move in the last digits with the batch that a request falls into.
    tolerance = 1e-4

    def rewards(judge, rubric, mode="pointwise", status=0):
        judgments, _, _ = checks.grade(judge, "pairs.jsonl", "--rubric", rubric, "--mode", mode, *config, status=status)
        return judgments

    def flat(judgments):
        return [score for judgment in judgments for score in judgment["scores"]]

    def far(found, wanted):
        return max(abs(one - other) for one, other in zip(found, wanted, strict=True))

    judgments = rewards("raw", "reward")
    checks.near("infinity: raw rewards are the model's", far(flat(judgments), expected["relevance"]), 0, tolerance)
    judgments = rewards("sigmoid", "reward-probability")
    squashed = [1 / (1 + math.exp(-logit)) for logit in expected["relevance"]]
    checks.near("infinity: and so are those under a sigmoid", far(flat(judgments), squashed), 0, tolerance)
    values = [sample["value"] for judgment in judgments for sample in judgment["samples"]]
    checks.near("infinity: with the raw number beside", far(values, expected["relevance"]), 0, tolerance)
    judgments = rewards("good", "reward-probability", "pairwise")
    checks.near("infinity: a class is found by its name", far(flat(judgments), expected["good"]), 0, tolerance)
    halves = zip(expected["good"][::2], expected["good"][1::2])
    better = [(judgment["winner"], 0 if one > other else 1)
              for judgment, (one, other) in zip(judgments, halves) if abs(one - other) > tolerance]
    checks.holds("infinity: pairs are compared by their numbers", len(better) > COUNT / 2 and all(a == b for a, b in better))
    for judge, words in [("unraw", "these are probabilities"), ("unlabelled", "'bad', 'good', 'mixed'"), ("nope", "nope")]:
        judgments = rewards(judge, "reward", status=4)
        said = {(judgment["reason"], words in judgment["message"]) for judgment in judgments}
        checks.equal(f"infinity: {judge} is an error that says so", said, {("judge_error", True)})


def check_probabilities(checks, name, *arguments, **variables):
    judgments, _, _ = checks.grade("point", "items.jsonl", "--verdict-from", "logprobs", *arguments, **variables)
    answer = judgments[0]["samples"][0]["logprobs"]["answers"][0]
    for score, probability in [("3", 0.25), ("4", 0.5), ("5", 0.25)]:
        checks.near(f"{name}: the probability of {score}", answer["probabilities"].get(score, 0), probability, 1e-3)
    checks.near(f"{name}: the mass that is covered", answer["mass"], 1, 1e-3)
    checks.near(f"{name}: the expected score", judgments[0]["scores"][0], 4, 1e-3)


def check_pictures(checks, server):
    folder = servers.HERE.parents[1] / "Examples" / "images"
    pictures = [folder / f"{name}.png" for name in ["badge", "chart", "harbour"]]
    checks.write_items("pictures.jsonl", [
        {"prompt": "What is this?", "images": [str(picture)], "response": "A picture."} for picture in pictures])
    checks.write("see.yaml", judges(server.url, see="modalities: [image]"))
    judgments, _, _ = checks.grade(
        "see", "pictures.jsonl", "--config", "see.yaml", "--media-root", str(folder))
    checks.holds("llama with eyes: every picture is judged",
                 all(j["rationale"] == "Seen." for j in judgments))


def check_probe(checks, name, judge, images):
    finished = checks.run("judge", "probe", judge, "--format", "json")
    checks.equal(f"{name}: the probe's status", finished.returncode, 0, finished.stderr)
    report = json.loads(finished.stdout or "{}")
    found = {finding["name"]: finding["status"] for finding in report.get("findings", [])}
    for finding, status in [("models", "yes"), ("chat", "yes"), ("n", "no"), ("logprobs", "yes"), ("images", images)]:
        checks.equal(f"{name}: the probe says of {finding}", found.get(finding), status)
    # JSON is YAML.
    checks.write("probed.yaml", json.dumps(report.get("configuration")))
    checks.grade("openai", "items.jsonl", "--config", "probed.yaml")


def judges(url, **options):
    """A configuration with a judge for each model."""
    lines = [f"  {model}: {{plugin: openai, options: {{url: '{url}', model: {model}, retries: 0, {more}}}}}"
             for model, more in options.items()]
    return "\n".join(["judges:"] + lines) + "\n"


def main(cupel, folder):
    folder.mkdir(parents=True, exist_ok=True)
    pythons = {name: servers.environment(folder, name) for name in ["llama", "litellm", "infinity"]}
    with tempfile.TemporaryDirectory() as scratch:
        checks = Checks(cupel, pathlib.Path(scratch))
        with servers.llama(pythons["llama"], checks.folder) as llama:
            check_llama(checks, llama)
            with servers.litellm(pythons["litellm"], checks.folder, llama.url) as litellm:
                check_litellm(checks, litellm)
        pairs = [[f"2 + {n}?", response] for n in range(COUNT) for response in [str(2 + n), "9"]]
        with servers.infinity(pythons["infinity"], checks.folder, pairs) as infinity:
            check_infinity(checks, infinity)
    print(f"{checks.count - len(checks.failures)} of {checks.count} checks hold")
    return 1 if checks.failures else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).absolute()))

"""Prints pairwise judgments for people: reasoning, verdict and position consistency. show_pairs.py RESULTS.jsonl"""
import json
import sys
import textwrap

for line in open(sys.argv[1], encoding="utf-8"):
    judgment = json.loads(line)
    print(f"\n{judgment['id']}: ", end="")
    if judgment["status"] == "unscored":
        print(f"unscored ({judgment['reason']}): {judgment['message']}")
        continue
    winner = judgment["winner"]
    verdict = "a tie" if winner is None else f"response {winner} is better"
    order = "the same in both orders" if judgment["position_consistent"] else "NOT the same in both orders"
    print(f"{verdict}, scores {judgment['scores']}, {order}")
    thought = " ".join(judgment.get("rationale", "").split())
    print(textwrap.indent(textwrap.fill(textwrap.shorten(thought, 420, placeholder=" …"), 100), "    "))
    for sample in judgment["samples"]:
        said = sample.get("scores", sample.get("reason"))
        print(f"    shown as {sample['order']}: {said}, {sample['attempts']} attempt(s)")

#!/usr/bin/env bash
# What `make demo` runs: demo.sh CUPEL [OUT]. Three gradings by checks alone, then a recorded reasoning judge in both orders.
set -euo pipefail
cupel=$1
out=demo-out
[ $# -lt 2 ] || out=$(realpath -m "$2")
cd "$(dirname "$0")/.."
mkdir -p "$out"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
grade() {
  printf '$ cupel grade %s\n\n' "$*"
  "$cupel" grade --overwrite "$@"
}

say "1. Text answers against references: rubric answer-checks, no model needed"
grade --rubric answer-checks Examples/answers.jsonl -o "$out/answers.jsonl"

say "2. Pictures, one of them broken: rubric image-quality"
grade --rubric image-quality Examples/images -o "$out/images.jsonl"

say "3. A folder of Markdown files against a team's own rubric"
grade --rubric Examples/rubrics/release-note/rubric.yaml Examples/release-notes -o "$out/release-notes.jsonl"

say "4. A reasoning judge, replayed from a recording: every pair in both orders"
grade --rubric Examples/rubrics/better-answer/rubric.yaml --judge replay=Examples/pairwise/replies.jsonl \
  Examples/pairwise/items.jsonl -o "$out/pairs.jsonl"

say "What the judge thought, what it said, and whether the order mattered"
python3 Examples/show_pairs.py "$out/pairs.jsonl"

say "Every judgment, with its reasons and provenance, is a line in $out/*.jsonl"

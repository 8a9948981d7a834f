#!/usr/bin/env bash
# What `make demo` runs: demo.sh CUPEL [OUT]. Three gradings by checks alone, a recorded reasoning judge in both orders, and the server.
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

say "5. The server: one request, as a training loop would send it"
log=$out/serve.log
"$cupel" serve --listen 127.0.0.1:0 > "$log" 2>&1 &
server=$!
trap 'kill "$server" 2> /dev/null || true' EXIT
for _ in $(seq 600); do
  url=$(sed -nE 's|^cupel: listening on (http://.*)$|\1|p' "$log")
  [ -n "$url" ] || { kill -0 "$server" 2> /dev/null || { cat "$log" >&2; exit 1; }; sleep 0.1; continue; }
  break
done
[ -n "$url" ] || { echo "demo: the server did not start within a minute" >&2; cat "$log" >&2; exit 1; }
request='{"rubric": "answer-checks", "reward": "group_normalized", "groups": [{"id": "g1", "prompt": "What is the capital of Australia?",
  "label": "Canberra", "responses": ["Canberra", "I think that it is Sydney", ""]}]}'
printf '$ cupel serve &\n$ curl -sS --json '"'%s'"' %s/v1/reward\n\n' "$request" "$url"
curl -sS --fail-with-body --max-time 60 --json "$request" "$url/v1/reward" | python3 -m json.tool
kill -TERM "$server"
wait "$server"
trap - EXIT

say "Every judgment, with its reasons and provenance, is a line in $out/*.jsonl"

#!/usr/bin/env bash
# Installs into a temporary folder, moves the folder, and grades from there without a Swift toolchain in reach.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make install PREFIX="$work/first" >/dev/null
mv "$work/first" "$work/second place"
prefix="$work/second place"
cd "$work"

alone() { env -i PATH=/usr/bin:/bin HOME="$work" "$prefix/bin/cupel" "$@"; }
missing=$(env -i ldd "$prefix/bin/cupel" "$prefix/libexec/cupel/cupel-worker" "$prefix"/lib/cupel/plugins/*.so | grep -F 'not found' || true)
[ -z "$missing" ] || { echo "check-install: missing libraries: $missing" >&2; exit 1; }
if readelf -d "$prefix/bin/cupel" "$prefix/libexec/cupel/cupel-worker" "$prefix"/lib/cupel/plugins/*.so | grep -E 'R(UN)?PATH' | grep -qE '\[[^$]*/'; then
  echo "check-install: a library path of the build machine is left in the binaries" >&2
  exit 1
fi
for plugin in checks ffmpeg openai png replay; do
  alone plugin list | grep -qw "$plugin" || { echo "check-install: plugin $plugin is not found" >&2; exit 1; }
done
printf '{"id":"a","response":"The answer is 42."}\n' > items.jsonl
printf 'name: has-number\ncriteria: [{name: number, check: {regex: "[0-9]+"}}]\n' > rubric.yaml
alone grade --rubric rubric.yaml items.jsonl -o out.jsonl --quiet
grep -q '"scores":\[1.0\]' out.jsonl || { echo "check-install: unexpected result: $(cat out.jsonl)" >&2; exit 1; }
alone config check | grep -qF "decode: workers of $prefix/libexec/cupel/cupel-worker" ||
  { echo "check-install: the workers of the tree are not used" >&2; exit 1; }
alone rubric check visual-qa >/dev/null
alone audit --judge replay=/dev/null --dry-run | grep -q '^in all  *240 ' ||
  { echo "check-install: the items for audits are not found" >&2; exit 1; }
echo "check-install: works from a moved folder without a toolchain"

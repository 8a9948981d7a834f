#!/usr/bin/env bash
# Rules of the layout that no compiler checks. Prints each breach with its place; exits 1 if there is one.
set -euo pipefail
cd "$(dirname "$0")/../.."
failed=0
fail() { echo "layout: $1" >&2; failed=1; }
code() { git ls-files --cached --others --exclude-standard -- "$@"; }

# A file that has grown past 400 lines holds more than one idea.
while read -r lines file; do
  (( lines <= 400 )) || fail "$file has $lines lines; at most 400"
done < <(code '*.swift' '*.c' '*.h' '*.py' '*.sh' | xargs wc -l | grep -v ' total$')

# One target imports each C library; no other sees its types.
only() { # pattern, the place where it may stand, why
  local pattern=$1 place=$2 why=$3 hits
  hits=$(code 'Sources/*.swift' 'Plugins/*.swift' | grep -vE "^($place)" | xargs -r grep -lE "$pattern" || true)
  [ -z "$hits" ] || fail "$why: $hits"
}
only 'import CJansson' 'Sources/JSON/' 'only JSON talks to jansson'
only 'import CYAML' 'Sources/Documents/' 'only Documents talks to libyaml'
only 'import CPCRE2' 'Plugins/checks/' 'only the checks plugin talks to PCRE2'
only 'import CLlama' 'Plugins/llama/' 'only the llama plugin talks to llama.cpp'
only 'import C(Microhttpd|Zlib)' 'Sources/HTTPServing/' 'only HTTPServing talks to libmicrohttpd'
only 'import CCurl' 'Sources/HTTP/' 'only HTTP talks to libcurl'
only 'import CWorker' 'Sources/(PluginHost|cupel-worker)/' 'only PluginHost talks to workers'
only '\.unfenced\b' 'Sources/(Grading|Audits)/' 'only audits take fences away (decision 0024)'
only '\bdlopen\(' 'Sources/PluginHost/' 'only PluginHost opens libraries'
only 'public import C[A-Z]' 'Sources/Plugin(Kit|Bridge)/|Plugins/[a-z]+/Entry/' 'a C type crosses a target API'

# The stages point down only.
below() { # target, what it must not import
  local hits
  hits=$(code "Sources/$1/*.swift" | xargs -r grep -nE "import ($2)\$" || true)
  [ -z "$hits" ] || fail "$1 must not know $2: $hits"
}
below Grading 'PluginHost|Batch|Configuration|PluginKit'
below Rubrics 'Grading|Media|Judging|PluginHost'
below Calibration 'Media|Judging|Rubrics|Documents|Grading|Batch|Configuration|Service'
below Wire 'Media|Judging|Rubrics|Documents'

hits=$(code '*.swift' '*.c' '*.h' | xargs grep -nE '\b(TODO|FIXME|XXX)\b' || true)
[ -z "$hits" ] || fail "unfinished work without an issue: $hits"

lines=$(cat Sources/CCupelPlugin/include/cupel_plugin/*.h | wc -l)
(( lines < 500 )) || fail "the plugin ABI has $lines lines; it is to stay under 500"

exit "$failed"

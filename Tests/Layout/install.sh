#!/usr/bin/env bash
# install.sh BUILD PREFIX: copies a release build into PREFIX so that the tree can be moved anywhere.
set -euo pipefail
build=$1
prefix=$2
source=$(cd "$(dirname "$0")/../.." && pwd)

mkdir -p "$prefix"/{bin,libexec/cupel,lib/cupel/plugins,lib/cupel/swift,share/cupel/rubrics,share/cupel/styles,share/cupel/audit-items,include}
install -m 755 "$build/cupel" "$prefix/bin/cupel"
install -m 755 "$build/cupel-worker" "$prefix/libexec/cupel/cupel-worker"
for library in "$build"/libcupel-*.so; do
  name=$(basename "$library")
  # Written beside and renamed: a running cupel keeps the file it has mapped.
  install -m 755 "$library" "$prefix/lib/cupel/plugins/.new-$name"
  mv "$prefix/lib/cupel/plugins/.new-$name" "$prefix/lib/cupel/plugins/${name#libcupel-}"
done

# The Swift runtime travels with the tree: whatever the binaries need from the toolchain, and nothing else.
runtime=$(swift -print-target-info | sed -n '/"runtimeLibraryPaths"/{n;s/.*"\(.*\)".*/\1/p}')
LD_LIBRARY_PATH=$runtime ldd "$prefix/bin/cupel" "$prefix/libexec/cupel/cupel-worker" "$prefix"/lib/cupel/plugins/*.so |
  awk -v dir="$runtime/" 'index($3, dir) == 1 { print $3 }' | sort -u |
  xargs -I{} install -m 755 {} "$prefix/lib/cupel/swift/"

# So does llama.cpp's, unless it is the system's; its libraries find each other in their folder.
if [ -n "${CUPEL_LLAMA_PREFIX:-}" ] && [ -e "$prefix/lib/cupel/plugins/llama.so" ]; then
  mkdir -p "$prefix/lib/cupel/llama"
  install -m 755 "$CUPEL_LLAMA_PREFIX"/lib/lib{llama,mtmd,ggml*}.so.0 "$prefix/lib/cupel/llama/"
fi

for rubric in "$source"/Rubrics/*/rubric.yaml; do
  cp -r "$(dirname "$rubric")" "$prefix/share/cupel/rubrics/"
done
cp "$source"/Rubrics/styles/*.yaml "$prefix/share/cupel/styles/"
cp "$source"/AuditItems/*.jsonl "$prefix/share/cupel/audit-items/"
cp -r "$source/Sources/CCupelPlugin/include/cupel_plugin" "$prefix/include/"
echo "Installed in $prefix; run $prefix/bin/cupel --help"

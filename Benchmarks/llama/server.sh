#!/usr/bin/env bash
# Builds llama.cpp's server from the source package that the library at PREFIX came from, against that library: server.sh PREFIX FOLDER
# Its web pages are left out. Prints the program's path; a second call builds nothing.
set -euo pipefail
prefix=$1 folder=$2
here=$(cd "$(dirname "$0")" && pwd)
package=$(sed -n 's/^LLAMA_PACKAGE := //p' "$here/../../Makefile")
server=$folder/llama-server
if [ -x "$server" ]; then echo "$server"; exit; fi

mkdir -p "$folder/objects" "$folder/ui"
ls "$folder"/llama_cpp_python-*.tar.gz > /dev/null 2>&1 ||
  python3 -m pip download --quiet --no-deps --no-binary llama-cpp-python --dest "$folder" "$package"
source=$folder/source
mkdir -p "$source"
tar xzf "$folder"/llama_cpp_python-*.tar.gz -C "$source" --strip-components 3 --wildcards '*/vendor/llama.cpp/*'

for file in ui.h ui.cpp; do
  sed -e 's/@N_ASSETS@/0/; s/@USE_GZIP@/false/; /^#cmakedefine/d; /@[A-Z_]*@/d' "$source/tools/ui/$file.in" > "$folder/ui/$file"
done
flags=(-std=c++17 -O2 -w -DCPPHTTPLIB_TCP_NODELAY=1 -DCPPHTTPLIB_LISTEN_BACKLOG=512 -I"$folder/ui" -I"$source" -I"$source/tools/server"
  -I"$source/tools/mtmd" -I"$source/common" -I"$source/include" -I"$source/ggml/include" -I"$source/vendor")
sources=("$source"/tools/server/*.cpp "$source/vendor/cpp-httplib/httplib.cpp" "$folder/ui/ui.cpp")
echo "building llama-server: ${#sources[@]} files, a few minutes" >&2
printf '%s\n' "${sources[@]}" | xargs -P "$(nproc)" -I{} sh -c \
  'object=$1/$(basename "$2" .cpp).o; shift 1; file=$1; shift 1; [ "$object" -nt "$file" ] || nice c++ "$@" -c "$file" -o "$object"' \
  build "$folder/objects" {} "${flags[@]}"
c++ -o "$server.new" "$folder"/objects/*.o -L"$prefix/lib" -lllama-common -lmtmd -lllama -lggml -lggml-cpu -lggml-base \
  -Wl,-rpath,"$prefix/lib" -pthread
mv "$server.new" "$server"
echo "$server"

#!/usr/bin/env bash
# Builds the C reference loops where gcc is: without ipsec-mb's headers the plain ones only. Never fails a build.
# usage: build.sh <folder of the classes>
set -uo pipefail
cd "$(dirname "$0")"
out=$1/reference/lianmai-reference
newest=$(ls -t ./*.c ./*.h build.sh | head -1)

[ "$(uname -s)" = Linux ] && command -v gcc >/dev/null || exit 0
flags=()
if echo '#include <intel-ipsec-mb.h>' | gcc -E -x c - >/dev/null 2>&1; then
  flags=(-DHAVE_IPSEC_MB -lIPSec_MB)
fi
# Built anew as well when the header has come or gone.
built_with=$1/reference/built-with
[ -e "$out" ] && [ "$out" -nt "$newest" ] && [ "$(cat "$built_with" 2>/dev/null)" = "${flags[*]-}" ] && exit 0

mkdir -p "$1/reference"
if ! gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -o "$out.new" ./*.c "${flags[@]}" -lpthread; then
  echo "lianmai: the C reference loops do not compile here; benchmarks will do without them" >&2
  rm -f "$out" "$out.new"
  exit 0
fi
mv "$out.new" "$out"
echo "${flags[*]-}" >"$built_with"

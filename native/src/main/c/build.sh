#!/usr/bin/env bash
# Builds the library where ipsec-mb's headers and gcc are; elsewhere the server does without. Never fails a build.
# usage: build.sh <folder of the library>
set -uo pipefail
cd "$(dirname "$0")"
out=$1/liblianmai_srtp.so
newest=$(ls -t srtp_batch.c srtp_batch.h build.sh | head -1)

[ "$(uname -sm)" = "Linux x86_64" ] && command -v gcc >/dev/null || exit 0
[ -e "$out" ] && [ "$out" -nt "$newest" ] && exit 0
echo '#include <intel-ipsec-mb.h>' | gcc -E -x c - >/dev/null 2>&1 || exit 0

mkdir -p "$1"
if ! gcc -std=gnu11 -O2 -Wall -Wextra -fPIC -shared -Wl,-z,relro,-z,now -o "$out.new" srtp_batch.c \
  -lIPSec_MB -lpthread; then
  echo "lianmai: native SRTP does not compile here; the server will do without it" >&2
  rm -f "$out" "$out.new"
  exit 0
fi
mv "$out.new" "$out"

#!/usr/bin/env bash
# Builds the command as native code: publish-native.sh OUT leaves OUT/zkhealth, with libe_sqlite3.so beside it.
# Native code is for the instructions it was built for: by default those of this machine, INSTRUCTIONS=x86-64-v3 (AVX2 and FMA) or
# x86-64-v4 (AVX-512) for others.
set -euo pipefail
out=${1:?"usage: publish-native.sh OUT"}
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "$0")"
case $(uname -m) in
  x86_64)
    runtime=linux-x64 here=x86-64-v3
    if grep -q avx512bw /proc/cpuinfo && grep -q avx512vl /proc/cpuinfo; then here=x86-64-v4; fi
    instructions=${INSTRUCTIONS:-$here}
    ;;
  aarch64) runtime=linux-arm64 instructions=${INSTRUCTIONS:-native} ;;
  *) echo "publish-native.sh: no native build for $(uname -m)" >&2; exit 1 ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet publish -c Release -r "$runtime" -p:Native=true -p:IlcInstructionSet="$instructions" -o "$work"
install -m 755 "$work/ZkHealth.Cli" "$out/zkhealth"
install -m 644 "$work/libe_sqlite3.so" "$out/"

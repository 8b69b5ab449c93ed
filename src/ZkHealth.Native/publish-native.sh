#!/usr/bin/env bash
# Builds the verifier as a shared library: publish-native.sh OUT leaves OUT/libzkhealth.so, with zkhealth.h and libe_sqlite3.so beside it.
# INSTRUCTIONS as in src/ZkHealth.Cli/publish-native.sh, and x86-64 for machines without AVX2.
set -euo pipefail
out=${1:?"usage: publish-native.sh OUT"}
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "$0")"
case $(uname -m) in
  x86_64) runtime=linux-x64 instructions=${INSTRUCTIONS:-x86-64-v3} ;;
  aarch64) runtime=linux-arm64 instructions=${INSTRUCTIONS:-native} ;;
  *) echo "publish-native.sh: no native build for $(uname -m)" >&2; exit 1 ;;
esac
[ "$instructions" = x86-64 ] && instructions=
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet publish -c Release -r "$runtime" -p:Native=true -p:IlcInstructionSet="$instructions" -o "$work"
install -m 755 "$work/ZkHealth.Native.so" "$out/libzkhealth.so"
install -m 644 "$work/libe_sqlite3.so" zkhealth.h "$out/"

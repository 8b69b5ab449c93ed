#!/usr/bin/env bash
# Packs the command as a tool: pack-tool.sh OUT leaves in OUT the package ZkHealth.Cli, which names one for each system, and these: native code for
# the system it runs on (AVX2 on x64; it starts in 0.01 s), code compiled ahead for the others (0.04 s), and a plain fallback.
# pack-tool.sh OUT RUNTIME... packs for these alone: linux-x64, linux-arm64, win-x64, osx-arm64, any; `names` is the package that names them.
# Native code needs a C compiler, on Linux zlib1g-dev too. The package for linux-x64 carries a build for AVX2 and one for AVX-512; WIDER=FILE takes
# one for AVX-512 that was built before (publish-native.sh).
set -euo pipefail
out=${1:?"usage: pack-tool.sh OUT [RUNTIME...]"}
shift
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "$0")"
case "$(uname -s) $(uname -m)" in
  "Linux x86_64") native=linux-x64 ;;
  "Linux aarch64") native=linux-arm64 ;;
  "Darwin arm64") native=osx-arm64 ;;
  MINGW*x86_64 | MSYS*x86_64) native=win-x64 ;;
  *) native= ;;
esac
# the build for AVX-512, where one for AVX2 is packed
wider() {
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  [ -n "${WIDER:-}" ] || { INSTRUCTIONS=x86-64-v4 ./publish-native.sh "$work" && WIDER=$work/zkhealth; }
  cp "$WIDER" "$work/zkhealth.x86-64-v4"
}
[ $# -gt 0 ] || set -- names linux-x64 linux-arm64 win-x64 osx-arm64 any
for runtime in "$@"; do
  if [ "$runtime" = names ]; then
    dotnet pack -c Release -p:ToolPackages=true -o "$out"
  elif [ "$runtime" = linux-x64 ] && [ "$native" = linux-x64 ]; then
    wider
    dotnet pack -c Release -p:ToolPackages=true -p:NativeRuntime="$native" -p:WiderBuild="$work/zkhealth.x86-64-v4" -r "$runtime" -o "$out"
  else
    dotnet pack -c Release -p:ToolPackages=true -p:NativeRuntime="$native" -r "$runtime" -o "$out"
  fi
done

#!/usr/bin/env bash
# Packs the command as a tool: pack-tool.sh OUT leaves in OUT the package ZkHealth.Cli, which names one for linux-x64 (native code, AVX2;
# it starts in 0.01 s) and one for any other system (compiled as it runs), and these two. Needs linux-x64, gcc and zlib1g-dev.
set -euo pipefail
out=${1:?"usage: pack-tool.sh OUT"}
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "$0")"
for runtime in "" linux-x64 any; do
  dotnet pack -c Release -p:ToolPackages=true ${runtime:+-r "$runtime"} -o "$out"
done

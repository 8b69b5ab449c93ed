#!/usr/bin/env bash
# Builds the Python package: build.sh OUT leaves zkhealth-VERSION-py3-none-linux_x86_64.whl in OUT (linux_aarch64 on such a machine).
# NATIVE=FOLDER takes libraries that were built before, one folder for each set of instructions: FOLDER/x86-64-v3, FOLDER/x86-64.
set -euo pipefail
out=${1:?"usage: build.sh OUT"}
mkdir -p "$out"
out=$(cd "$out" && pwd)
native=${NATIVE:+$(cd "$NATIVE" && pwd)}
cd "$(dirname "$0")"
python=/usr/bin/python3
"$python" -c 'import build, setuptools, wheel' 2> /dev/null || { echo "build.sh: expected apt-get install python3-build python3-setuptools python3-wheel" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r pyproject.toml setup.py README.md src "$work"
case $(uname -m) in
  x86_64) instructions=(x86-64-v3 x86-64) ;;
  *) instructions=(native) ;;
esac
# the version of the other packages: 1.0.0-alpha.0.278 is 1.0.0a0.dev278 to Python
version=$(dotnet msbuild ../../src/ZkHealth.Native/ZkHealth.Native.csproj -restore -t:MinVer -getProperty:MinVerVersion)
ZKHEALTH_VERSION=$(sed -E 's/\+.*//; s/-(alpha|beta|rc)\.([0-9]+)/\1\2/; s/alpha/a/; s/beta/b/; s/^([0-9.]+(a|b|rc)[0-9]+)\.([0-9]+)$/\1.dev\3/' <<< "$version")
export ZKHEALTH_VERSION
mkdir "$work/src/zkhealth/native"
for set in "${instructions[@]}"; do
  from=${native:+$native/$set}
  if [ -z "$from" ]; then
    from=$work/$set
    INSTRUCTIONS=$set ../../src/ZkHealth.Native/publish-native.sh "$from"
  fi
  install -m 755 "$from/libzkhealth.so" "$work/src/zkhealth/native/libzkhealth.$set.so"
  install -m 644 "$from/libe_sqlite3.so" "$work/src/zkhealth/native/"
done
"$python" -m build --no-isolation --wheel --outdir "$out" "$work"

#!/usr/bin/env bash
# Ten hospitals as ten processes over one ledger, nine of them the committee (s = 9, t = 5). Two are killed at random moments. It ends with a
# regional prevalence that anyone verifies from the ledger, and that is compared with a direct count over those who contributed.
#
#   samples/ten-hospitals.sh [--seed N] [--kill N] [--csv FILE --schema FILE --numerator CONDITION --denominator CONDITION]
#                            [--also 'KIND OPTIONS']... [FOLDER]
#
# Without --csv the patients are invented; --also adds a statistic (words without spaces in them). ZKHEALTH says how to call the command; if it does not,
# zkhealth is taken from the PATH, or else built from this clone.
set -euo pipefail

seed=$((RANDOM * 32768 + RANDOM)) kill=2 csv= schema= folder= also=()
numerator='diabetes = yes' denominator='age >= 40'
while [ $# -gt 0 ]; do
  case $1 in
    --seed) seed=$2; shift 2 ;;
    --kill) kill=$2; shift 2 ;;
    --csv) csv=$(realpath "$2"); shift 2 ;;
    --schema) schema=$(realpath "$2"); shift 2 ;;
    --numerator) numerator=$2; shift 2 ;;
    --denominator) denominator=$2; shift 2 ;;
    --also) also+=("$2"); shift 2 ;;
    *) folder=$1; shift ;;
  esac
done
if [ -n "${ZKHEALTH-}" ]; then
  read -ra zkhealth <<< "$ZKHEALTH"
elif command -v zkhealth > /dev/null; then
  zkhealth=(zkhealth)
elif command -v dotnet > /dev/null; then
  echo "== there is no zkhealth on the PATH: it is built from this clone (the first time takes minutes)"
  source=$(cd "$(dirname "$0")/../src/ZkHealth.Cli" && pwd)
  dotnet build -c Release -v q --nologo "$source"
  zkhealth=(dotnet "$source/bin/Release/net10.0/ZkHealth.Cli.dll")
else
  echo "there is no zkhealth on the PATH, and no .NET 10 SDK to build it with (https://dotnet.microsoft.com/download)" >&2
  exit 2
fi
folder=${folder:-$(mktemp -d)}
mkdir -p "$folder"
cd "$folder"
export DOTNET_TieredPGO=0                       # short processes: less to compile
echo "seed $seed (repeat with --seed $seed), folder $folder"

# every process that is still there at the end is ended, by its number
declare -A running
cleanup() { for i in "${!running[@]}"; do kill -9 "${running[$i]}" 2> /dev/null || true; done; }
trap cleanup EXIT

echo "== patients, split over ten hospitals; keys, committed tables"
if [ -z "$csv" ]; then
  "${zkhealth[@]}" synth --rows 20000 --seed "$((seed % 1000000))" --out patients.csv > /dev/null
  csv=$PWD/patients.csv schema=$PWD/patients.schema.json
fi
for i in {1..10}; do awk -v i="$i" 'NR == 1 || NR % 10 == i % 10' "$csv" > "hospital$i.csv"; done
"${zkhealth[@]}" ledger init ledger.db --origin region.example.org/health > /dev/null
prepare() {
  "${zkhealth[@]}" keygen --out "hospital$1.key" > /dev/null
  "${zkhealth[@]}" commit "hospital$1.csv" --schema "$schema" --key "hospital$1.key" --out "hospital$1.zkt" --threads 1 > /dev/null
  "${zkhealth[@]}" publish "hospital$1.zkt" --data-set 'patients of the region' --ledger ledger.db --key "hospital$1.key" > /dev/null
}
waiting=()
for i in {1..10}; do prepare "$i" & waiting+=($!); done
for p in "${waiting[@]}"; do wait "$p"; done

echo "== terms: who may contribute, the committee, what is opened"
"${zkhealth[@]}" aggregate terms prevalence --numerator "$numerator" --denominator "$denominator" \
  --ledger ledger.db --schema "$schema" --purpose 'regional report' --data-set 'patients of the region' \
  --hospital hospital{1..10}.key.pub --member hospital{1..9}.key.pub --threshold 5 --max-rows 65536 --out region.terms
for statistic in ${also[@]+"${also[@]}"}; do
  # shellcheck disable=SC2086 # words are meant to be split
  "${zkhealth[@]}" aggregate terms $statistic --add-to region.terms > /dev/null
done

echo "== ten processes, each through registration, dealing, checking, freezing, sharing"
for i in {1..10}; do
  # no 'exec' in a subshell: the number of the background job is that of the process
  "${zkhealth[@]}" aggregate run --terms region.terms --table "hospital$i.zkt" --approve region.terms --name "Hospital $i" --ledger ledger.db --key "hospital$i.key" \
    --patience 6 --timeout 400 > "hospital$i.out" 2> "hospital$i.log" &
  running[$i]=$!
done

# from the opening on, two of them are killed (SIGKILL), each after 0 to 8 seconds
RANDOM=$((seed % 32768))
victims=() moments=()
while [ ${#victims[@]} -lt "$kill" ]; do
  v=$((RANDOM % 10 + 1))
  case " ${victims[*]-} " in *" $v "*) ;; *) victims+=("$v"); moments+=("$((RANDOM % 80))") ;; esac
done
for _ in $(seq 600); do
  grep -q 'is open' hospital*.log && break
  sleep 0.2
done
grep -q 'is open' hospital*.log || { echo "the session was not opened"; cat hospital*.log; exit 1; }
for j in "${!victims[@]}"; do
  echo "hospital ${victims[$j]} is killed $((moments[j] / 10)).$((moments[j] % 10)) s after the opening"
  { sleep "$(awk -v m="${moments[$j]}" 'BEGIN { print m / 10 }')"; kill -9 "${running[${victims[$j]}]}" 2> /dev/null || true; } &
done

for i in {1..10}; do
  code=0
  wait "${running[$i]}" 2> /dev/null || code=$?
  unset "running[$i]"
  echo "hospital $i: $([ "$code" = 137 ] && echo killed || echo "exit code $code"); last: $(tail -1 "hospital$i.log")"
done

echo "== anyone verifies it from the ledger alone"
"${zkhealth[@]}" aggregate verify --ledger ledger.db

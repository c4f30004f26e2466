#!/bin/sh
# The bank workload, ours beside generated JavaScript (V8's compiler, binary64) on the same machine in
# the same minutes: ours, theirs, ours again; prints rates and ratios. Asserts nothing but the answers.
#
# Usage: bench/run-workload.sh FOLDER [BUILD]
#   FOLDER  the workload: spec/, data/, adapters/, run.mjs
#   BUILD   a build with the preset "bench" (default build/bench)
set -eu
if [ $# -lt 1 ] || [ ! -f "$1/run.mjs" ]; then
  echo "usage: bench/run-workload.sh FOLDER [BUILD]; FOLDER holds spec/, data/, adapters/ and run.mjs" >&2
  exit 2
fi
folder=$(cd "$1" && pwd)
build=${2:-build/bench}
ours="$build/bench/feel/workload_bench"
[ -x "$ours" ] || { echo "no $ours: cmake --preset bench && cmake --build --preset bench" >&2; exit 2; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$ours" "$folder" 7 > "$scratch/ours.1"
if command -v node > /dev/null; then
  # The peer's script writes its results below the folder it runs in.
  for entry in spec data adapters lib.mjs run.mjs; do ln -s "$folder/$entry" "$scratch/$entry"; done
  mkdir "$scratch/results"
  (cd "$scratch" && node run.mjs 2 baseline-codegen 6) > "$scratch/theirs"
else
  echo "node is not installed: the generated JavaScript is not run here" > "$scratch/theirs"
fi
if (cd "$folder/peers" && node -e 'require.resolve("@gorules/zen-engine")') > /dev/null 2>&1; then
  (cd "$scratch" && node run.mjs 2 zen-engine 6) >> "$scratch/theirs"
else
  echo "zen-engine is not installed: not run here" >> "$scratch/theirs"
fi
"$ours" "$folder" 7 > "$scratch/ours.2"

echo "load: $(cut -d' ' -f1-3 /proc/loadavg); $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2)"
cat "$scratch/ours.1" "$scratch/theirs" "$scratch/ours.2"
awk '
  $1 == "ours" && $3 == "median" { ours[$2] = ours[$2] == "" || $4 > ours[$2] ? $4 : ours[$2] }
  $1 == "ours" && $4 == "median" && $3 == "traced" {
    traced[$2] = traced[$2] == "" || $5 > traced[$2] ? $5 : traced[$2]
  }
  $1 == "baseline-codegen" { for (i = 2; i < NF; i++) if ($i == "med") theirs[$3] = $(i + 1) }
  END {
    for (name in theirs) {
      printf "ratio %-14s ours / generated JavaScript: %.2f", name, ours[name] / theirs[name]
      printf "   with full trace: %.2f\n", traced[name] / theirs[name]
    }
  }' "$scratch/ours.1" "$scratch/theirs" "$scratch/ours.2"

#!/bin/sh
# scripts/scenarios: our own files pass, the given one too where it is at hand, a difference is told.
# Usage: scenarios_test.sh OXPECKER SOURCE_DIR SCRATCH_DIR
set -eu
export OXPECKER="$1"
source=$2
scratch=$3
mkdir -p "$scratch"
fail() { echo "$1" >&2; exit 1; }

"$source/scripts/scenarios" "$source"/examples/scenarios/*.yaml || fail "our own scenarios do not pass"

given=
for above in "$source/.." "$source/../.."; do
  file=$above/shared/data/engagement/scenarios.open.yaml
  [ -z "$given" ] && [ -f "$file" ] && given=$file
done
if [ -n "$given" ]; then
  told=$("$source/scripts/scenarios" "$given") || fail "the given scenarios do not pass: $told"
  [ "$told" = "18 of 18" ] || fail "expected '18 of 18', found '$told'"
else
  echo "skipped: the given scenarios are not beside the source"
fi

sed 's/LOAN_LARGE_FOR_INCOME/TAX_SEASON/' "$source/examples/scenarios/credit.yaml" > "$scratch/wrong.yaml"
code=0
told=$("$source/scripts/scenarios" "$scratch/wrong.yaml") || code=$?
[ $code -eq 1 ] || fail "a difference ends with 1, found $code"
for part in "expected" "got" "TAX_SEASON" "candidate loan_pause" "12 of 14"; do
  printf '%s' "$told" | grep -q -e "$part" || fail "the differences do not tell of '$part'"
done
code=0
"$source/scripts/scenarios" 2> "$scratch/usage" || code=$?
[ $code -eq 2 ] || fail "without a file it ends with 2, found $code"

#!/bin/sh
# What the log gives out is accepted, unaltered, by code of others: golang.org/x/mod/sumdb.
# Usage: interop_test.sh OXPECKER OXPECKER_VERIFY SOURCE_DIR
# Ends with 77 (skipped) where Go or x/mod is not installed (Debian: golang-go golang-golang-x-mod-dev).
set -eu
oxpecker=$1
verify=$2
here=$3/tests/interop
gopath=${OXPECKER_GOPATH:-/usr/share/gocode}
if ! command -v go >/dev/null || [ ! -d "$gopath/src/golang.org/x/mod/sumdb/tlog" ]; then
  echo "skipped: needs Go and golang.org/x/mod (apt: golang-go golang-golang-x-mod-dev)"
  exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export GOPATH="$gopath" GO111MODULE=off GOFLAGS= GOCACHE="$folder/go" GOTOOLCHAIN=local
go build -o "$folder/verify_log" "$here/verify_log.go"

cd "$folder"
"$oxpecker" -q init bank >/dev/null
cd bank
decide() { # times; among the examples is one that is refused, and recorded so: exit code 3
  i=0
  while [ "$i" -lt "$1" ]; do cat customers.jsonl; i=$((i + 1)); done >../requests
  "$oxpecker" -q decide ../requests >/dev/null 2>&1 || [ $? -eq 3 ]
}
given_out() { # folder of what was given out; verifies it with Go and with our own
  "$oxpecker" -q log export-tiles "$1/tiles"
  "$oxpecker" -q log prove 7 --out "$1/proof" --leaf "$1/leaf"
  "$oxpecker" -q log consistency "$folder/old" --out "$1/consistency"
  "$folder/verify_log" keys/log.vkey "$1/tiles" "$1/proof" "$1/leaf" "$folder/old" "$1/consistency"
  "$verify" proof "$1/proof" --leaf "$1/leaf" --vkey keys/log.vkey >/dev/null
  "$verify" consistency "$folder/old" "$1/tiles/checkpoint" --proof "$1/consistency" --vkey keys/log.vkey >/dev/null
}
decide 1
cp log/checkpoint "$folder/old"
decide 25
mkdir "$folder/first" "$folder/second"
given_out "$folder/first"
"$oxpecker" -q log rotate-key >/dev/null
decide 20
given_out "$folder/second"

# A head that our witness cosigned, and one altered after.
"$oxpecker" -q witness init "$folder/witness" --name witness.example/w1
"$oxpecker" -q witness add-log "$folder/witness" --vkey keys/log.vkey
printf 'witness w1 %s\nquorum w1\n' "$(cat "$folder/witness/witness.vkey")" >witnesses.policy
"$oxpecker" -q log anchor --witness "$folder/drop" >/dev/null || [ $? -eq 1 ]
"$oxpecker" -q witness answer "$folder/witness" --drop "$folder/drop"
"$oxpecker" -q log anchor --witness "$folder/drop" >/dev/null
cosigned=$(ls log/anchors/*.note)
"$folder/verify_log" cosigned keys/log.vkey "$folder/witness/witness.vkey" "$cosigned"
sed 's/witness.example\/w1 \(....\)/witness.example\/w1 \1AAAA/' "$cosigned" >"$folder/altered.note"

# What was altered is refused by both.
refused() {
  if "$@" >/dev/null 2>&1; then
    echo "accepted: $*" >&2
    exit 1
  fi
}
refused "$folder/verify_log" cosigned keys/log.vkey "$folder/witness/witness.vkey" "$folder/altered.note"
refused "$verify" checkpoint "$folder/altered.note" --vkey keys/log.vkey --policy witnesses.policy
printf 'x' | dd of="$folder/second/tiles/tile/1/000.p/2" bs=1 seek=40 conv=notrunc 2>/dev/null
refused "$folder/verify_log" keys/log.vkey "$folder/second/tiles" "$folder/second/proof" "$folder/second/leaf" "$folder/old" "$folder/second/consistency"
refused "$folder/verify_log" keys/log.vkey "$folder/first/tiles" "$folder/first/proof" "$folder/second/proof" "$folder/old" "$folder/first/consistency"
refused "$verify" proof "$folder/first/proof" --leaf "$folder/second/proof" --vkey keys/log.vkey

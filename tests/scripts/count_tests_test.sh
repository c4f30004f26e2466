#!/bin/sh
# The closing line of scripts/test is only worth something if it counts right: feeds the counting
# script with results of known content. Usage: count_tests_test.sh COUNT_TESTS.AWK WORK_DIR
set -eu
script=$1
work=$2
rm -rf "$work"
mkdir -p "$work/cases"

# A GoogleTest program with two passed cases, one failed (with two failures), one skipped, one
# disabled; and one that is all well.
cat >"$work/cases/mixed_tests.xml" <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="5" failures="1" disabled="1" errors="0" time="0.1" name="AllTests">
  <testsuite name="A" tests="5" failures="1" disabled="1" skipped="1" errors="0">
    <testcase name="One" status="run" result="completed" classname="A" />
    <testcase name="Two" status="run" result="completed" classname="A">
      <failure message="x" type=""><![CDATA[x]]></failure>
      <failure message="y" type=""><![CDATA[y]]></failure>
    </testcase>
    <testcase name="Three" status="run" result="skipped" classname="A">
      <skipped message="no data"><![CDATA[no data]]></skipped>
    </testcase>
    <testcase name="DISABLED_Four" status="notrun" result="suppressed" classname="A" />
    <testcase name="Five" status="run" result="completed" classname="A" />
  </testsuite>
</testsuites>
XML
cat >"$work/cases/well_tests.xml" <<'XML'
<testsuites tests="1" failures="0" disabled="0" errors="0" time="0.1" name="AllTests">
    <testcase name="One" status="run" result="completed" classname="B" />
</testsuites>
XML

results() { printf '<testsuite name="x">\n%s\n</testsuite>\n' "$1" >"$work/results.xml"; }
expect() {
  got=$(awk -f "$script" "$work/cases/mixed_tests.xml" "$work/cases/well_tests.xml" "$work/results.xml")
  if [ "$got" != "$2" ]; then
    echo "$1: found '$got', expected '$2'" >&2
    exit 1
  fi
}
mixed='<testcase name="mixed" classname="mixed" time="1" status="fail">'
well='<testcase name="well" classname="well" time="1" status="run">'

results "$mixed
$well"
expect "cases of GoogleTest programs" "3 1 2"

results "$mixed
<testcase name=\"well\" classname=\"well\" time=\"1\" status=\"fail\">"
expect "a program that failed after its last case" "3 2 2"

results "$mixed
$well
<testcase name=\"died\" classname=\"died\" time=\"1\" status=\"fail\">
<testcase name=\"plain\" classname=\"plain\" time=\"1\" status=\"run\">
<testcase name=\"absent\" classname=\"absent\" time=\"0\" status=\"notrun\">"
expect "checks that are not GoogleTest programs" "4 2 3"

results "$mixed
$well
<testcase name=\"rules\" classname=\"rules\" time=\"1\" status=\"run\">
<system-out>pack retail
41 passed, 0 failed, 2 skipped
</system-out>"
expect "a check that says its own counts" "44 1 4"

results "$mixed
$well
<testcase name=\"rules\" classname=\"rules\" time=\"1\" status=\"fail\">
<system-out>40 passed, 1 failed</system-out>"
expect "a failed check that says its own counts" "43 2 2"

results "$mixed
<testcase name=\"well\" classname=\"well\" time=\"1\" status=\"run\">
<system-out>9 passed, 9 failed</system-out>"
expect "what a GoogleTest program prints is not counted twice" "3 1 2"

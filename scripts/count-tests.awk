# Reads GoogleTest's XML files, then CTest's results.xml (JUnit); prints "PASSED FAILED SKIPPED".
#
# A CTest entry NAME whose program NAME_tests wrote an XML file is counted by the cases in it. Where
# the program died or left the file without a failure although CTest saw one, that is one failure
# more. An entry whose output has a line "N passed, N failed" is counted by that line (the tests of
# a rule pack); any other entry counts as one.
function base_name(path) { sub(/.*\//, "", path); sub(/\.xml$/, "", path); return path }
function attribute(line, name,   value) {
  if (!match(line, "[ <]" name "=\"[^\"]*\"")) return ""
  value = substr(line, RSTART, RLENGTH)
  sub(/^[^"]*"/, "", value)
  sub(/"$/, "", value)
  return value
}
function close_entry(   failures) {
  if (entry == "") return
  program = entry "_tests"
  if (program in cases) {
    failures = case_failures[program]
    if (status == "fail" && failures == 0) ++failed
  } else if (status == "notrun" || status == "disabled") {
    ++skipped
  } else if (line_passed + line_failed > 0) {
    passed += line_passed
    failed += line_failed
    skipped += line_skipped
    if (status == "fail" && line_failed == 0) ++failed
  } else if (status == "run") {
    ++passed
  } else {
    ++failed
  }
  entry = ""
}
FNR == 1 { program = base_name(FILENAME); results = (program == "results") }
!results && /<testsuites / { cases[program] = 1 }
!results && /<testcase / {
  if ($0 ~ /result="skipped"/) ++skipped
  else if ($0 ~ /status="notrun"/) ++skipped
  else { ++passed; open_case = 1 }
}
!results && /<failure / && open_case { --passed; ++failed; ++case_failures[program]; open_case = 0 }
!results && /<\/testcase>/ { open_case = 0 }
results && /<testcase / {
  close_entry()
  entry = attribute($0, "name")
  status = attribute($0, "status")
  line_passed = line_failed = line_skipped = 0
}
results && /[0-9]+ passed, [0-9]+ failed/ {
  text = $0
  match(text, /[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?/)
  split(substr(text, RSTART, RLENGTH), part, /[ ,]+/)
  line_passed = part[1] + 0
  line_failed = part[3] + 0
  line_skipped = part[5] + 0
}
END { close_entry(); printf "%d %d %d\n", passed, failed, skipped }

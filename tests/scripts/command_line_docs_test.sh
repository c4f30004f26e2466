#!/bin/sh
# The manual pages and the completions know every command and option that the programs have.
# Usage: command_line_docs_test.sh OXPECKER OXPECKER_VERIFY SOURCE_DIR
set -eu
oxpecker=$1
verify=$2
source=$3
completions=$source/apps/cli/completions
missing=0
found=0

# The names in the help of a command: options (--name), or commands (two spaces, then a word).
options() { "$@" --help | grep -oE '(^|[ ,])--[a-z][a-z_-]*' | sed 's/.*--//' | sort -u; }
commands() { "$@" --help | sed -n '/^Subcommands:/,/^[^ ]/s/^  \([a-z][a-z_-]*\) .*/\1/p'; }

# say FILE PATTERN WHAT: counts, and complains where the pattern is not in the file.
want() {
  found=$((found + 1))
  grep -qE -e "$2" "$1" && return
  echo "$(basename "$1") does not know $3" >&2
  missing=$((missing + 1))
}
check_option() { # program option
  dashes=$(printf '%s' "$2" | sed 's/-/\\\\-/g')
  want "$source/docs/man/$1.1" "\\\\-\\\\-$dashes([^a-z]|\$)" "--$2"
  want "$completions/$1.bash" "--$2([^a-z-]|\$)" "--$2"
  want "$completions/_$1" "--$2([^a-z-]|\$)" "--$2"
  want "$completions/$1.fish" "-l $2( |\$)" "--$2"
}
check_command() { # command
  want "$source/docs/man/oxpecker.1" "(^|[ |])$1([ |]|\$)" "'$1'"
  want "$completions/oxpecker.bash" "[\" ]$1[\" ;]" "'$1'"
  want "$completions/_oxpecker" "[(' ]$1[:) ]" "'$1'"
  want "$completions/oxpecker.fish" "[' ]$1([' ]|\$)" "'$1'"
}

for option in $(options "$verify"); do check_option oxpecker-verify "$option"; done
for option in $(options "$oxpecker"); do check_option oxpecker "$option"; done
for command in $(commands "$oxpecker"); do
  check_command "$command"
  for option in $(options "$oxpecker" "$command"); do check_option oxpecker "$option"; done
  for sub in $(commands "$oxpecker" "$command"); do
    check_command "$sub"
    for option in $(options "$oxpecker" "$command" "$sub"); do check_option oxpecker "$option"; done
  done
done
if [ "$found" -lt 200 ]; then
  echo "only $found names were looked for: is the help read rightly?" >&2
  exit 1
fi
[ "$missing" -eq 0 ]

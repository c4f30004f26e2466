# bash completion for oxpecker
_oxpecker() {
  local cur prev command="" sub="" word i skip=0
  COMPREPLY=()
  cur=${COMP_WORDS[COMP_CWORD]}
  prev=${COMP_WORDS[COMP_CWORD - 1]}

  case $prev in
    --workspace | -w | --rules | --root | --drop) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
    --event | --facts | --out | --input | --checkpoint | --leaf | --certificate | --policy | --ca | --chain | --vkey | --witness) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
    --for) mapfile -t COMPREPLY < <(compgen -W "customer officer auditor" -- "$cur"); return ;;
    --lang) mapfile -t COMPREPLY < <(compgen -W "en sv zh" -- "$cur"); return ;;
    --detail) mapfile -t COMPREPLY < <(compgen -W "brief standard detailed" -- "$cur"); return ;;
    --format) mapfile -t COMPREPLY < <(compgen -W "text html json" -- "$cur"); return ;;
    --basis) mapfile -t COMPREPLY < <(compgen -W "recorded as_of" -- "$cur"); return ;;
    --outcome) mapfile -t COMPREPLY < <(compgen -W "action silent refused" -- "$cur"); return ;;
    --kind) mapfile -t COMPREPLY < <(compgen -W "decision refusal failure release report log_opened approval override review contact complaint observation stop resume replay erasure hold hold_release key_rotation checkpoint anchor access export heartbeat incident" -- "$cur"); return ;;
    --customer | --action | --reason | --limit | --subject | --by | --name | --listen | --signing-key | --vault-key) return ;;
    --entity | --threads | --timezone | --from | --to | --preparer | --now | --decision | --service) return ;;
  esac

  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [ "$skip" -eq 1 ]; then skip=0; continue; fi
    case $word in
      --workspace | -w | --rules | --event | --facts | --out | --for | --lang | --detail | --format | \
        --basis | --entity | --threads | --timezone | --from | --to | --preparer | --now | --root | \
        --input | --decision | --service | --customer | --outcome | --action | --reason | --kind | --limit | \
        --subject | --by | --certificate | --checkpoint | --leaf | --policy | --witness | --ca | --chain | \
        --name | --vkey | --listen | --drop | --signing-key | --vault-key) skip=1 ;;
      -*) ;;
      *) if [ -z "$command" ]; then command=$word; elif [ -z "$sub" ]; then sub=$word; fi ;;
    esac
  done

  local words="" subs=""
  case $command in
    "") subs="init decide explain replay rules release log witness report feel dmn"; words="--version" ;;
    init) words="--entity --signing-key --vault-key"; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
    decide) words="--event --threads --list"; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    explain) words="--for --lang --detail --format --timezone" ;;
    replay) words="--all" ;;
    rules) subs="check test show facts scenarios"; words="--rules --strict --verbose" ;;
    release) subs="build activate list show diff"; words="--activate --skip-tests" ;;
    log)
      subs="verify list checkpoint show stats prove consistency export export-tiles rotate-key keys anchor timestamp erase certificate hold"
      words="--customer --outcome --action --reason --from --to --kind --limit --raw --subject --expired --by --dry-run --certificate --checkpoint --out --leaf --decision --redact --purpose --force"
      if [ "$sub" = erase ]; then words="--subject --expired --basis --by --dry-run --certificate"; fi
      if [ "$sub" = certificate ]; then words="--out"; fi
      if [ "$sub" = anchor ]; then words="--witness --policy"; fi
      if [ "$sub" = timestamp ]; then words="request import list --out --ca --chain"; fi
      if [ "$sub" = hold ]; then words="add list release --subject --reason --by"; fi ;;
    witness)
      subs="init add-log serve answer add-checkpoint status"; words="--name --vkey --listen --drop"
      mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    report) subs="list period"; words="--from --to --basis --lang --format --out --preparer" ;;
    feel) words="--facts --line --rules --now --trace --nearest --table --jsonl --root" ;;
    dmn)
      subs="eval check import"
      words="--decision --service --input --now --trace --out --prefix --owner --force"
      mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
  esac
  [ -z "$sub" ] || subs=""
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(
    compgen -W "$subs $words --workspace --json --quiet --help" -- "$cur")
}
complete -o filenames -F _oxpecker oxpecker

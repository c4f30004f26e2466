# bash completion for oxpecker
_oxpecker() {
  local cur prev command="" sub="" word i skip=0
  COMPREPLY=()
  cur=${COMP_WORDS[COMP_CWORD]}
  prev=${COMP_WORDS[COMP_CWORD - 1]}

  case $prev in
    --workspace) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
    --event | --facts | --out) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
    --for) mapfile -t COMPREPLY < <(compgen -W "customer adviser officer auditor" -- "$cur"); return ;;
    --lang) mapfile -t COMPREPLY < <(compgen -W "sv en zh" -- "$cur"); return ;;
    --format) mapfile -t COMPREPLY < <(compgen -W "text html json" -- "$cur"); return ;;
  esac

  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [ "$skip" -eq 1 ]; then skip=0; continue; fi
    case $word in
      --workspace | --event | --facts | --out | --for | --lang | --format | --from | --to) skip=1 ;;
      -*) ;;
      *) if [ -z "$command" ]; then command=$word; elif [ -z "$sub" ]; then sub=$word; fi ;;
    esac
  done

  local words="--help --json --workspace"
  case $command in
    "") words="init decide explain replay rules log report feel --version $words" ;;
    init) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
    decide) words="--event $words"; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    explain) words="--for --lang --format $words" ;;
    replay) words="--all $words" ;;
    rules) [ -n "$sub" ] || words="check test show $words" ;;
    log) [ -n "$sub" ] || words="verify checkpoint show stats $words" ;;
    report) words="--from --to --lang --format --out $words"; [ -n "$sub" ] || words="period $words" ;;
    feel) words="--facts --jsonl $words" ;;
  esac
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -o filenames -F _oxpecker oxpecker

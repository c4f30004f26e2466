# bash completion for oxpecker-verify
_oxpecker_verify() {
  local cur=${COMP_WORDS[COMP_CWORD]}
  mapfile -t COMPREPLY < <(
    compgen -f -- "$cur"
    compgen -W "bundle proof consistency checkpoint timestamp --policy --anchors --note --ca --chain --request --key --vkey --checkpoint --no-checkpoint --all-pages --leaf --leaf-hash --proof --json --version --help" -- "$cur"
  )
}
complete -o filenames -F _oxpecker_verify oxpecker-verify

# fish completion for oxpecker-verify
complete -c oxpecker-verify -F
complete -c oxpecker-verify -l key -r -F -d 'Public key of the log, or a file that holds it'
complete -c oxpecker-verify -l json -d 'Answer in JSON'
complete -c oxpecker-verify -l version -d 'Print the version'
complete -c oxpecker-verify -l help -d 'Print help'

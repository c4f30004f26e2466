# fish completion for oxpecker-verify
complete -c oxpecker-verify -F
complete -c oxpecker-verify -l key -r -F -d "The log's verifier key: a file or the key itself"
complete -c oxpecker-verify -l checkpoint -r -F -d 'A checkpoint held outside the log'
complete -c oxpecker-verify -l no-checkpoint -d 'Compare with no checkpoint'
complete -c oxpecker-verify -l all-pages -d 'Walk every page of the file too'
complete -c oxpecker-verify -l json -d 'Answer in JSON'
complete -c oxpecker-verify -l version -d 'Print the version'
complete -c oxpecker-verify -s h -l help -d 'Print help'

# fish completion for oxpecker-verify
complete -c oxpecker-verify -F
complete -c oxpecker-verify -l key -r -F -d "The log's verifier key: a file or the key itself"
complete -c oxpecker-verify -l vkey -r -F -d 'The same'
complete -c oxpecker-verify -n __fish_use_subcommand -a bundle -d 'An evidence bundle'
complete -c oxpecker-verify -n __fish_use_subcommand -a proof -d 'One record under a signed head'
complete -c oxpecker-verify -n __fish_use_subcommand -a consistency -d 'Two signed heads of one log'
complete -c oxpecker-verify -n '__fish_seen_subcommand_from proof' -l leaf -r -F -d "The record's leaf"
complete -c oxpecker-verify -n '__fish_seen_subcommand_from proof' -l leaf-hash -x -d 'Its hash, in hex'
complete -c oxpecker-verify -n '__fish_seen_subcommand_from consistency' -l proof -r -F -d 'The proof between them'
complete -c oxpecker-verify -n __fish_use_subcommand -a checkpoint -d 'A head and its cosignatures'
complete -c oxpecker-verify -n __fish_use_subcommand -a timestamp -d 'A timestamp of a head'
complete -c oxpecker-verify -l policy -r -F -d 'The witnesses you trust'
complete -c oxpecker-verify -l anchors -r -F -d 'Folder of cosigned heads'
complete -c oxpecker-verify -n '__fish_seen_subcommand_from timestamp' -l note -r -F -d 'The head that was stamped'
complete -c oxpecker-verify -n '__fish_seen_subcommand_from timestamp' -l ca -r -F -d 'Trusted certificates'
complete -c oxpecker-verify -n '__fish_seen_subcommand_from timestamp' -l chain -r -F -d 'Certificates between'
complete -c oxpecker-verify -n '__fish_seen_subcommand_from timestamp' -l request -r -F -d 'The request'
complete -c oxpecker-verify -l checkpoint -r -F -d 'A checkpoint held outside the log'
complete -c oxpecker-verify -l no-checkpoint -d 'Compare with no checkpoint'
complete -c oxpecker-verify -l all-pages -d 'Walk every page of the file too'
complete -c oxpecker-verify -l json -d 'Answer in JSON'
complete -c oxpecker-verify -l version -d 'Print the version'
complete -c oxpecker-verify -s h -l help -d 'Print help'

# fish completion for oxpecker
complete -c oxpecker -f
complete -c oxpecker -s w -l workspace -r -a '(__fish_complete_directories)' -d 'The workspace'
complete -c oxpecker -l json -d 'Answer in JSON'
complete -c oxpecker -s q -l quiet -d 'No progress and no hints'
complete -c oxpecker -s h -l help -d 'Print help'
complete -c oxpecker -n __fish_use_subcommand -l version -d 'Print the version'
complete -c oxpecker -n __fish_use_subcommand -a init -d 'Make a workspace'
complete -c oxpecker -n __fish_use_subcommand -a decide -d 'Decide and record'
complete -c oxpecker -n __fish_use_subcommand -a explain -d 'Tell one decision'
complete -c oxpecker -n __fish_use_subcommand -a replay -d 'Decide again and compare the bytes'
complete -c oxpecker -n __fish_use_subcommand -a rules -d 'Check, test and show the rules'
complete -c oxpecker -n __fish_use_subcommand -a release -d 'Build rules into a release and put it in force'
complete -c oxpecker -n __fish_use_subcommand -a log -d 'Verify, seal and look into the log'
complete -c oxpecker -n __fish_use_subcommand -a report -d 'What the log says, laid out for a reader'
complete -c oxpecker -n __fish_use_subcommand -a feel -d 'Evaluate an expression'
complete -c oxpecker -n __fish_use_subcommand -a dmn -d 'Decide with a DMN model'

complete -c oxpecker -n '__fish_seen_subcommand_from init' -a '(__fish_complete_directories)'
complete -c oxpecker -n '__fish_seen_subcommand_from init' -l entity -x -d 'Whose decisions these are'

complete -c oxpecker -n '__fish_seen_subcommand_from decide' -F
complete -c oxpecker -n '__fish_seen_subcommand_from decide' -l event -r -F -d 'The event for lines that carry none'
complete -c oxpecker -n '__fish_seen_subcommand_from decide' -l threads -x -d 'Deciding threads'
complete -c oxpecker -n '__fish_seen_subcommand_from decide' -l list -d 'Print every decision'

complete -c oxpecker -n '__fish_seen_subcommand_from explain' -l for -x -a 'customer officer auditor'
complete -c oxpecker -n '__fish_seen_subcommand_from explain report' -l lang -x -a 'en sv zh'
complete -c oxpecker -n '__fish_seen_subcommand_from explain' -l detail -x -a 'brief standard detailed'
complete -c oxpecker -n '__fish_seen_subcommand_from explain' -l format -x -a 'text html json'
complete -c oxpecker -n '__fish_seen_subcommand_from explain' -l timezone -x -d 'Zone for times of day'

complete -c oxpecker -n '__fish_seen_subcommand_from replay' -l all -d 'Every record'

complete -c oxpecker -n '__fish_seen_subcommand_from rules' -a 'check test show facts scenarios'
complete -c oxpecker -n '__fish_seen_subcommand_from rules' -l rules -r -a '(__fish_complete_directories)' -d 'A folder of rules'
complete -c oxpecker -n '__fish_seen_subcommand_from rules' -l verbose -d 'Every test by name'

complete -c oxpecker -n '__fish_seen_subcommand_from release' -a 'build activate list show diff'
complete -c oxpecker -n '__fish_seen_subcommand_from release' -l activate -d 'Put it in force at once'
complete -c oxpecker -n '__fish_seen_subcommand_from release' -l skip-tests -d 'Put it in force without the tests'

complete -c oxpecker -n '__fish_seen_subcommand_from log' -a 'verify checkpoint show stats'

complete -c oxpecker -n '__fish_seen_subcommand_from report' -a 'list period'
complete -c oxpecker -n '__fish_seen_subcommand_from report' -l from -x -d 'Start: day or instant, UTC'
complete -c oxpecker -n '__fish_seen_subcommand_from report' -l to -x -d 'End, not included'
complete -c oxpecker -n '__fish_seen_subcommand_from report' -l basis -x -a 'recorded as_of' -d 'Which time counts'
complete -c oxpecker -n '__fish_seen_subcommand_from report' -l format -x -a 'html json'
complete -c oxpecker -n '__fish_seen_subcommand_from report' -l out -r -F -d 'File to write'
complete -c oxpecker -n '__fish_seen_subcommand_from report' -l preparer -x -d 'Who prepares it'

complete -c oxpecker -n '__fish_seen_subcommand_from feel' -l facts -r -F -d 'Facts document'
complete -c oxpecker -n '__fish_seen_subcommand_from feel' -l now -x -d 'Instant of now() and today()'
complete -c oxpecker -n '__fish_seen_subcommand_from feel' -l trace -d 'Show the value of every part'
complete -c oxpecker -n '__fish_seen_subcommand_from feel' -l jsonl -d 'Conformance cases from standard input'
complete -c oxpecker -n '__fish_seen_subcommand_from feel' -l root -x -a '(__fish_complete_directories)' -d 'Folder of the models that cases name'

complete -c oxpecker -n '__fish_seen_subcommand_from dmn' -a 'eval check'
complete -c oxpecker -n '__fish_seen_subcommand_from dmn' -l decision -x -d 'A decision by name or id'
complete -c oxpecker -n '__fish_seen_subcommand_from dmn' -l service -x -d 'A decision service by name'
complete -c oxpecker -n '__fish_seen_subcommand_from dmn' -l input -r -F -d 'JSON object of inputs'
complete -c oxpecker -n '__fish_seen_subcommand_from dmn' -l now -x -d 'Instant of now() and today()'
complete -c oxpecker -n '__fish_seen_subcommand_from dmn' -l trace -d 'Show what was evaluated'

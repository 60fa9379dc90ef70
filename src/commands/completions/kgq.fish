# Completion of kgq for fish: kgq completions fish > ~/.config/fish/completions/kgq.fish
complete -c kgq -e
complete -c kgq -f -k -a '(kgq complete fish (commandline -cp | string collect) 2>/dev/null </dev/null)'

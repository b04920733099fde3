# Completion for fish: the program itself says what could stand at the cursor; else it is a file.
function __liminix_gen
    set -lx _LIMINIX_GEN_COMPLETE complete_fish
    set -lx _TYPER_COMPLETE_FISH_ACTION $argv[1]
    set -lx _TYPER_COMPLETE_ARGS (commandline -cp)
    liminix-gen 2>/dev/null
end
complete -c liminix-gen -f -n '__liminix_gen is-args' -a '(__liminix_gen get-args)'

# Completion of net2fig for fish: net2fig completion fish > ~/.config/fish/completions/net2fig.fish
function __net2fig_complete
    for line in (net2fig completion fish --line (commandline -cp | string collect) 2>/dev/null)
        set -l parts (string split \t -- $line)
        if test $parts[1] = file
            __fish_complete_path (commandline -ct)
        else
            printf '%s\t%s\n' $parts[2] "$parts[3]"
        end
    end
end
complete -c net2fig -f -a '(__net2fig_complete)'

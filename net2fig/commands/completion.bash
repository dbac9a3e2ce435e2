# Completion of net2fig for bash: eval "$(net2fig completion bash)"
_net2fig() {
    local line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]} kind value help head
    # Words end at ":" and "=" for bash: what stands before is not typed again.
    [[ $word == [:=] ]] && word=
    head=${line##*[[:space:]]}
    head=${head%"$word"}
    [[ $head == *[:=] ]] || head=
    COMPREPLY=()
    while IFS=$'\t' read -r kind value help; do
        if [[ $kind == file ]]; then
            compopt -o filenames 2>/dev/null
            while IFS= read -r value; do
                COMPREPLY+=("$value")
            done < <(compgen -f -- "$word")
        else
            COMPREPLY+=("${value#"$head"}")
        fi
    done < <("${COMP_WORDS[0]}" completion bash --line "$line" 2>/dev/null)
}
complete -F _net2fig net2fig

#compdef net2fig
# Completion of net2fig for zsh: eval "$(net2fig completion zsh)", behind compinit
_net2fig() {
    local -a items
    local kind value help files
    while IFS=$'\t' read -r kind value help; do
        if [[ $kind == file ]]; then
            files=yes
        else
            items+=("${value//:/\\:}:$help")
        fi
    done < <("${words[1]}" completion zsh --line "${(j: :)words[1,CURRENT]}" 2>/dev/null)
    (( $#items )) && _describe -V net2fig items
    [[ -n $files ]] && _files
}
if [[ $funcstack[1] == _net2fig ]]; then
    _net2fig "$@"
else
    compdef _net2fig net2fig
fi

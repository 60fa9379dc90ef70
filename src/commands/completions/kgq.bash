# Completion of kgq for bash: kgq completions bash > ~/.local/share/bash-completion/completions/kgq
_kgq() {
    local line candidate
    COMPREPLY=()
    while IFS= read -r line; do
        candidate=${line%%$'\t'*}
        COMPREPLY+=("$candidate")
    done < <("$1" complete bash "${COMP_LINE:0:COMP_POINT}" 2>/dev/null </dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]]; then
        compopt -o nospace
    fi
}
complete -o nosort -F _kgq kgq

#compdef kgq
# Completion of kgq for zsh: kgq completions zsh > a folder of $fpath, as _kgq
_kgq() {
    local line candidate
    local -a words_ folders shown_words shown_folders
    local typed="${(j: :)words[1,CURRENT-1]} ${QIPREFIX}${PREFIX}"
    while IFS= read -r line; do
        candidate="${line%%$'\t'*}"
        line="${candidate}${${line#*$'\t'}:+  -- ${line#*$'\t'}}"
        if [[ $candidate == */ ]]; then
            folders+=("$candidate") shown_folders+=("$line")
        else
            words_+=("$candidate") shown_words+=("$line")
        fi
    done < <("${words[1]}" complete zsh "$typed" 2>/dev/null </dev/null)
    # -U: a name may be found by what it does not begin with.
    compadd -U -V kgq -l -d shown_words -a words_
    compadd -U -V kgq -S '' -l -d shown_folders -a folders
}
if [[ $funcstack[1] == _kgq ]]; then
    _kgq "$@"
else
    compdef _kgq kgq
fi

# bash completion for kubectl-dra called by itself; for "kubectl dra", run: kubectl dra completion install
_kubectl_dra() {
    local line word directives=4 before
    local -a words=("${COMP_WORDS[@]:1:COMP_CWORD}")
    COMPREPLY=()
    while IFS= read -r line; do
        case "$line" in
            :*) directives="${line#:}" ;;
            *) word="${line%%$'\t'*}"; COMPREPLY+=("$word") ;;
        esac
    done < <(kubectl-dra __complete "${words[@]}" 2>/dev/null)
    # bash takes "=" for the end of a word, so that the flag before it must not be offered again.
    before="${COMP_LINE:0:COMP_POINT}"
    case "${before##* }" in
        --*=*) COMPREPLY=("${COMPREPLY[@]#--*=}") ;;
    esac
    if (( (directives & 4) == 0 )); then compopt -o default; fi
    if (( (directives & 2) != 0 )); then compopt -o nospace; fi
}
complete -F _kubectl_dra kubectl-dra

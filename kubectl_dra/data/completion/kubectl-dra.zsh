#compdef kubectl-dra
# zsh completion for kubectl-dra called by itself; for "kubectl dra", run: kubectl dra completion install
_kubectl_dra() {
    local line directives=4
    local -a offered
    while IFS= read -r line; do
        case "$line" in
            :*) directives="${line#:}" ;;
            *$'\t'*) offered+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
            *) offered+=("${line//:/\\:}") ;;
        esac
    done < <(kubectl-dra __complete "${(@)words[2,CURRENT]}" 2>/dev/null)
    (( ${#offered} )) && _describe 'kubectl-dra' offered
    (( directives & 4 )) || { compset -P '--*='; _files }
}
compdef _kubectl_dra kubectl-dra

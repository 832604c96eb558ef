# fish completion for kubectl-dra called by itself; for "kubectl dra", run: kubectl dra completion install
function __kubectl_dra_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (kubectl-dra __complete $words[2..-1] 2>/dev/null)
        string match -q -r '^:\d+$' -- $line; and continue
        echo $line
    end
end
complete -c kubectl-dra -f -a '(__kubectl_dra_complete)'

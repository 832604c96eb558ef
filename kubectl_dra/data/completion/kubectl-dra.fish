# fish completion for kubectl-dra called by itself; for "kubectl dra", run: kubectl dra completion install
function __kubectl_dra_complete
    set -l current (commandline -ct)
    set -l words (commandline -opc) $current
    set -l directives 4
    for line in (kubectl-dra __complete $words[2..-1] 2>/dev/null)
        if string match -q -r '^:\d+$' -- $line
            set directives (string sub -s 2 -- $line)
        else
            echo $line
        end
    end
    # where files may stand, they are offered behind the "--flag=" that fish takes for a part of their names
    if test (math "floor($directives / 4) % 2") -eq 0
        set -l flag (string match -r '^--[^=]*=' -- $current; or echo)
        for path in (__fish_complete_path (string replace -r '^--[^=]*=' '' -- $current))
            echo $flag$path
        end
    end
end
complete -c kubectl-dra -f -a '(__kubectl_dra_complete)'

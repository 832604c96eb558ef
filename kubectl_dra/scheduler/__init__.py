"""One Pod through kube-scheduler: held, refused, aborted or placed, node by node, and why."""

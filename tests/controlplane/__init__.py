"""A real control plane: etcd, kube-apiserver, kube-scheduler and kube-controller-manager, without a kubelet, on loopback ports.

`python -m tests.controlplane build 1.37 1.34` builds it, `start 1.37 FOLDER` starts one for hand use and prints its kubeconfig,
`stop FOLDER` ends it. Tests use `ControlPlane` and its `ApiClient`.
"""

"""A number of nodes → the slices of a cluster in which each has eight GPUs, as real drivers publish them."""

from collections.abc import Iterator

from tests.controlplane.client import Document

DRIVER = "gpu.example.com"
DEVICES_PER_NODE = 8


def resource_slices(nodes: range) -> Iterator[Document]:
    """One slice for each node, which is a pool of its own."""
    for node in nodes:
        yield resource_slice(node)


def resource_slice(node: int) -> Document:
    """The slice of one node."""
    name = node_name(node)
    spec = {
        "driver": DRIVER,
        "nodeName": name,
        "pool": {"name": name, "generation": 1, "resourceSliceCount": 1},
        "devices": [device(node, index) for index in range(DEVICES_PER_NODE)],
    }
    return {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice", "metadata": {"name": f"{name}-{DRIVER}"}, "spec": spec}


def device(node: int, index: int) -> Document:
    """One GPU: some attributes are its own, most are alike throughout the cluster."""
    attributes = {
        "architecture": {"string": "Hopper"},
        "brand": {"string": "Nvidia"},
        "cudaComputeCapability": {"version": "9.0.0"},
        "cudaDriverVersion": {"version": "12.9.0"},
        "driverVersion": {"version": "575.57.8"},
        "index": {"int": index},
        "minor": {"int": index},
        "productName": {"string": "NVIDIA H100 80GB HBM3" if node % 4 else "NVIDIA A100-SXM4-80GB"},
        "resource.kubernetes.io/pcieRoot": {"string": f"pci0000:{index // 2 * 16:02x}"},
        "type": {"string": "gpu"},
        "uuid": {"string": f"GPU-{node:08x}-0000-4000-8000-{index:012x}"},
    }
    return {"name": f"gpu-{index}", "attributes": attributes, "capacity": {"memory": {"value": "81559Mi"}}}


def node_name(node: int) -> str:
    """The name of a node."""
    return f"node-{node:05}"

"""Which DaemonSets and pods are taken for a driver's."""

import pytest

from kubectl_dra.api.workloads import Workload
from kubectl_dra.apimachinery.decode import convert
from kubectl_dra.diagnosis.drivers import driver_workloads
from kubectl_dra.inventory.inventory import Inventory, WorkloadKey
from tests.builders import DRIVER, cluster, devices_on


def daemon_set(name: str, *containers: str) -> Workload:
    """A DaemonSet whose containers have these names and one image of its vendor."""
    made = [{"name": container, "image": f"registry.example.com/{name}:1"} for container in containers]
    return convert({"metadata": {"name": name, "namespace": "drivers"}, "spec": {"template": {"spec": {"containers": made}}}}, Workload)


def found(driver: str, *workloads: Workload) -> list[str]:
    """The names of what is taken for this driver's, in a cluster where another driver of the vendor publishes."""
    read = cluster(devices_on("n", "gpu-0"))
    known = {WorkloadKey("DaemonSet", one.metadata.key): one for one in workloads}
    inventory = Inventory(resource_slices=read.resource_slices, workloads=known, read_kinds=read.read_kinds)
    return [one.metadata.name for one in driver_workloads(inventory, driver)]


def test_each_product_of_a_vendor_has_its_own() -> None:
    """Of two drivers of one vendor each is looked for by its own name."""
    assert DRIVER == "gpu.example.com"
    assert found("tpu.example.com", daemon_set("gpu-driver", "plugin"), daemon_set("tpu-driver", "plugin")) == ["tpu-driver"]
    assert found("gpu.example.com", daemon_set("gpu-driver", "plugin"), daemon_set("tpu-driver", "plugin")) == ["gpu-driver"]


def test_another_driver_is_not_taken_for_it() -> None:
    """What is named after a driver that publishes is not the one that publishes nothing."""
    assert found("tpu.example.com", daemon_set("gpu-driver", "plugin")) == []


@pytest.mark.parametrize("container", ["tpu", "tpu-plugin"])
def test_a_container_may_be_the_driver(container: str) -> None:
    """One DaemonSet may drive several products, a container each."""
    assert found("tpu.example.com", daemon_set("gpu-driver", "gpu", container)) == ["gpu-driver"]


def test_a_vendor_with_one_driver() -> None:
    """A DaemonSet that names the vendor alone is taken for the driver's."""
    assert found("tpu.example.com", daemon_set("dra-driver", "plugin")) == ["dra-driver"]

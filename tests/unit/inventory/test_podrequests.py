from kubectl_dra.api.core import Container, Pod, PodSpec, ResourceRequirements
from kubectl_dra.inventory.podrequests import amounts_of, is_extended_resource_name, is_scalar_resource_name, pod_requests


def container(restart_policy: str = "", **requests: str) -> Container:
    """A container with requests."""
    return Container(name="c", restart_policy=restart_policy, resources=ResourceRequirements(requests=dict(requests)))


def amounts(spec: PodSpec) -> dict[str, int]:
    """What a pod with this spec takes."""
    return amounts_of(pod_requests(Pod(spec=spec)))


def test_containers_add_up() -> None:
    """Containers run together, so what they ask for is added up."""
    assert amounts(PodSpec(containers=(container(cpu="1"), container(cpu="500m")))) == {"cpu": 1500}


def test_init_containers_take_turns() -> None:
    """Init containers run one after the other, so only the largest counts, and only where it exceeds the containers."""
    spec = PodSpec(init_containers=(container(cpu="3"), container(memory="1Ki")), containers=(container(cpu="2", memory="2Ki"),))
    assert amounts(spec) == {"cpu": 3000, "memory": 2048}


def test_sidecars_stay() -> None:
    """A sidecar is added to the containers and to every init container after it."""
    spec = PodSpec(init_containers=(container("Always", cpu="1"), container(cpu="3")), containers=(container(cpu="2"),))
    assert amounts(spec) == {"cpu": 4000}


def test_pod_level_replaces() -> None:
    """What the pod asks for as a whole takes the place of the sum, extended resources apart."""
    whole = ResourceRequirements(requests={"cpu": "4", "example.com/gpu": "9"})
    spec = PodSpec(resources=whole, containers=(container(cpu="1", **{"example.com/gpu": "1"}),))
    assert amounts(spec) == {"cpu": 4000, "example.com/gpu": 1}


def test_overhead_comes_on_top() -> None:
    """Overhead is added after all else."""
    assert amounts(PodSpec(containers=(container(cpu="1"),), overhead={"cpu": "250m"})) == {"cpu": 1250}


def test_fractions_are_rounded_up() -> None:
    """Fractions of a unit count as a whole one, after adding up."""
    assert amounts(PodSpec(containers=(container(cpu="100u", memory="100m"),))) == {"cpu": 1, "memory": 1}


def test_names() -> None:
    """Extended resources have a domain of their own; the scheduler also counts huge pages and prefixed native names."""
    assert is_extended_resource_name("nvidia.com/gpu")
    assert not is_extended_resource_name("requests.nvidia.com/gpu")
    assert not is_extended_resource_name("deviceclass.resource.kubernetes.io/gpu")
    assert is_scalar_resource_name("deviceclass.resource.kubernetes.io/gpu")
    assert is_scalar_resource_name("hugepages-2Mi")
    assert not is_scalar_resource_name("gpu")

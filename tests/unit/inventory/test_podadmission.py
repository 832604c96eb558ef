from kubectl_dra.api.core import Affinity, Container, ContainerPort, Pod, PodAffinity, PodAffinityTerm, PodSpec, ResourceRequirements
from kubectl_dra.api.meta import LabelSelector, LabelSelectorRequirement, ObjectMeta
from kubectl_dra.inventory.inventory import Inventory
from kubectl_dra.inventory.podadmission import admitted_pod
from kubectl_dra.inventory.podrequests import amounts_of, pod_requests

CONTAINER = Container(name="main")


def asked(limits: dict[str, str], container: Container = CONTAINER, **requests: str) -> dict[str, int]:
    """What an admitted pod asks for that states this as a whole."""
    stated = ResourceRequirements(requests=dict(requests), limits=dict(limits))
    admitted = admitted_pod(Inventory(), Pod(spec=PodSpec(containers=(container,), resources=stated)))
    return dict(amounts_of(pod_requests(admitted)))


def test_what_a_pod_limits_as_a_whole_it_asks_for() -> None:
    """A limit without any request is a request, as that of a container is."""
    assert asked({"cpu": "4", "memory": "1Ki"}, cpu="2") == {"cpu": 2000, "memory": 1024}


def test_containers_that_ask_are_added_up_instead() -> None:
    """What a container asks for is not replaced by the pod's limit, huge pages apart."""
    container = Container(name="main", resources=ResourceRequirements(requests={"cpu": "1", "hugepages-2Mi": "2Mi"}))
    assert asked({"cpu": "4", "hugepages-2Mi": "4Mi"}, container) == {"cpu": 1000, "hugepages-2Mi": 4 << 20}


def test_ports_on_the_hosts_network_are_host_ports() -> None:
    """A container's port is the host's where both share their network."""
    containers = (Container(name="main", ports=(ContainerPort(container_port=80),)),)
    ports = [
        admitted_pod(Inventory(), Pod(spec=PodSpec(containers=containers, host_network=shared))).spec.containers[0].ports[0].host_port
        for shared in (False, True)
    ]
    assert ports == [0, 80]


def test_label_keys_become_requirements() -> None:
    """Both ``matchLabelKeys`` and ``mismatchLabelKeys`` ask for the pod's own values, of labels that it has."""
    term = PodAffinityTerm(
        topology_key="zone", label_selector=LabelSelector(), match_label_keys=("tier", "none"), mismatch_label_keys=("revision",)
    )
    affinity = Affinity(pod_anti_affinity=PodAffinity(required_during_scheduling_ignored_during_execution=(term,)))
    pod = Pod(metadata=ObjectMeta(labels={"tier": "web", "revision": "7"}), spec=PodSpec(affinity=affinity))
    admitted = admitted_pod(Inventory(), pod).spec.affinity
    assert admitted is not None
    assert admitted.pod_anti_affinity is not None
    (found,) = admitted.pod_anti_affinity.required_during_scheduling_ignored_during_execution
    assert found.label_selector is not None
    assert found.label_selector.match_expressions == (
        LabelSelectorRequirement(key="tier", operator="In", values=("web",)),
        LabelSelectorRequirement(key="revision", operator="NotIn", values=("7",)),
    )

"""What a control plane can be asked to be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

CONTROLLERS: Final = (
    "resourceclaim-controller",
    "device-taint-eviction-controller",
    "namespace-controller",
    "garbage-collector-controller",
    "job-controller",
    "replicaset-controller",
    "deployment-controller",
    "daemonset-controller",
    "statefulset-controller",
)
"""The controllers that matter to claims, and those that make the pods which have them."""

ADDED_CONTROLLERS: Final = {"1.36": ("resourcepoolstatusrequest-controller",), "1.37": ("resourcepoolstatusrequest-controller",)}
"""Those of later releases: a controller manager that is told of a controller it does not know stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A release, and where a control plane differs from its defaults.

    By default all API versions are served, so that every kind of every release can be written and read. `controllers` replaces the
    controllers that run. With `audit`, the API server writes down who asked for what.
    """

    release: str
    feature_gates: Mapping[str, bool] = field(default_factory=dict)
    runtime_config: str = "api/all=true"
    controllers: tuple[str, ...] = ()
    audit: bool = False
    scheduler_verbosity: int = 2

    @property
    def gate_flags(self) -> list[str]:
        """The feature gates as all components take them."""
        gates = ",".join(f"{name}={str(enabled).lower()}" for name, enabled in self.feature_gates.items())
        return ["--feature-gates", gates] if gates else []

    @property
    def running_controllers(self) -> str:
        """The controllers to run, as the controller manager takes them."""
        return ",".join(self.controllers or (*CONTROLLERS, *ADDED_CONTROLLERS.get(self.release, ())))

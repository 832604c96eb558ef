"""The part of rbac.authorization.k8s.io that says what a driver's account may write."""

from __future__ import annotations

from kubectl_dra.api.meta import ObjectMeta, Struct


class PolicyRule(Struct):
    """Verbs on resources of groups; ``*`` stands for all."""

    api_groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()


class ClusterRole(Struct):
    """A role for the whole cluster."""

    metadata: ObjectMeta = ObjectMeta()
    rules: tuple[PolicyRule, ...] = ()


class RoleRef(Struct):
    """The role that a binding gives."""

    kind: str = ""
    name: str = ""


class RoleSubject(Struct):
    """Whom a binding gives its role."""

    kind: str = ""
    name: str = ""
    namespace: str = ""


class ClusterRoleBinding(Struct):
    """A role given to accounts."""

    metadata: ObjectMeta = ObjectMeta()
    role_ref: RoleRef = RoleRef()
    subjects: tuple[RoleSubject, ...] = ()

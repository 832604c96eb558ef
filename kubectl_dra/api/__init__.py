"""The object model: fields as the API names them, in snake case, in the v1 shape of resource.k8s.io."""

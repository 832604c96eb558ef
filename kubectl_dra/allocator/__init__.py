"""The structured allocator, followed decision by decision.

How it is put together, from a question to its answer: ``context`` (an allocator for one state of the cluster) makes a ``plan`` of a pod's
claims and an ``attempt`` for all nodes; an attempt looks at a node's ``candidates`` and asks the ``search``, unless it has seen such a node
before. The search moves over ``state``; what decides about one device stands in ``selectors``, ``capacity``, ``counters``, ``taints`` and
``constraints``, which ``checks`` asks again, all of them, when someone wants to know why. ``relaxation`` takes obstacles away.
"""

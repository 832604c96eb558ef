"""How fast we are beside kubectl and beside Kubernetes' own code, as ratios taken in one run.

`python -m tests.bench` runs every module of this folder that has `figures()`; names choose some. A bench yields `Figure`s.
"""

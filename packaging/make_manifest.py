"""krew-manifest.yaml and the archives in dist/ → dist/dra.yaml, which krew installs from.

A platform without an archive is left out and named: a release has all of them, a developer's machine one.
"""

from __future__ import annotations

import sys

import yaml
from make_downloads import checksum
from repository import DIST, ROOT

from kubectl_dra import __version__


def main() -> None:
    """Write it, and say what is in it."""
    manifest = yaml.safe_load((ROOT / "krew-manifest.yaml").read_text())
    specification = manifest["spec"]
    unset, version = specification["version"], f"v{__version__}"
    here, missing = [], []
    for platform in specification["platforms"]:
        archive = DIST / platform["uri"].rpartition("/")[2]
        if not archive.exists():
            missing.append(archive.name)
            continue
        here.append({**platform, "uri": platform["uri"].replace(f"/{unset}/", f"/{version}/"), "sha256": checksum(archive)})
    if not here:
        sys.exit("dist/ holds no archive of any platform: make dist makes this machine's")
    manifest["spec"] = {**specification, "version": version, "platforms": here}
    target = DIST / f"{manifest['metadata']['name']}.yaml"
    target.write_text(yaml.safe_dump(manifest, sort_keys=False, width=100))
    print(
        f"{target}: {version} for {len(here)} of {len(here) + len(missing)} platforms" + "".join(f"\n  without {name}" for name in missing)
    )


if __name__ == "__main__":
    main()

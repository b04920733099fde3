"""What a tree carries for the debian package set."""

from __future__ import annotations

from liminix_gen.debian import firmware, inputs, lock, packages
from liminix_gen.debian.architectures import RELEASE_OF
from liminix_gen.debian.boards import architecture_of
from liminix_gen.debian.fetch_script import fetch_script
from liminix_gen.debian.sandbox import tree_settings
from liminix_gen.nix.expression import (
    AttributeSet,
    Call,
    Expression,
    Identifier,
    Path,
    expression,
)
from liminix_gen.nix.sources import foreign_packages
from liminix_gen.package_set import Carried
from liminix_gen.plan import Plan


def carried(plan: Plan, locked: lock.Lock) -> Carried:
    """Return what a tree carries: its Nix, the lock, and the script that fetches what is in it."""
    architecture = architecture_of(plan.device)
    names = foreign_packages(plan)
    tools = packages.host_tools(architecture, packages.image_tools(plan.images.values()))
    kept = locked.restricted(architecture, names, tools, *besides(plan))
    section = kept.architecture(architecture)
    release = section.release or RELEASE_OF[architecture]
    return Carried(
        files={
            "lock.json": lock.dump(kept).encode(),
            "fetch.sh": fetch_script(section.fetched).encode(),
            "nix.conf": tree_settings().encode(),
        },
        arguments={"pkgs": packages_of(plan, architecture)},
        manifest={
            "debian": {"name": release.name, "supported-until": release.supported_until},
        },
        versions={one.name: one.version for one in section.fetched},
    )


def packages_of(plan: Plan, architecture: str) -> Expression:
    """Return the argument ``pkgs`` of default.nix."""
    read = Call(Identifier("builtins.readFile"), (Path("lock.json"),))
    given: dict[str, Expression] = {
        "architecture": expression(architecture),
        "lock": Call(Identifier("builtins.fromJSON"), (read,)),
    }
    of_firmware, compiled = besides(plan)
    if of_firmware:
        given["firmware"] = Path("debian/firmware.nix")
    if compiled:
        given["inputs"] = Path("debian/inputs.nix")
    return Call(Identifier("import"), (Path("debian"), AttributeSet(given)))


def besides(plan: Plan) -> tuple[list[str], list[str]]:
    """Return what a plan takes of Debian besides packages: its firmware, and inputs of builds."""
    names = [package.name for package in plan.packages]
    return (
        [one.name for one in firmware.needed(names)],
        [one.name for one in inputs.needed(names)],
    )

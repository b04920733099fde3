"""The shapes of what commands print with --json; `docs --schemas` makes JSON Schemas of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from liminix_gen.docs.services import Contents
from liminix_gen.nix.changes import Change, Rebuilt
from liminix_gen.proof import Hardware
from liminix_gen.workflow.check_kernel import KernelCheck
from liminix_gen.workflow.size import Sizes


class Asker(TypedDict):
    """Who asked for something."""

    by: Annotated[str, "a service type, or a part of liminix-gen"]
    where: Annotated[str | None, "a file and line"]


class Mistake(TypedDict):
    """One mistake of a configuration."""

    where: Annotated[str | None, "a file and line"]
    what: str
    why: str
    hint: str
    kind: Annotated[str, "of docs/errors.md, for `liminix-gen explain`"]


class Refused(TypedDict):
    """What is wrong with a configuration."""

    problems: list[Mistake]


class PlannedService(Asker):
    """A service of the image."""

    name: str
    type: Annotated[str, "its service type"]
    kind: Literal["oneshot", "longrun"]
    needs: Annotated[list[str], "names of services that are ready before it"]
    controlled: Annotated[bool, "whether another service starts and stops it"]


class Symbol(TypedDict):
    """A kernel symbol."""

    name: Annotated[str, "without CONFIG_"]
    value: str
    asked: list[Asker]


class Pruned(Asker):
    """What no service of config.services refers to."""

    what: str


class Checked(TypedDict):
    """What a configuration without mistakes comes to."""

    problems: Annotated[list[Mistake], "none"]
    device: Annotated[str, "the board"]
    hostname: str
    package_set: str
    notices: Annotated[list[str], "what is no mistake and should be known"]
    services: list[PlannedService]
    kernel_modules: list[str]
    symbols: list[Symbol]
    packages: list[str]
    files: Annotated[list[str], "paths on the device"]
    ports: Annotated[Mapping[str, list[Asker]], "who listens, by port: udp/53"]
    pruned: list[Pruned]
    root_bytes: Annotated[int | None, "about what the root takes, if the lock has its packages"]


class BuiltOutput(TypedDict):
    """An output that was built."""

    output: str
    path: Annotated[str, "in the store"]
    link: str
    files: Annotated[Mapping[str, int], "bytes by name"]


class Proven(TypedDict):
    """The strongest proof of a board."""

    level: Annotated[str, "booted, built or evaluated"]
    date: str
    command: str
    stale: Annotated[bool, "whether the board has changed since, or a service type in its image"]
    hardware: Annotated[Hardware | None, "what a build found of its device tree"]


class DescribedBoard(TypedDict):
    """A board."""

    name: str
    description: str
    architecture: str
    kernel: Annotated[str, "where its source is from"]
    package_sets: Annotated[list[str], "those that serve it"]
    interfaces: Annotated[Mapping[str, str], "the kernel's name by the board's"]
    radios: list[str]
    roots: Annotated[list[str], "types of its root, the default first"]
    facts: Annotated[Mapping[str, Any], "what package sets know of it"]
    qemu: Annotated[str | None, "the program that stands for it"]
    outputs: list[str]
    default_output: str
    about: str
    install: str
    proven: Proven | None


class Key(TypedDict):
    """A key of a dictionary that a parameter takes."""

    type: str
    description: str
    required: bool
    default: NotRequired[Any]


class DescribedParameter(Key):
    """A parameter of a service type."""

    name: str
    example: Any
    keys: NotRequired[Mapping[str, Key]]


class DescribedOutput(TypedDict):
    """An output that a service publishes while it is up."""

    name: str
    description: str


class DescribedType(TypedDict):
    """A service type."""

    name: str
    description: str
    parameters: list[DescribedParameter]
    outputs: list[DescribedOutput]
    example: Annotated[str | None, "a whole configuration"]
    brings: NotRequired[Annotated[Contents | None, "of one type alone"]]


class Cost(TypedDict):
    """What a build has to do."""

    fetched: Annotated[Mapping[str, int], "bytes by package"]
    fetched_bytes: int
    built: Annotated[list[str], "derivations"]
    cached: Annotated[int, "derivations that these need and that are in the store"]
    kernel: Annotated[bool, "whether a kernel is compiled"]
    kernel_seconds: Annotated[float | None, "what the last one of the board took here"]


class Forecast(TypedDict):
    """What a build will make, and what it takes on a board."""

    hostname: str
    device: str
    changes: list[Change]
    rebuilt: Rebuilt | None
    copied_bytes: Annotated[int | None, "about what `update` copies, if that is what it takes"]
    action: Annotated[Literal["none", "update", "flash"], "what a board needs"]
    cost: Cost | None
    cost_unknown_because: str | None
    unlocked: Annotated[int, "entries that the lock does not have yet"]


class Thing(TypedDict):
    """A thing of an image."""

    kind: str
    name: str
    label: Annotated[str, "as it is shown to people"]
    size_bytes: NotRequired[int]


class Explained(Thing):
    """Why a thing is in an image."""

    path: Annotated[list[Thing], "the shortest way to it from a line of the configuration"]
    nodes: NotRequired[Annotated[list[Thing], "with --all: what is on any way"]]
    edges: NotRequired[Annotated[list[list[int]], "with --all: from and to, as places in nodes"]]
    only_by: NotRequired[Annotated[list[Thing], "with --reverse: what would go without it"]]


class Updated(TypedDict):
    """An update of a board."""

    host: str
    system: Annotated[str, "store path of the system that it runs now"]
    before: Annotated[str, "of that which it ran"]
    copied_paths: int
    copied_bytes: int
    seconds: float


class Started(TypedDict):
    """A start of an image from memory."""

    host: str
    image: Annotated[str, "its identifier"]
    hostname: str
    copied_bytes: int
    seconds: float


# Of several shapes it is one of them.
BY_COMMAND: Mapping[str, object] = {
    "build": list[BuiltOutput],
    "check": Checked | Refused,
    "check --kernel": KernelCheck | Refused,
    "devices": DescribedBoard | list[DescribedBoard],
    "kexec": Started,
    "plan": Forecast,
    "services": DescribedType | list[DescribedType],
    "size": Sizes,
    "update": Updated,
    "why": list[Explained],
}

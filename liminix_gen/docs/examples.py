"""An example of each service type: a whole configuration, from the examples of its parameters.

Where a parameter takes a service, its example is the name of one; ``NAMES`` has what each is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from keyword import iskeyword

from liminix_gen.model.example import inside, named, names, written
from liminix_gen.model.parameter import parameters_of
from liminix_gen.model.service import Service

_PORTS = "config.hardware.network_interfaces"
# What a name in the example of a parameter stands for, and the names that are needed before it.
NAMES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "link": (f'{_PORTS}["lan"]', ()),
    "lan": (
        """service.network.address.build(
    interface=link, family="inet", address="192.168.19.1", prefix_length=24
)""",
        ("link",),
    ),
    "lan0": (f'{_PORTS}["lan"]', ()),
    "lan1": (f'{_PORTS}["wan"]', ()),
    "uplink": (f'{_PORTS}["wan"]', ()),
    "wan": ("service.network.dhcp.client.build(interface=uplink)", ("uplink",)),
    "wan6": (
        "service.dhcp6.client.build(interface=service.ipv6.autoconfig.build(interface=uplink))",
        ("uplink",),
    ),
    "bridge": ('service.bridge.primary.build(ifname="int")', ()),
    "office": ('service.vlan.build(ifname="office", primary=link, vid=30)', ("link",)),
    "guest": ('service.vlan.build(ifname="guest", primary=link, vid=20)', ("link",)),
    "password": ('service.secret.file.build(path="/state/secrets/ppp").output("value")', ()),
    "key": ("service.secret.key.build()", ()),
}


def example(name: str, cls: type[Service], *also: str) -> str:
    """Return a configuration with one service of a type; of one that every router has, nothing.

    It shows the parameters that the type itself shows, and ``also``.
    """
    if cls.EXAMPLE is None:
        return ""
    shown = {
        one.name: named(one.type, one.example)
        for one in parameters_of(cls)
        if one.required or one.name in {*cls.EXAMPLE.parameters, *also}
    }
    key = name.rpartition(".")[2].lstrip("_")
    words = [f"{name}={written(value)}" for name, value in shown.items()]
    given = {line.partition(" = ")[0] for line in cls.EXAMPLE.before}
    needed = [word for word in _needed(shown.values()) if word not in given]
    lines = [
        "from liminix_gen import System",
        "",
        f'config = System(device="{cls.EXAMPLE.device}")',
        "service = config.service",
        *cls.EXAMPLE.before,
        *(f"{word} = {_meaning(word)[0]}" for word in needed),
        "",
        f'config.services["{key}"] = {_accessed(name)}.build{inside("(", words, ")", 62)}',
    ]
    return "\n".join(lines) + "\n"


def _accessed(name: str) -> str:
    """Return how a configuration names a type; its folder may be called what Python cannot say."""
    written = "service"
    for word in name.split("."):
        says = word.isidentifier() and not iskeyword(word)
        written = f"{written}.{word}" if says else f'getattr({written}, "{word}")'
    return written


def _meaning(name: str) -> tuple[str, tuple[str, ...]]:
    """Return what a name stands for; one that is not known is an interface."""
    return NAMES.get(name, NAMES["link"])


def _needed(values: Iterable[object]) -> Iterator[str]:
    """Yield the names in examples, each behind those that it needs."""
    found: dict[str, None] = {}

    def add(name: str) -> None:
        for other in _meaning(name)[1]:
            add(other)
        found.setdefault(name)

    for name in names(values):
        add(name)
    yield from found

"""What a board says of itself: the lines of its `system facts` (docs/updating.md)."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from liminix_gen.errors import ConfigurationError, Problem

_PROTOCOL = "1"


@frozen(kw_only=True)
class Facts:
    """The facts of a running system.

    ``kernel`` identifies the kernel's build, ``boot`` this boot, ``image`` the kexec image that it
    was started from ("": none). On a root that can be updated ``active`` is the store path of the
    system that runs, ``confirmed`` of the one that boots, ``trial`` of one that the next boot tries
    ("": none); elsewhere all three are "".
    """

    device: str
    hostname: str
    root: str
    kernel: str
    boot: str
    image: str
    active: str
    confirmed: str
    trial: str
    free_bytes: int
    memory_available_bytes: int
    watchdog: bool
    kexec: bool


def lines(text: str) -> Mapping[str, str]:
    """Return the values of KEY=VALUE lines; the last one of a key counts."""
    pairs = (line.partition("=") for line in text.splitlines())
    return {key: value for key, equals, value in pairs if equals}


def parse(text: str, *, host: str) -> Facts:
    """Read what `system facts` printed; raises ConfigurationError where that is no such thing."""
    found = lines(text)
    protocol = found.get("protocol")
    if protocol is None:
        raise not_ours(host, "its `system facts` prints something else")
    if protocol != _PROTOCOL:
        raise ConfigurationError(
            Problem(
                None,
                f"the system on {host} does not match this liminix-gen",
                f"its program `system` speaks protocol {protocol}, this is {_PROTOCOL}",
                "use the liminix-gen that made it, or install an image of this one",
            )
        )
    try:
        return Facts(
            device=found["device"],
            hostname=found["hostname"],
            root=found["root"],
            kernel=found["kernel"],
            boot=found["boot"],
            image=found.get("image", ""),
            active=found.get("active", ""),
            confirmed=found.get("confirmed", ""),
            trial=found.get("trial", ""),
            free_bytes=int(found["free-bytes"]),
            memory_available_bytes=int(found["memory-available"]),
            watchdog=found["watchdog"] == "yes",
            kexec=found["kexec"] == "yes",
        )
    except KeyError as error:
        raise not_ours(host, f"its `system facts` does not tell {error.args[0]}") from None
    except ValueError as error:
        raise not_ours(host, f"its `system facts` prints nonsense: {error}") from None


def not_ours(host: str, why: str) -> ConfigurationError:
    """Return the error for a host that does not run an image of ours."""
    return ConfigurationError(
        Problem(
            None,
            f"{host} does not run a system that liminix-gen made",
            why,
            "install an image first: `liminix-gen devices NAME` says how for each board",
        )
    )

"""What a board says of itself: the lines of its `system facts` (docs/updating.md)."""

from __future__ import annotations

from attrs import frozen

from liminix_gen.deploy.answer import ID, STORE_PATH_OR_NONE, WORD, Answer
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


def parse(text: str, *, host: str) -> Facts:
    """Read what `system facts` printed; raises ConfigurationError if that is something else."""
    try:
        answer = Answer.parse(text)
        if "protocol" not in answer:
            raise not_ours(host, "its `system facts` prints something else")
        protocol = answer.one("protocol", WORD)
        if protocol != _PROTOCOL:
            raise _other_protocol(host, protocol)
        return Facts(
            device=answer.one("device", WORD),
            hostname=answer.one("hostname", WORD),
            root=answer.one("root", WORD),
            kernel=answer.one("kernel", WORD),
            boot=answer.one("boot", WORD),
            image=answer.one("image", ID, ""),
            active=answer.one("active", STORE_PATH_OR_NONE, ""),
            confirmed=answer.one("confirmed", STORE_PATH_OR_NONE, ""),
            trial=answer.one("trial", STORE_PATH_OR_NONE, ""),
            free_bytes=answer.number("free-bytes"),
            memory_available_bytes=answer.number("memory-available"),
            watchdog=answer.is_yes("watchdog"),
            kexec=answer.is_yes("kexec"),
        )
    except ValueError as error:
        raise not_ours(host, f"its `system facts` {error}") from None


def _other_protocol(host: str, protocol: str) -> ConfigurationError:
    return ConfigurationError(
        Problem(
            None,
            f"the system on {host} does not match this liminix-gen",
            f"its program `system` speaks protocol {protocol}, this is {_PROTOCOL}",
            "use the liminix-gen that made it, or install an image of this one",
            kind="update",
        )
    )


def not_ours(host: str, why: str) -> ConfigurationError:
    """Return the error for a host that does not run an image of liminix-gen."""
    return ConfigurationError(
        Problem(
            None,
            f"{host} does not run firmware made by liminix-gen",
            why,
            "install an image first: `liminix-gen devices NAME` says how for each board",
            kind="update",
        )
    )

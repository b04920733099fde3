"""Boards: what a file under devices/ states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from attrs import field, frozen

from liminix_gen.model.kernel import KernelBuild

if TYPE_CHECKING:
    from liminix_gen.model.service import Service, ServiceNamespace


@frozen(kw_only=True)
class Qemu:
    """A QEMU machine that stands for the board (qemu-system-*(1)).

    ``network`` and ``block`` are the device models of a network card and of a disk; the image's
    first network card is the lan, the second the wan.
    """

    executable: str
    machine: str
    cpu: str | None
    memory_mib: int
    network: str
    block: str
    random: str
    options: tuple[str, ...] = ()


@frozen(kw_only=True)
class Device:
    """The facts of one board.

    ``debian_architecture`` is None where Debian has no packages for it. ``console`` is the
    kernel's name of the console's terminal. ``network_interfaces`` builds the board's interfaces
    as services.
    """

    description: str
    debian_architecture: str | None
    kernel: KernelBuild
    console: str
    command_line: tuple[str, ...] = ()
    network_interfaces: Callable[[ServiceNamespace], Mapping[str, Service]]
    qemu: Qemu | None = None
    default_output: str = "vmroot"
    name: str = field(default="", kw_only=True)

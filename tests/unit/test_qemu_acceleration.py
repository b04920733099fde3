"""When QEMU gets KVM, and what a user without the permission learns."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.qemu.acceleration import Acceleration, Host, choose

TRANSLATED = Acceleration(accelerators="tcg")


def chosen(host: Host, board: str = "x86-64") -> Acceleration:
    """How a board runs on a host."""
    machine = Catalog.of().device(board).qemu
    assert machine is not None
    return choose(machine, host)


def host(
    folder: Path, *, processor: str = "x86_64", flags: str = "fpu vmx", kvm: bool = True
) -> Host:
    """A machine that has KVM, unless told otherwise."""
    if kvm:
        (folder / "kvm").touch()
    (folder / "cpuinfo").write_text(f"model name\t: A vmx\nflags\t\t: {flags}\n")
    return Host(processor=processor, device=folder / "kvm", flags=folder / "cpuinfo")


@pytest.mark.parametrize("flags", ["fpu vmx sse", "svm"])
def test_the_machines_own_processor(tmp_path: Path, flags: str) -> None:
    assert chosen(host(tmp_path, flags=flags)) == Acceleration(accelerators="kvm:tcg")


def test_a_processor_that_cannot_virtualize_translates(tmp_path: Path) -> None:
    assert chosen(host(tmp_path, flags="fpu sse vmxx")) == TRANSLATED


def test_another_processor_is_translated(tmp_path: Path) -> None:
    assert chosen(host(tmp_path, processor="aarch64")) == TRANSLATED
    assert chosen(host(tmp_path), "qemu-mipsel") == TRANSLATED


def test_without_kvm_nobody_is_bothered(tmp_path: Path) -> None:
    assert chosen(host(tmp_path, kvm=False)) == TRANSLATED


def test_without_permission_the_user_learns_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # root may open all.
    monkeypatch.setattr(os, "access", lambda *_: False)
    found = chosen(host(tmp_path))
    assert found.accelerators == "tcg"
    assert found.notice is not None
    assert re.search(r"no permission to open .*/kvm.*usermod -aG kvm", found.notice)

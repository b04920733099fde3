"""Which versions of QEMU have a flash that can be written: programs that say what theirs is."""

from pathlib import Path

import pytest

from liminix_gen.qemu.flash import refuses_writes


@pytest.mark.parametrize(
    ("version", "refuses"),
    [
        ("7.2.22 (Debian 1:7.2+dfsg-7)", False),
        ("8.1.5", False),
        ("8.2.0", True),
        ("10.0.8 (Debian 1:10.0.8)", True),
    ],
)
def test_a_version_is_known(tmp_path: Path, version: str, *, refuses: bool) -> None:
    program = tmp_path / "qemu-system-aarch64"
    program.write_text(f"#!/bin/sh\necho 'QEMU emulator version {version}'\n")
    program.chmod(0o755)
    assert refuses_writes(str(program)) is refuses

"""templates/nix/lib/kernel/kernel-modules.py with the machine's own depmod and modprobe."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "templates/nix/lib/kernel/kernel-modules.py"
VERSION = "6.1.0"


def module(
    folder: Path, name: str, *, provides: str = "", uses: str = "", softdep: str = ""
) -> None:
    """Compile an object that looks to depmod like a kernel module."""
    fields = [f"name={name.replace('-', '_')}", "license=GPL"]
    if softdep:
        fields.append(f"softdep=pre: {softdep}")
    text = "".join(
        f'static const char modinfo_{number}[] __attribute__((section(".modinfo"), used)) = "{field}";\n'
        for number, field in enumerate(fields)
    )
    if provides:
        text += f"int {provides}(void) {{ return 0; }}\n"
        text += f'__attribute__((section("__ksymtab_strings"), used)) char s[] = "{provides}";\n'
        text += f"int __ksymtab_{provides};\n"
    if uses:
        text += f"int {uses}(void); int caller(void) {{ return {uses}(); }}\n"
    subprocess.run(
        ["gcc", "-c", "-x", "c", "-o", folder / f"{name}.ko", "-"],
        input=text,
        text=True,
        check=True,
    )


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    tree = tmp_path / "modules" / "lib" / "modules" / VERSION
    kernel = tree / "kernel"
    kernel.mkdir(parents=True)
    module(kernel, "crc-generic")
    module(kernel, "crc", provides="crc", softdep="crc-generic")
    module(kernel, "tables", uses="crc", provides="tables")
    module(kernel, "masq", uses="tables")
    module(kernel, "unrelated")
    (tree / "modules.order").write_text("".join(f"kernel/{p.name}\n" for p in kernel.iterdir()))
    (tree / "modules.builtin").write_text("kernel/net/core.ko\n")
    (tree / "modules.builtin.modinfo").write_bytes(b"core.file=net/core\0core.license=GPL\0")
    return tmp_path / "modules"


def pick(modules: Path, out: Path, *names: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, modules, out, *names], check=False, capture_output=True, text=True
    )


def test_dependencies_and_soft_dependencies_come_first(modules: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = pick(modules, out, "masq")
    assert done.returncode == 0, done.stderr
    assert (out / "order").read_text().splitlines() == [
        "crc_generic crc-generic.ko",
        "crc crc.ko",
        "tables tables.ko",
        "masq masq.ko",
    ]
    files = {path.name for path in out.iterdir()}
    assert files == {"order", "crc-generic.ko", "crc.ko", "tables.ko", "masq.ko"}


def test_each_module_once_and_built_in_ones_not_at_all(modules: Path, tmp_path: Path) -> None:
    done = pick(modules, tmp_path / "out", "tables", "core", "masq", "crc_generic")
    assert done.returncode == 0, done.stderr
    names = [line.split()[0] for line in (tmp_path / "out" / "order").read_text().splitlines()]
    assert names == ["crc_generic", "crc", "tables", "masq"]


def test_unknown_modules_are_all_named_with_the_nearest(modules: Path, tmp_path: Path) -> None:
    done = pick(modules, tmp_path / "out", "table", "masq", "zzz")
    assert done.returncode == 1
    assert "liminix-gen-modules: unknown table nearest=tables\n" in done.stderr
    assert "liminix-gen-modules: unknown zzz nearest=-\n" in done.stderr
    assert not (tmp_path / "out").exists()

"""One kernel for every configuration of a board: nothing is compiled from one to the next.

It is the kernel of tests/boot, which has to be compiled anyhow.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from liminix_gen.debian.settings import nix_environment
from liminix_gen.nix.derivation import read
from tests.support.emission import HELLO, ROOT, instantiated
from tests.support.installed import ROUTER
from tests.support.kernels import NETWORKS_THAT_ARE_SLOW
from tests.support.reaching import liminix_gen

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.nix

# One that was never built.
GATEWAY = (
    (ROOT / "examples" / "gateway.py")
    .read_text(encoding="utf-8")
    .replace('hostname="gateway"', f'hostname="gateway-{int(time.time())}"')
)
# As tests/boot/router.py has it.
SAME_KERNEL = f"""
config.kernel.modules = "all"
config.kernel.config.update({NETWORKS_THAT_ARE_SLOW!r})
config.services["kexec"] = config.service.kexec.build()
"""
FEATURES = ("--extra-experimental-features", "nix-command")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both configurations, hello built."""
    made = tmp_path_factory.mktemp("configurations")
    for name, text in (("hello", HELLO), ("gateway", GATEWAY)):
        (made / f"{name}.py").write_text(text + SAME_KERNEL)
        if ROUTER.with_suffix(".lock").exists():
            shutil.copy(ROUTER.with_suffix(".lock"), made / f"{name}.lock")
    build(made / "hello.py")
    # What the second needs besides a kernel is fetched by its lock.
    process.run(liminix_gen("lock", made / "gateway.py"), timeout_s=300)
    return made


def build(configuration: Path, *words: str, **environment: str) -> str:
    """Build a configuration, and return what was told of it."""
    link = configuration.with_suffix(".result")
    command = liminix_gen("build", configuration, "-o", link, *words)
    return process.run(command, env=process.environment(**environment), timeout_s=3600).stderr


def test_a_gateway_after_hello_compiles_no_kernel(
    folder: Path, figure: Callable[[str, str], None]
) -> None:
    began = time.monotonic()
    said = build(folder / "gateway.py")
    took = time.monotonic() - began
    assert "compiling" not in said, said
    assert "root.squashfs" in said
    figure('from hello to gateway, kernel.modules = "all"', f"{took:.1f} s")
    trees = [folder / f"{name}-tree" for name in ("hello", "gateway")]
    for tree in trees:
        configuration = tree.with_name(f"{tree.name.removesuffix('-tree')}.py")
        process.run(liminix_gen("emit", configuration, "-o", tree), timeout_s=300)
    assert instantiated(trees[0], "kernel") == instantiated(trees[1], "kernel")


def test_it_is_the_kernel_of_boots(folder: Path) -> None:
    """Seen: it was not, and was compiled for these tests alone."""
    modules = ("--modules", ROOT / "tests" / "modules")
    emit = liminix_gen("emit", ROUTER, *modules, "-o", folder / "boot-tree")
    process.run(emit, timeout_s=300)
    ours = instantiated(folder / "hello-tree", "kernel")
    assert instantiated(folder / "boot-tree", "kernel") == ours


def test_another_machine_takes_the_kernel_from_a_cache(folder: Path, tmp_path: Path) -> None:
    emit = liminix_gen("emit", folder / "gateway.py", "-o", tmp_path / "tree")
    process.run(emit, timeout_s=300)
    (derivation,) = instantiated(tmp_path / "tree", "kernel").values()
    env = nix_environment()
    outputs = process.run(["nix-store", "--query", "--outputs", derivation], env=env).stdout.split()
    cache = f"file://{tmp_path}/cache?compression=none"
    copy = ["nix", *FEATURES, "copy", "--no-check-sigs", "--to", cache, *outputs]
    process.run(copy, env=env, timeout_s=300)
    settings = f"substituters = file://{tmp_path}/cache\nrequire-sigs = false\n"
    said = build(folder / "gateway.py", "--store", str(tmp_path / "store"), NIX_CONFIG=settings)
    assert "compiling" not in said, said
    assert "fetching    linux-6.12" in said
    kernel = read(Path(derivation)).outputs["out"]
    assert (tmp_path / "store" / kernel.removeprefix("/")).exists()

"""`make bench`: figures beside their targets, kept in docs/benchmarks.md.

With the argument ``cold`` it also builds the example from an empty Nix store of its own.
"""

import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from attrs import frozen

TOOL = str(Path(sys.executable).parent / "liminix-gen")
PAGE = Path("docs/benchmarks.md")
# The programs in the image of hello, and the tools that make kernel and image, from the same set.
FLOOR = """
{ nixpkgs, tree }:
let
  set = import (tree + "/nixpkgs") {
    inherit nixpkgs;
    system = builtins.currentSystem;
    crossSystem = {
      config = "mips-unknown-linux-musl";
      gcc = { abi = "32"; arch = "mips32r2"; };
    };
    packages = [ "busybox" "dnsmasq" "dropbear" "execline" "s6" ];
  };
  tools = set.buildPackages;
in
[
  set.busybox set.dnsmasq set.dropbear set.execline set.s6
  set.linuxSources."6.12".src set.stdenv.cc tools.stdenv.cc
  tools.bc tools.bison tools.dtc tools.flex tools.gnumake tools.perl tools.python3 tools.squashfsTools tools.xz
]
"""
HELLO, GATEWAY = Path("examples/hello.py"), Path("examples/gateway.py")


@frozen(kw_only=True)
class Figure:
    """One measured figure and what it should be."""

    what: str
    measured: str
    target: str
    command: str


def seconds(command: Sequence[str], *, times: int = 1, env: dict[str, str] | None = None) -> float:
    """Return the median time of a whole process."""

    def once() -> float:
        began = time.perf_counter()
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env
        )
        return time.perf_counter() - began

    return statistics.median(once() for _ in range(times))


def emit(folder: Path) -> Figure:
    command = [TOOL, "emit", str(GATEWAY), "-o", str(folder / "gateway")]
    seconds(command)
    return Figure(
        what="emit gateway.py, whole process, warm",
        measured=f"{seconds(command, times=9):.2f} s",
        target="under 0.40 s",
        command="liminix-gen emit examples/gateway.py -o DIR",
    )


def start(_folder: Path) -> Figure:
    command = [TOOL, "--help"]
    seconds(command)
    return Figure(
        what="start of the command line",
        measured=f"{seconds(command, times=9):.2f} s",
        target="under 0.20 s",
        command="liminix-gen --help",
    )


def edit(folder: Path) -> Figure:
    """Change a range of dnsmasq, and build again. Each edit is one that was never built."""
    router = folder / "hello.py"
    text = HELLO.read_text()
    router.write_text(text)
    build = [TOOL, "build", str(router), "-o", str(folder / "result")]
    seconds(build)
    last = 100 + int(time.time()) % 150
    changed = text.replace("192.168.19.250", f"192.168.19.{last}")
    if changed == text:
        raise AssertionError("the example has another range")
    router.write_text(changed)
    return Figure(
        what="a changed dnsmasq range, then build",
        measured=f"{seconds(build):.1f} s",
        target="under 10 s",
        command="liminix-gen build",
    )


def size(folder: Path) -> Figure:
    root = (folder / "result" / "rootfs").stat().st_size
    return Figure(
        what="root image of hello on mipsel",
        measured=f"{root / 1e6:.2f} MB",
        target="under 6.5 MB",
        command="liminix-gen build examples/hello.py",
    )


def ready(_folder: Path) -> Figure:
    command = [TOOL, "run", "--check", str(HELLO)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Figure(
        what="all services ready in QEMU, and off again",
        measured=done.stdout.strip().splitlines()[-1],
        target="ready under 12 s",
        command="liminix-gen run --check examples/hello.py",
    )


def evaluation(folder: Path) -> Figure:
    """Count the function calls of hello on qemu, and of its bare packages, in the same nixpkgs."""
    nixpkgs = os.environ["LIMINIX_GEN_NIXPKGS"]
    router = folder / "qemu.py"
    router.write_text(HELLO.read_text().replace("qemu-mipsel", "qemu"))
    tree = folder / "qemu"
    subprocess.run([TOOL, "emit", str(router), "-o", str(tree)], check=True, capture_output=True)
    calls = function_calls([str(tree), "-A", "outputs.default", "--argstr", "nixpkgs", nixpkgs])
    given = ["--argstr", "nixpkgs", nixpkgs, "--argstr", "tree", str(tree)]
    floor = function_calls(["--expr", FLOOR, *given])
    return Figure(
        what="evaluate hello on qemu with nixpkgs",
        measured=f"{calls:,} function calls; its bare packages and tools: {floor:,}",
        target="under 290,000; Liminix: 359,903",
        command="NIX_SHOW_STATS=1 nix-instantiate TREE -A outputs.default",
    )


def function_calls(arguments: Sequence[str]) -> int:
    env = {**os.environ, "NIX_SHOW_STATS": "1"}
    command = ["nix-instantiate", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=env)
    return int(re.search(r'"nrFunctionCalls": (\d+)', done.stderr)[1])


def cold(folder: Path) -> Figure:
    """Build into an empty store; what apt would download is in its cache already."""
    env = {**os.environ, "NIX_REMOTE": f"local?root={folder / 'store'}"}
    command = [TOOL, "build", str(HELLO), "-o", str(folder / "cold-result")]
    return Figure(
        what="build hello from an empty store",
        measured=f"{seconds(command, env=env) / 60:.1f} min",
        target="under 8 min for make demo",
        command="liminix-gen build examples/hello.py, with NIX_REMOTE=local?root=EMPTY",
    )


def roots(folder: Path) -> Iterator[Figure]:
    """Build the same configuration with two roots, and the program that mounts them."""
    router = folder / "writable.py"
    router.write_text(HELLO.read_text() + '\nconfig.root = "jffs2"\n')
    for output in ("squashfs", "jffs2"):
        link = folder / output
        command = [TOOL, "build", str(router), "--output", output, "-o", str(link)]
        subprocess.run(command, check=True, capture_output=True)
        yield Figure(
            what=f"root of hello on mipsel as {output}",
            measured=f"{link.stat().st_size / 1e6:.2f} MB",
            target="",
            command=f"liminix-gen build hello.py --output {output}",
        )


def tested(folder: Path) -> Iterator[Figure]:
    """Take the figures that tests keep on their way (tests/conftest.py)."""
    file = folder / "figures"
    command = [sys.executable, "-m", "pytest", "-q", "tests/build/test_preinit.py", "tests/storage"]
    env = {**os.environ, "LIMINIX_GEN_FIGURES": str(file)}
    subprocess.run(command, check=True, stdout=sys.stderr, env=env)
    for what, measured in map(json.loads, file.read_text().splitlines()):
        yield Figure(what=what, measured=measured, target="", command=" ".join(command[2:]))


FIGURES: tuple[Callable[[Path], Figure | Iterator[Figure]], ...] = (
    start,
    emit,
    edit,
    size,
    ready,
    roots,
    tested,
)


def main() -> None:
    chosen = (*FIGURES, cold) if "cold" in sys.argv[1:] else FIGURES
    if "LIMINIX_GEN_NIXPKGS" in os.environ:
        chosen = (*chosen, evaluation)
    else:
        print("LIMINIX_GEN_NIXPKGS names no nixpkgs: evaluation is not measured", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        measured = [figure(Path(folder)) for figure in chosen]
        figures = [
            one for each in measured for one in ([each] if isinstance(each, Figure) else each)
        ]
    load = os.getloadavg()[0]
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {time.strftime('%Y-%m-%d')}: {os.cpu_count()} cores,",
        f"{platform.machine()}, load {load:.1f} at the end, Python {platform.python_version()}.",
        "",
        "| what | measured | target | command |",
        "|---|---|---|---|",
        *(f"| {f.what} | {f.measured} | {f.target} | `{f.command}` |" for f in figures),
    ]
    # What was measured by hand stands below the table, and stays.
    kept = PAGE.read_text().partition("\n## ") if PAGE.exists() else ("", "", "")
    PAGE.write_text("\n".join(lines) + "\n" + "".join(kept[1:]))
    print("\n".join(lines[5:]))


if __name__ == "__main__":
    main()

"""`make bench`: figures beside their targets, each a row of docs/benchmarks.md.

``python -m tests.bench NAME...`` measures some, by the names of the functions below; ``cold`` builds
the example from an empty Nix store of its own.
"""

import json
import lzma
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from attrs import frozen

from liminix_gen import process
from liminix_gen.catalog import Catalog
from liminix_gen.debian.boards import obstacle
from liminix_gen.debian.settings import nix_environment
from liminix_gen.model import hardening as model
from liminix_gen.nix import derivation, kernels
from tests.support import derivations, many
from tests.support.emission import instantiated
from tests.support.suites import OPTIONS

TOOL = str(Path(sys.executable).parent / "liminix-gen")
PAGE = Path("docs/benchmarks.md")
RULE = "|---|---|---|---|---|\n"
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
    oldest = "0";
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
HOME = Path("examples/home.py")


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


def cpu_seconds(command: Sequence[str], *, times: int) -> float:
    """Return the least CPU time of a process: what others do on the machine only adds to it."""
    least = math.inf
    for _ in range(times):
        child = os.posix_spawn(
            command[0],
            command,
            os.environ | {"PYTHONDONTWRITEBYTECODE": ""},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)
            ],
        )
        _, status, usage = os.wait4(child, 0)
        if status:
            raise AssertionError(f"{command} failed")
        least = min(least, usage.ru_utime + usage.ru_stime)
    return least


def lean(folder: Path) -> Figure:
    """Hold an emission against the import of three libraries, each measured between the others."""
    command = [TOOL, "emit", str(GATEWAY), "-o", str(folder / "lean")]
    imports = [sys.executable, "-c", "import attrs, jinja2, typer"]
    cpu_seconds(command, times=1)
    rounds = [(cpu_seconds(command, times=3), cpu_seconds(imports, times=3)) for _ in range(5)]
    own, floor = (min(times) for times in zip(*rounds, strict=True))
    return Figure(
        what="CPU of emitting gateway.py, beside importing attrs, jinja2 and typer",
        measured=f"{own:.3f} s, {own / floor:.2f} times {floor:.3f} s",
        target="under 1.6 times",
        command="liminix-gen emit examples/gateway.py -o DIR",
    )


def growth(folder: Path) -> Figure:
    """Emit routers with more and more services: the work grows as their number."""
    took: dict[int, float] = {}
    for count in (1, 100, 1_000, 3_000):
        file = folder / f"many-{count}.py"
        file.write_text(many.router(count))
        command = [
            TOOL,
            "emit",
            str(file),
            "-o",
            str(folder / file.stem),
            "--package-set",
            "nixpkgs",
        ]
        took[count] = cpu_seconds(command, times=3)
    each = ", ".join(f"{count:,}: {seconds:.2f} s" for count, seconds in took.items())
    return Figure(
        what="CPU of emitting so many services",
        measured=f"{each}; 3,000 are {took[3_000] / took[1_000]:.2f} times 1,000",
        target="at most 3.3 times",
        command="liminix-gen emit many.py -o DIR --package-set nixpkgs",
    )


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


def known(folder: Path) -> Iterator[Figure]:
    """Ask what is known before a build, of a copy of home with its lock."""
    router = folder / "home.py"
    router.write_text(HOME.read_text())
    lock = [TOOL, "lock", str(router), *OPTIONS]
    subprocess.run(lock, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for words, target in (
        (["why", "home.py", "NF_TABLES"], "under 1 s"),
        (["plan", "home.py"], "under 1 s"),
        (["size", "home.py"], ""),
    ):
        command = [TOOL, *(str(router) if word == "home.py" else word for word in words), *OPTIONS]
        seconds(command)
        yield Figure(
            what=f"`{words[0]}`, whole process, warm",
            measured=f"{seconds(command, times=5):.2f} s, CPU {cpu_seconds(command, times=3):.2f} s",
            target=target,
            command=f"liminix-gen {' '.join(words)}",
        )
    yield from symbols(router)


def symbols(router: Path) -> Iterator[Figure]:
    """Ask Kconfig about symbols that it was never asked about, each time others."""
    text = router.read_text()
    lost = 'config.kernel.config["ATH9K"] = "m"\n'
    command = [TOOL, "check", "--kernel", str(router), *OPTIONS]
    seconds(command)  # the source of a kernel is read once
    for what, words, more in (
        ("check --kernel", (), ""),
        ("check --kernel --fix, of a symbol with five parents", ("--fix",), lost),
    ):
        took: list[float] = []
        cpu: list[float] = []
        for _ in range(6):
            version = f'config.kernel.config["LOCALVERSION"] = "-{time.monotonic_ns()}"\n'
            router.write_text(text + version + more)
            if len(took) < 3:
                took.append(seconds([*command, *words]))
            else:
                cpu.append(cpu_seconds([*command, *words], times=1))
        yield Figure(
            what=f"`{what}`, whole process, a symbol changed each time",
            measured=f"{statistics.median(took):.2f} s, CPU {min(cpu):.2f} s",
            target="under 5 s",
            command=f"liminix-gen {' '.join(('check --kernel', *words))} home.py",
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


def boards() -> list[str]:
    """Return the boards that QEMU runs and Debian serves."""
    catalog = Catalog.of()
    devices = [catalog.device(name) for name in catalog.devices]
    return [one.name for one in devices if one.qemu and obstacle(one) is None]


def on(board: str, policy: str, example: Path, folder: Path) -> Path:
    """Write an example for a board, with one of the policies for its kernel."""
    router = folder / f"{example.stem}-{board}-{policy}.py"
    text = derivations.text_for(board, example.read_text())
    text = text.replace('config.kernel.modules = "all"\n', "")
    router.write_text(f'{text}config.kernel.modules = "{policy}"\n')
    return router


def ready(folder: Path) -> Iterator[Figure]:
    for board in boards():
        router = on(board, "referenced", HELLO, folder)
        command = [TOOL, "run", "--check", str(router), *OPTIONS]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        yield Figure(
            what=f"hello on {board}: power on to all services ready, and off again",
            measured=done.stdout.strip().splitlines()[-1],
            target="ready under 12 s" if board == "qemu-mipsel" else "",
            command="liminix-gen run --check hello.py",
        )


def policies(folder: Path) -> Iterator[Figure]:
    """Compile the kernels of both policies, unless they are there, and build from one to the next.

    The seconds are those of the compilation on this machine, whenever it was.
    """
    for board in boards():
        for policy, example in (("referenced", HELLO), ("all", HELLO), ("all", GATEWAY)):
            router = on(board, policy, example, folder)
            link = router.with_suffix("")
            command = [TOOL, "build", str(router), "--output", "vmroot", "-o", str(link), *OPTIONS]
            took = seconds(command)
            yield kernel_of(router, link)
        yield Figure(
            what=f"from hello to gateway on {board}, kernel.modules = all",
            measured=f"{took:.1f} s",
            target="under 10 s",
            command="liminix-gen build",
        )


def images(folder: Path) -> Iterator[Figure]:
    """Build the own image of each board that Debian serves and QEMU does not, for two examples.

    The first takes the time of the kernel, unless it is there.
    """
    catalog = Catalog.of()
    for board in map(catalog.device, catalog.devices):
        if board.qemu is not None or obstacle(board) is not None:
            continue
        for example in (HELLO, GATEWAY):
            router = on(board.name, "all", example, folder)
            link = router.with_suffix("")
            command = [TOOL, "build", str(router), "-o", str(link), *OPTIONS]
            took = seconds(command)
            manifest = json.loads((link / "manifest.json").read_text())
            parts = ", ".join(f"{one['name']} {one['size-bytes']:,}" for one in manifest["parts"])
            room = board.flash or board.ubi
            yield Figure(
                what=f"{example.stem} on {board.name}, bytes of each part",
                measured=f"{parts}; {took:.0f} s",
                target=f"{room.size_bytes:,} in all" if room else "",
                command="liminix-gen build",
            )


def kernel_of(router: Path, vmroot: Path) -> Figure:
    """Return what a kernel weighs, and took; its image is measured as LZMA, as in flash."""
    parts = json.loads((vmroot / "closure.json").read_text())
    modules = sum(size for path, size in parts.items() if path.endswith("-kernel-modules"))
    image = lzma.compress((vmroot / "kernel").read_bytes(), lzma.FORMAT_ALONE)
    tree = router.with_suffix(".tree")
    emit = [TOOL, "emit", str(router), "-o", str(tree), *OPTIONS]
    subprocess.run(emit, check=True, capture_output=True)
    output = derivation.read(Path(instantiated(tree, "kernel")["kernel"])).outputs["out"]
    took = [one.seconds for one in kernels.load(kernels.record_file()) if one.path == output]
    return Figure(
        what=f"kernel of {router.stem}",
        measured=f"{len(image):,} bytes as LZMA, {modules:,} of modules in the root"
        + (f", compiled in {took[-1]:.0f} s" if took else ""),
        target="",
        command="liminix-gen build --output vmroot",
    )


# Where the symbols of an architecture are measured; those that are for all, on the first.
HARDENED = {"mips": "qemu-mipsel", "arm": "qemu-armv7l", "arm64": "qemu-aarch64", "x86": "x86-64"}


def hardening(folder: Path) -> Iterator[Figure]:
    """Compile the kernel of hello without each of the symbols that make faults harder to use."""
    wholes: dict[str, tuple[int, int]] = {}
    for architecture, group in model.groups_by_architecture():
        board = HARDENED[architecture or "mips"]
        tree = folder / f"hardened-{board}"
        if board not in wholes:
            router = on(board, "referenced", HELLO, folder)
            emit = [TOOL, "emit", str(router), "-o", str(tree), *OPTIONS]
            subprocess.run(emit, check=True, capture_output=True)
            fetch = ["sh", tree / "fetch.sh"]
            subprocess.run(fetch, check=True, capture_output=True, env=nix_environment())
            wholes[board] = _sizes(tree)
        whole, packed = wholes[board]
        system = (tree / "system.nix").read_text()
        names = "|".join(group.names)
        without = re.sub(rf'^ *(?:{names}) = "y";\n', "", system, flags=re.MULTILINE)
        assert len(system.splitlines()) - len(without.splitlines()) == len(group.names)
        (tree / "system.nix").write_text(without)
        less, packed_less = _sizes(tree)
        (tree / "system.nix").write_text(system)
        yield Figure(
            what=f"{', '.join(group.names)} in the kernel of hello on {board}",
            measured=f"{whole - less:,} of {whole:,} bytes, {packed - packed_less:,} as LZMA",
            target="",
            command="python -m tests.bench hardening",
        )


def _sizes(tree: Path) -> tuple[int, int]:
    """Return the bytes of a tree's kernel, as it is and as LZMA."""
    command = ["nix-build", "--no-out-link", str(tree), "-A", "kernel"]
    done = process.run(command, env=nix_environment(), timeout_s=3600)
    kernel = (Path(done.stdout.strip()) / "kernel").read_bytes()
    return len(kernel), len(lzma.compress(kernel, lzma.FORMAT_ALONE))


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


def cross_builds(folder: Path) -> Figure:
    """Count what must be cross-compiled for a whole router with a program to look for faults."""
    nixpkgs = Path(os.environ["LIMINIX_GEN_NIXPKGS"])
    text = GATEWAY.read_text() + '\nconfig.packages = ["strace"]\n'
    system = derivations.system_of(text, folder / "whole", "qemu-mipsel")
    tree = derivations.tree_of(system, folder / "whole-tree")
    (image,) = derivations.instantiate(tree, nixpkgs, os.environ, "outputs.default")
    needed = derivations.closure(image, os.environ)
    cross = [path for path in needed if re.search(r"-linux-musl[^/]*\.drv$", path)]
    return Figure(
        what="gateway and strace with nixpkgs",
        measured=f"{len(cross)} cross builds, toolchain included",
        target="at most 40; with the programs as nixpkgs has them, 84",
        command="nix-store --query --requisites of the image's derivation",
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


def examples(folder: Path) -> Iterator[Figure]:
    """Build the root of each example, with what it has of the kernel that serves all of them."""
    targets = {"gateway": "under 6 MB", "home": "under 7.5 MB"}
    for example in sorted(Path("examples").glob("*.py")):
        router = on("qemu-mipsel", "all", example, folder)
        link = folder / f"root-{example.stem}"
        command = [TOOL, "build", str(router), "--output", "squashfs", "-o", str(link), *OPTIONS]
        subprocess.run(command, check=True, capture_output=True)
        yield Figure(
            what=f"root of {example.stem} on mipsel",
            measured=f"{link.stat().st_size / 1e6:.2f} MB",
            target=targets.get(example.stem, ""),
            command=f"liminix-gen build {example} --output squashfs",
        )


def tested(folder: Path) -> Iterator[Figure]:
    """Take the figures that tests keep on their way (tests/conftest.py)."""
    file = folder / "figures"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "tests/build/test_preinit.py",
        "tests/build/test_fennel.py",
        "tests/boot/test_55_fennel.py",
        "tests/storage",
    ]
    env = {**os.environ, "LIMINIX_GEN_FIGURES": str(file)}
    subprocess.run(command, check=True, stdout=sys.stderr, env=env)
    for what, measured in map(json.loads, file.read_text().splitlines()):
        yield Figure(
            what=what, measured=measured, target="", command="python -m tests.bench tested"
        )


FIGURES: tuple[Callable[[Path], Figure | Iterator[Figure]], ...] = (
    start,
    known,
    emit,
    lean,
    growth,
    edit,
    size,
    ready,
    policies,
    images,
    roots,
    examples,
    tested,
)


def main() -> None:
    named = {
        figure.__name__: figure for figure in (*FIGURES, cold, evaluation, cross_builds, hardening)
    }
    asked = sys.argv[1:]
    chosen = tuple(named[name] for name in asked) if asked else FIGURES
    if "LIMINIX_GEN_NIXPKGS" in os.environ:
        chosen = chosen if asked else (*chosen, evaluation, cross_builds)
    elif not asked:
        print("LIMINIX_GEN_NIXPKGS names no nixpkgs: evaluation is not measured", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        for figure in chosen:
            made = figure(Path(folder))
            for one in [made] if isinstance(made, Figure) else made:
                print(row(one), flush=True)
                write(row(one))


def row(one: Figure) -> str:
    """Return a row of the page: the measure, when it was taken, and beside how much other work."""
    when = f"{time.strftime('%Y-%m-%d')}, {os.getloadavg()[0]:.1f}"
    return f"| {one.what} | {one.measured} | {one.target} | {when} | `{one.command}` |"


def write(new: str) -> None:
    """Put a row into the table of the page, in the place of what it had of the same."""
    lines = PAGE.read_text().splitlines(keepends=True)
    first = lines.index(RULE) + 1
    end = next(at for at in range(first, len(lines)) if not lines[at].startswith("| "))
    what = new[: new.index(" | ", 2)]
    same = (at for at in range(first, end) if lines[at].startswith(f"{what} | "))
    at = next(same, end)
    lines[at : at + (at < end)] = [f"{new}\n"]
    PAGE.write_text("".join(lines))


if __name__ == "__main__":
    main()

"""`liminix-gen check --kernel`: what Kconfig makes of a configuration's symbols."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer

from liminix_gen import files, text
from liminix_gen.cli.options import print_json
from liminix_gen.errors import CheckError, printable, writing
from liminix_gen.kconfig.audit import table
from liminix_gen.workflow.check_kernel import KernelCheck


def report(found: KernelCheck, config: Path, *, fix: bool, json: bool) -> None:
    """Print a result; with ``fix``, write the lines that help to the end of the configuration."""
    if fix and found.lines:
        before = config.read_bytes()
        end = "" if before.endswith(b"\n") else "\n"
        added = end + "".join(f"{line}\n" for line in _lines(found))
        with writing(config):
            files.write(config, before + added.encode())
    if json:
        print_json(found)
    else:
        typer.echo(printable("\n".join(_told(found, config, fix=fix))))
    left = found.left if fix else found.lost
    if left:
        raise typer.Exit(CheckError.exit_code)


def _told(found: KernelCheck, config: Path, *, fix: bool) -> Iterator[str]:
    count = text.count(found.symbols, "kernel symbol")
    if not found.lost:
        yield f"{count}: Kconfig grants all of them"
    else:
        yield f"{count}: Kconfig does not grant {len(found.lost)}"
        yield from (f"  {line}" for line in table(found.lost).splitlines())
    if found.lines:
        helped = len(found.lost) - len(found.left)
        yield (
            f"written to {config}:"
            if fix
            else f"hint: {text.count(helped, 'symbol')} would be granted with these lines "
            f"(--fix writes them):"
        )
        yield from (f"  {line}" for line in _lines(found))
    if found.left:
        yield f"no line helps: {', '.join(one.name for one in found.left)}"
        yield from (f"  {line}" for line in _exclusions(found))
    if found.selected:
        names = ", ".join(found.selected)
        yield f"asked for, and there without it, because others need it: {names}"


def _lines(found: KernelCheck) -> Iterator[str]:
    for name, value in sorted(found.lines.items()):
        yield f'config.kernel.config["{name}"] = "{value}"'


def _exclusions(found: KernelCheck) -> Iterator[str]:
    for one in found.left:
        for rival in one.rivals:
            yield f"{one.name} and {rival} exclude each other: only one of the choice can be on"
        for parent in one.parents:
            if parent.startswith("!"):
                yield f"{one.name} needs {parent[1:].strip('()')} to be off"

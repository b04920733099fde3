"""Every example of README.md, CONTRIBUTING.md and docs/ does what it says.

What a Python block is follows from what it has: a ``System`` makes it a configuration, a ``Device``
a board, ``@service_type`` a module whose bodies are the Nix blocks after it, a ``def`` with ``self``
a piece of such a class; any other is a piece of a configuration, with the names of ``NAMES`` before
it. Shell blocks are run if they need neither Nix nor a mirror; every command line, also one
inside a sentence or a table, is one that the command line takes. A block without a language is what
a program says; of these, what `check` says of a mistake is compared here, whole.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from textwrap import indent

import pytest
import tree_sitter_nix
from attrs import frozen
from tree_sitter import Language, Parser
from typer.main import get_command

from liminix_gen.catalog import Catalog
from liminix_gen.cli.commands import COMMANDS, app
from liminix_gen.errors import ConfigurationError
from tests.support.forked import ended as run
from tests.support.steps import load_plan

PAGES = (Path("README.md"), Path("CONTRIBUTING.md"), *sorted(Path("docs").glob("*.md")))


@frozen
class Block:
    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks() -> list[Block]:
    found: list[Block] = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            line = text.count("\n", 0, match.start()) + 1
            found.append(Block(page, line, match[1], match[2]))
    return found


BLOCKS = blocks()
# What errors.md shows is wrong on purpose: tests/unit/test_error_pages.py
RIGHT = [one for one in BLOCKS if one.page.name != "errors.md" or one.language != "python"]
IN = {name: [one for one in RIGHT if one.language == name] for name in ("python", "sh", "nix", "")}

NAMES = """\
from liminix_gen import System
config = System(device="qemu-mipsel")
service = config.service
lan = service.network.address.build(
    interface=config.hardware.network_interfaces["lan"],
    family="inet", address="192.168.19.1", prefix_length=24,
)
firewall = service.firewall.build()
"""
IMPORTS = "from liminix_gen import *\nfrom liminix_gen import values\n"
METHODS = """
@service_type
class Example(Service):
    '''An example.'''

    interface: Service = parameter(INTERFACE, "where", example="link")

    def parts(self):
        return (oneshot("body.nix"),)
"""


def planned(tmp_path: Path, text: str, **folders: tuple[Path, ...]) -> None:
    (tmp_path / "router.py").write_text(text, encoding="utf-8")
    load_plan(tmp_path / "router.py", package_set="nixpkgs", **folders)


def module(tmp_path: Path, text: str, bodies: dict[str, str]) -> None:
    """Use a service type, whose one parameter without a default is an interface, or a host."""
    folder = tmp_path / "modules/example"
    folder.mkdir(parents=True)
    (folder / "module.py").write_text(text, encoding="utf-8")
    for name, body in bodies.items():
        (folder / name).write_text(body, encoding="utf-8")
    given = "interface=lan" if "INTERFACE" in text else 'host="192.168.19.5"'
    use = f'config.services["e"] = service.example.build({given})\n'
    planned(tmp_path, NAMES + use, modules=(tmp_path / "modules",))


def following(block: Block) -> Block | None:
    """Return the block after one of the same page."""
    after = [one for one in BLOCKS if one.page == block.page and one.line > block.line]
    return after[0] if after else None


def steps_to(block: Block) -> list[str]:
    """Return the Python of a page up to a block, each a step that builds on those before."""
    return [one.text for one in IN["python"] if one.page == block.page and one.line <= block.line]


def test_the_steps_of_a_home_come_to_the_example() -> None:
    *_, last = (one for one in IN["python"] if one.page.name == "home.md")
    lines = Path("examples/home.py").read_text(encoding="utf-8").splitlines()
    code = [line for line in lines[lines.index("from ipaddress import ip_network") :] if line]
    told = "\n".join(steps_to(last)).splitlines()
    assert [line for line in told if line] == [one for one in code if not one.startswith("# ---")]


@pytest.mark.parametrize("block", [one for one in BLOCKS if one.language == "json"], ids=str)
def test_data(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "router.json"
    file.write_text(block.text)
    load_plan(file)
    wrong = block.text.replace('"prefix_length": 24', '"prefix_length": 240')
    assert wrong != block.text
    file.write_text(wrong)
    with pytest.raises(ConfigurationError) as error:
        load_plan(file)
    said = str(error.value.problems[0]).removeprefix(f"{tmp_path}/")
    assert f"```\n{said}\n```" in block.page.read_text(encoding="utf-8")


@pytest.mark.parametrize("block", IN["python"], ids=str)
def test_python(block: Block, tmp_path: Path) -> None:
    text = block.text
    if block.page.name == "home.md":
        planned(tmp_path, "\n".join(steps_to(block)))
    elif re.search(r"\bSystem\(", text):
        planned(tmp_path, text)
    elif "Device(" in text:
        (tmp_path / "devices/example").mkdir(parents=True)
        (tmp_path / "devices/example/device.py").write_text(text, encoding="utf-8")
        use = 'from liminix_gen import System\nconfig = System(device="example")\n'
        planned(tmp_path, use, devices=(tmp_path / "devices",))
    elif "@service_type" in text:
        body = following(block)
        assert body is not None
        assert body.language == "nix"
        (name,) = set(re.findall(r'"([\w.-]+\.nix)"', text))
        module(tmp_path, text, {name: body.text})
    elif "(self)" in text:
        module(tmp_path, f"{IMPORTS}{METHODS}\n{indent(text, ' ' * 4)}", {"body.nix": ""})
    else:
        planned(tmp_path, f"{NAMES}\n{text}")


@pytest.mark.parametrize("block", IN["nix"], ids=str)
def test_nix(block: Block) -> None:
    """It is Nix: an expression, or attributes of a set."""
    parser = Parser(Language(tree_sitter_nix.language()))
    # The parser does not know a comma after the last formal.
    text = block.text.replace(",\n}:", "\n}:")
    texts = (text, f"{{ {text} }}")
    assert any(not parser.parse(text.encode()).root_node.has_error for text in texts)


def command_lines() -> list[tuple[str, str]]:
    """Return every command line of the pages, with its place."""
    found: list[tuple[str, str]] = []
    for block in IN["sh"]:
        found += [(str(block), line) for line in block.text.splitlines()]
    for page in PAGES:
        if page.name == "benchmarks.md":  # its lines are names of what was timed
            continue
        text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
        found += [(str(page), line) for line in re.findall(r"`(liminix-gen [^`]+)`", text)]
        rows = re.findall(r"^\| `([a-z-]+ ?[^`]*)` \|", text, re.MULTILINE)
        found += [
            (str(page), f"liminix-gen {row}")
            for row in rows
            if page.name == "command-line.md" and row.split()[0] in COMMANDS
        ]
    return found


@pytest.mark.parametrize(("place", "line"), command_lines())
def test_command_lines_are_ones_that_there_are(place: str, line: str) -> None:
    words = shlex.split(line, comments=True)
    if words[:1] == ["make"]:
        assert re.search(rf"^{words[1]}:", Path("Makefile").read_text(), re.MULTILINE), place
    if words[:1] != ["liminix-gen"] or "COMMAND" in words:
        return
    words = [word for word in words[1:] if word != "..."]
    top = get_command(app)
    with top.make_context("liminix-gen", words) as context:
        rest = [*context._protected_args, *context.args]
        assert rest, place
        name, command, arguments = top.resolve_command(context, rest)  # type: ignore[attr-defined]
        assert command is not None
        if arguments:  # else a sentence speaks of the command
            command.make_context(name, arguments, parent=context)


def test_what_needs_no_nix_is_run(tmp_path: Path) -> None:
    """The first pages' `check`, `emit` and `init`, on the first configuration of README.md."""
    (tmp_path / "router.py").write_text(IN["python"][0].text)
    for name in ("gateway.py", "home.py"):
        (tmp_path / name).write_text(Path("examples", name).read_text())
    ran: set[str] = set()
    for block in (one for one in IN["sh"] if one.page.name != "errors.md"):
        for line in block.text.splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == ["liminix-gen"] and words[1] in {"check", "emit"}:
                # Debian's packages would be asked for.
                run(*words[1:], "--package-set", "nixpkgs", cwd=tmp_path)
                ran.add(words[1])
            elif words[:2] == ["liminix-gen", "init"]:
                first = tmp_path / f"{block.page.name}-{block.line}"
                first.mkdir()
                run(*words[1:], cwd=first)
                (made,) = first.glob("*.py")
                run("check", made, "--package-set", "nixpkgs", cwd=first)
                ran.add(words[1])
    assert ran == {"check", "emit", "init"}


def test_what_a_mistake_says(tmp_path: Path) -> None:
    """README.md and docs/command-line.md."""
    readme, other = (one for one in IN[""] if "network.address has no parameter" in one.text)
    first = IN["python"][0].text
    second = (
        NAMES.partition("lan = ")[0]
        + "\n" * 4
        + (
            "service.network.address.build(interface=config.hardware.network_interfaces['lan'], "
            "family='inet', adress='10.0.0.1', prefix_length=24)\n"
        )
    )
    for block, text in ((readme, first.replace("prefix_length", "prefix_lenght")), (other, second)):
        with pytest.raises(ConfigurationError) as error:
            planned(tmp_path, text)
        assert str(error.value).replace(f"{tmp_path}/", "") == block.text.rstrip("\n"), str(block)


def test_the_catalog_has_no_example() -> None:
    assert "example" not in Catalog.of().service_types

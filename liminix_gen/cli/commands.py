"""The commands: a table of their names, and how the one that was asked for is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

from liminix_gen.cli.options import top

# NAME is the function NAME of liminix_gen/cli/NAME.py, and the summary begins its docstring.
COMMANDS = {
    "init": "Write a first configuration, with comments.",
    "check": "Check a configuration and say what it comes to.",
    "build": "Build the images of a configuration.",
    "plan": "Say what a build will make, what that costs, and what it takes on a board.",
    "why": "Say why something is in the image: the way to it from a line of the configuration.",
    "graph": "Draw the services of an image and what each refers to.",
    "size": "Say what an image takes: estimated before a build, measured after it.",
    "run": "Build a configuration and boot it in QEMU.",
    "update": "Build a configuration, copy what a board lacks of it, and reboot into it.",
    "kexec": "Start an image on a board from its memory; nothing is written to its flash.",
    "secret": "Seal a secret for a device, or make a key for one.",
    "emit": "Write the Nix tree of a configuration.",
    "lock": "Write the lock beside a configuration.",
    "repl": "Try programs in Fennel on this machine, with the Lua and the library of the device.",
    "services": "List the service types, or describe one.",
    "devices": "List the boards, or describe one.",
    "explain": "Say what a kind of error means, and how to mend it.",
    "docs": "Write the reference, stubs for editors and type checkers, or JSON Schemas.",
}


class Commands(TyperGroup):
    """The top of the command line, which imports a command when it is called."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        return super().parse_args(ctx, self.hoisted(args))

    def resolve_command(  # type: ignore[override]
        self, ctx: typer.Context, args: list[str]
    ) -> tuple[str, TyperCommand, list[str]]:
        name, _, rest = super().resolve_command(ctx, args)
        return str(name), loaded(str(name)), rest

    def make_context(self, *given: Any, **named: Any) -> Any:
        try:
            return super().make_context(*given, **named)
        except BrokenPipeError:  # `liminix-gen --help | head`
            raise typer.Exit(0) from None

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        from liminix_gen.errors import InterruptedRunError  # noqa: PLC0415  not for --help
        from liminix_gen.process import interrupt_on_termination, stop_all  # noqa: PLC0415

        interrupt_on_termination()
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise InterruptedRunError("interrupted") from None
        except BrokenPipeError:  # the reader of the output has gone: `liminix-gen services | head`
            raise typer.Exit(0) from None
        finally:
            stop_all()

    def hoisted(self, arguments: Sequence[str]) -> list[str]:
        """Return the arguments with the options of every command moved to the front."""
        takes_value = {
            name: not getattr(option, "is_flag", False)
            for option in self.params
            if not option.is_eager
            for name in option.opts
        }
        front: list[str] = []
        rest: list[str] = []
        words = iter(arguments)
        for word in words:
            name, equals, _ = word.partition("=")
            if word == "--":
                rest += [word, *words]
            elif name not in takes_value or (equals and not takes_value[name]):
                rest.append(word)
            elif takes_value[name] and not equals:
                front += [word, *([value] if (value := next(words, None)) is not None else [])]
            else:
                front.append(word)
        return front + rest


def loaded(name: str) -> TyperCommand:
    """Return a command of the table; its module is imported now."""
    one = _new(help_option_names=["-h", "--help"])
    function = getattr(import_module(f"liminix_gen.cli.{name}"), name)
    one.command(name, epilog="Options of every command: liminix-gen --help")(function)
    command = typer.main.get_command(one)
    if not isinstance(command, TyperCommand):
        raise TypeError(f"{name} is not a single command")
    return command


def _new(cls: type[TyperGroup] | None = None, **context_settings: object) -> typer.Typer:
    return typer.Typer(
        cls=cls,
        name="liminix-gen",
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings=context_settings,
    )


def _stand_in() -> None:
    """Hold the place of a command that is not loaded."""


app = _new(Commands, help_option_names=["-h", "--help"])
app.callback()(top)
for _name, _summary in COMMANDS.items():
    app.command(_name, help=_summary)(_stand_in)

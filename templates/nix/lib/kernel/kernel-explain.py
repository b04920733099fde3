"""Says why Kconfig did not grant a symbol: which parents are off, or which names come near.

Runs in a configured kernel tree when the audit has failed: `kernel-explain.py ARCH` reads the
audit's lines (`liminix-gen-audit: lost SYMBOL asked=VALUE got=VALUE`) from standard input and
writes to standard error, for each symbol of them, any of

    liminix-gen-audit: parent SYMBOL OTHER     OTHER is off (or, as !OTHER, on) and must not be
    liminix-gen-audit: choice SYMBOL OTHER     OTHER, of the same choice, is on
    liminix-gen-audit: selected SYMBOL OTHER   only other symbols, such as OTHER, switch it on
    liminix-gen-audit: near SYMBOL OTHER       there is no SYMBOL, but there is OTHER

The language: Documentation/kbuild/kconfig-language.rst of the kernel. What a compiler would have
to be asked, $(cc-option,...), counts as granted.
"""

from __future__ import annotations

import difflib
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

_TOKEN = re.compile(r'\$\([^()]*(?:\([^()]*\)[^()]*)*\)|"[^"]*"|\w+|&&|\|\||!=|<=|>=|[=<>!()]')
_LEVEL = {"n": 0, "m": 1, "y": 2}
_TYPES = {"bool", "tristate", "string", "hex", "int", "def_bool", "def_tristate"}


@dataclass
class Block:
    """A menu, choice, `if` or symbol, with the conditions that hold for it."""

    word: str
    conditions: list[str] = field(default_factory=list)
    name: str = ""
    type: str = ""
    prompt: str | None = None  # the condition of the prompt, "y" without one
    choice: Block | None = None
    members: list[str] = field(default_factory=list)


class Kconfig:
    """All definitions of all symbols of a kernel tree."""

    def __init__(self, top: Path, arch: str) -> None:
        self.top, self.arch = top, arch
        self.symbols: dict[str, list[Block]] = {}
        self.selectors: dict[str, list[str]] = {}
        self._stack: list[Block] = []
        self._read(top / "Kconfig")

    def _read(self, path: Path) -> None:
        block: Block | None = None
        text = path.read_text(encoding="utf-8", errors="replace").replace("\\\n", " ")
        help_indent = -1  # of the help text's first line; 0: it is still to come
        for line in text.expandtabs().splitlines():
            stripped = line.strip()
            indent = len(line) - len(line.lstrip())
            if help_indent >= 0 and stripped:
                help_indent = help_indent or indent
                if indent >= help_indent > 0:
                    continue
                help_indent = -1
            word, _, rest = stripped.partition(" ")
            rest = rest.split(" #")[0].strip()
            if word in {"help", "---help---"}:
                help_indent = 0
            elif word in {"config", "menuconfig", "menu", "choice", "if", "comment"}:
                block = self._open(word, rest)
            elif word in {"endmenu", "endchoice", "endif"}:
                self._stack.pop()
                block = None
            elif word == "source":
                name = rest.strip('"').replace("$(SRCARCH)", self.arch).replace("$(srctree)/", "")
                if (self.top / name).is_file():
                    self._read(self.top / name)
                block = None
            elif block is not None:
                self._attribute(block, word, rest)

    def _open(self, word: str, rest: str) -> Block:
        outer = self._stack[-1] if self._stack else Block("")
        block = Block(word, list(outer.conditions))
        block.choice = outer if outer.word == "choice" else outer.choice
        if word in {"config", "menuconfig"}:
            block.name = rest
            self.symbols.setdefault(rest, []).append(block)
            if block.choice:
                block.choice.members.append(rest)
        elif word != "comment":
            if word == "if":
                block.conditions.append(rest)
            self._stack.append(block)
        return block

    def _attribute(self, block: Block, word: str, rest: str) -> None:
        if word == "depends":
            block.conditions.append(rest.removeprefix("on").strip())
        elif word in _TYPES or word == "prompt":
            if word != "prompt":
                block.type = word.removeprefix("def_")
            match = re.match(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'', rest)
            if match and not word.startswith("def_"):
                block.prompt = rest[match.end() :].strip().removeprefix("if").strip() or "y"
        elif word == "select" and block.name:
            self.selectors.setdefault(rest.partition(" ")[0], []).append(block.name)


class Blame:
    """Finds the parts of an expression that keep it below a level."""

    def __init__(self, config: dict[str, str]) -> None:
        self._config = config

    def of(self, expression: str, level: int) -> list[str]:
        """Return what would have to change, shortest way; nothing if the level is reached."""
        self._tokens: list[str] = [*_TOKEN.findall(expression), ""]
        self._at = 0
        return self._or(level)

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]

    def _or(self, level: int) -> list[str]:
        ways = [self._and(level)]
        while self._tokens[self._at] == "||":
            self._next()
            ways.append(self._and(level))
        return min(ways, key=len)

    def _and(self, level: int) -> list[str]:
        found = self._atom(level)
        while self._tokens[self._at] == "&&":
            self._next()
            found += self._atom(level)
        return found

    def _atom(self, level: int) -> list[str]:
        word = self._next()
        if word == "(":
            found = self._or(level)
            self._next()
            return found
        if word == "!":
            start = self._at
            at_least_m = not self._atom(1)
            end, self._at = self._at, start
            is_y = not self._atom(2)
            self._at = end
            negated = 0 if is_y else 1 if at_least_m else 2
            return [] if negated >= level else ["!" + "".join(self._tokens[start:end])]
        if self._tokens[self._at] in {"=", "!=", "<", ">", "<=", ">="}:
            operator, other = self._next(), self._next()
            left, right = self._value(word), self._value(other)
            holds = {"=": left == right, "!=": left != right}.get(operator, True)
            return [] if holds else [f"{word}{operator}{other}"]
        if word.startswith("$"):
            return []
        return [] if _LEVEL.get(self._value(word), 0) >= level else [word]

    def _value(self, token: str) -> str:
        if token in _LEVEL or token.startswith(('"', "$")) or token[:1].isdigit():
            return token.strip('"')
        return self._config.get(token, "n").strip('"')


def explain(kconfig: Kconfig, config: dict[str, str], symbol: str, asked: str) -> list[str]:
    """Return the lines for one symbol."""
    if symbol not in kconfig.symbols:
        names = difflib.get_close_matches(symbol, kconfig.symbols, n=3, cutoff=0.75)
        return [f"near {symbol} {name}" for name in names]
    definitions = [one for one in kconfig.symbols[symbol] if one.prompt]
    if not definitions:
        return [f"selected {symbol} {name}" for name in kconfig.selectors.get(symbol, [])[:3]]
    blame = Blame(config)
    ways: list[list[str]] = []
    for one in definitions:
        level = 2 if asked == "y" and one.type == "tristate" else 1
        conditions = [*one.conditions, one.prompt or "y"]
        ways.append([part for text in conditions for part in blame.of(text, level)])
    shortest = min(ways, key=len)
    parents = list(dict.fromkeys(shortest))
    if parents:
        return [f"parent {symbol} {parent}" for parent in parents]
    choices = [one.choice for one in definitions if one.choice]
    others = [name for choice in choices for name in choice.members if config.get(name) == "y"]
    return [f"choice {symbol} {name}" for name in others if name != symbol]


def main() -> None:
    """Explain every lost symbol, and the parents that are off as well."""
    config = dict(re.findall(r"^CONFIG_(\w+)=(.*)$", Path(".config").read_text(), re.MULTILINE))
    kconfig = Kconfig(Path(), sys.argv[1])
    lost = re.findall(r"^liminix-gen-audit: lost (\w+) asked=(\S+)", sys.stdin.read(), re.MULTILINE)
    todo: dict[str, str] = dict(lost)
    for symbol, asked in lost:
        chain = [(symbol, asked)]
        while chain:
            name, value = chain.pop(0)
            for line in explain(kconfig, config, name, value):
                sys.stderr.write(f"liminix-gen-audit: {line}\n")
                kind, _, parent = line.split(" ")
                if kind == "parent" and parent in kconfig.symbols and parent not in todo:
                    todo[parent] = "m"
                    chain.append((parent, "m"))


if __name__ == "__main__":
    main()

"""What a rule of nft(8) uses, read from its text: of the kernel, and of its own table.

A rule is a row of statements. Most compare: an expression (what is looked at), then a value; the
others act. What a statement needs besides nf_tables itself is a *use*, by its name in uses.py. A
word that is not known here is refused: it may need a kernel module that nobody named. Whether the
rule is right otherwise is for nft to say, when the image is built.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache

from attrs import define, field, frozen

from .statements import (
    ACTIONS,
    CONCATENATING,
    CT_USES,
    FIELDS,
    FLOWTABLE,
    HEADERS,
    JOINERS,
    META,
    OF_ELEMENTS,
    OPTION_FIELDS,
    OPTIONS,
    RAW,
    TUNNELS,
    VALUES,
    Action,
)
from .uses import WITHOUT

_TOKEN = re.compile(
    r"""
    (?P<text> "[^"]*" )
    | (?P<name> @\w[\w-]* )
    | (?P<value> \d[\w.:/%*]* | [0-9A-Fa-f]*:[0-9A-Fa-f:.]+(?:/\d+)? | [0-9A-Fa-f]{1,4}::(?:/\d+)? )
    | (?P<word> [A-Za-z_][\w./*-]* )
    | (?P<sign> << | >> | [!=<>]= | [{}()\[\],.:!=<>&|^~/*+-] )
    | (?P<end> \# .* | \s* $ )
    | \s+
    """,
    re.VERBOSE,
)


@frozen
class _Token:
    kind: str
    text: str


def _tokens(rule: str) -> list[_Token]:
    found: list[_Token] = []
    place = 0
    while place < len(rule):
        match = _TOKEN.match(rule, place)
        if match is None:
            raise ValueError(f"{rule[place]!r} is not a word of nft's language")
        if match.lastgroup and match.lastgroup != "end":
            found.append(_Token(match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found


_CLOSED_BY = {"{": "}", "(": ")", "[": "]"}


@define
class Rule:
    """What one rule uses: ``uses`` of the kernel; chains, sets and helpers of its table by name.

    ``placed`` is what may stand at some places only, by its name in statements.PLACED.
    """

    family: str
    uses: set[str] = field(factory=set[str])
    placed: set[str] = field(factory=set[str])
    chains: set[str] = field(factory=set[str])
    sets: set[str] = field(factory=set[str])
    helpers: set[str] = field(factory=set[str])


@cache
def read(rule: str, family: str) -> Rule:
    """Read a rule of a table of a family. Raises ValueError for what is not known."""
    reader = _Reader(_tokens(rule), Rule(family))
    while reader.here is not None:
        reader.statement()
    return reader.rule


@cache
def read_element(element: str, family: str) -> Rule:
    """Read an element of a set or map, which may hold statements. Raises ValueError."""
    reader = _Reader(_tokens(element), Rule(family))
    while reader.here is not None:
        reader.element()
    return reader.rule


@define
class _Reader:
    tokens: list[_Token]
    rule: Rule
    place: int = 0

    @property
    def here(self) -> _Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def at(self, *texts: str) -> bool:
        return self.here is not None and self.here.text in texts

    def follows(self, words: frozenset[str]) -> bool:
        """Say whether the token behind this one is among some words."""
        after = self.tokens[self.place + 1 : self.place + 2]
        return bool(after) and after[0].text in words

    def take(self) -> str:
        token = self.here
        if token is None:
            raise ValueError("it ends where nft expects more")
        self.place += 1
        if token.kind == "word" and token.text in WITHOUT:
            raise ValueError(
                f"{token.text!r} needs {WITHOUT[token.text]}, which no kernel of this project has"
            )
        if token.kind == "name" and token.text not in RAW and not token.text[1].isdigit():
            self.rule.sets.add(token.text[1:])
        return token.text

    def take_if(self, *texts: str) -> bool:
        found = self.at(*texts)
        if found:
            self.take()
        return found

    def use(self, name: str, *, by_family: bool = False) -> None:
        self.rule.uses.add(f"{name} {self.rule.family}" if by_family else name)

    # --- statements -------------------------------------------------------------------------------

    def statement(self) -> None:
        word = self.here.text if self.here else ""
        if word in ACTIONS:
            self.action(self.take())
        elif self.begins_expression() or self.at("("):
            self.comparison()
        else:
            self.take()  # says what is wrong with it, if that is known
            if word in HEADERS:
                raise ValueError(f"a field that is known is expected behind {word!r}")
            raise ValueError(f"{word!r} is not a statement whose needs of the kernel are known")

    def action(self, word: str) -> None:
        action = ACTIONS[word]
        self.rule.placed.add(word)
        if action.use:
            self.use(action.use, by_family=action.by_family)
        special = _SPECIAL.get(word)
        if special is not None:
            special(self)
        else:
            self.options(action)

    def options(self, action: Action) -> None:
        """Read words that are known, and values; another word ends them."""
        while self.here is not None:
            if self.at("name"):
                raise ValueError("an object of nft, which 'name' names, cannot be described here")
            if self.here.kind == "word" and self.here.text.partition("/")[0] in action.options:
                word = self.take()
                if word == "rate":
                    self.take_if("over")
                    if self.take().partition("/")[0] == "0":
                        raise ValueError("'limit rate' takes 1 or more")
                elif word == "to":
                    self.value()
                elif word in action.before_words:
                    self.take()
            elif self.here.kind in {"value", "text"} or self.at(*JOINERS):
                self.take()
            else:
                return

    def log(self) -> None:
        before = self.place
        self.options(ACTIONS["log"])
        words = [token.text for token in self.tokens[before : self.place]]
        self.use("log group" if "group" in words else "log")

    def jump(self) -> None:
        self.rule.chains.add(self.take())

    def reject(self) -> None:
        if self.take_if("with"):
            if not self.take_if("tcp"):
                self.take()
                self.take_if("type")
            self.take()

    def set_change(self) -> None:
        """Read ``add @set { ... }``, whose elements may hold statements."""
        if self.here is None or self.here.kind != "name":
            raise ValueError("a set, such as @seen, is expected")
        self.take()
        self.operand()

    def flow(self) -> None:
        """Read ``flow add @TABLE``; the only table of flows is that of the parameter offload."""
        self.take_if("add")
        if not self.take_if(f"@{FLOWTABLE}"):
            raise ValueError(f"'flow add' is for @{FLOWTABLE}, the only table of flows")
        self.rule.sets.discard(FLOWTABLE)

    def comment(self) -> None:
        self.take()

    def reset(self) -> None:
        """Read ``reset tcp option NAME``, which takes it out of the packet."""
        for _ in range(3):
            self.take()

    def meter(self) -> None:
        self.take()
        if self.take_if("size"):
            self.take()
        self.operand()

    # --- expressions, and what they are compared with ---------------------------------------------

    def begins_expression(self) -> bool:
        if self.here is None:
            return False
        word = self.here.text
        return (
            word in META
            or word in _EXPRESSIONS
            or (word in HEADERS and (self.follows(FIELDS) or word in TUNNELS | {"exthdr"}))
        )

    def comparison(self) -> None:
        """Read ``EXPRESSION [OPERATOR] VALUE``, or ``EXPRESSION set VALUE``."""
        self.value(CONCATENATING)
        if self.at("set") or (self.here is not None and self.here.text in JOINERS):
            self.take()
        elif self.here is None or (self.here.text in ACTIONS and self.here.text not in VALUES):
            return
        self.value()

    def value(self, joiners: frozenset[str] = JOINERS) -> None:
        """Read operands with what joins them."""
        self.operand()
        while self.here is not None and self.here.text in joiners:
            self.take()
            self.operand()

    def operand(self) -> None:
        """Read one value, or one expression."""
        if self.begins_expression():
            self.expression()
            return
        text = self.take()
        if text in _CLOSED_BY:
            self.until(_CLOSED_BY[text])
        elif text in {"!", "~", "-", "!="}:
            self.operand()

    def until(self, end: str) -> None:
        """Read up to a closing sign; in between are values, and statements of elements."""
        while not self.at(end):
            self.element()
        self.take()

    def element(self) -> None:
        if self.here is not None and self.here.text in OF_ELEMENTS:
            self.action(self.take())
        else:
            self.operand()

    def expression(self) -> None:
        word = self.take()
        if word in META:
            self.looked_at(word)
        special = _EXPRESSIONS.get(word)
        if special is not None:
            special(self)
        elif word in HEADERS and not (word in META and not self.follows(FIELDS)):
            self.header(word)

    def header(self, word: str) -> None:
        if word in TUNNELS and self.begins_expression():
            self.expression()
        elif self.take() in OPTIONS:
            if self.take().startswith("@"):
                self.raw()
            elif self.here is not None and self.here.text in OPTION_FIELDS:
                self.take()
        elif self.at("["):
            self.operand()

    def meta(self) -> None:
        key = self.take()
        if key not in META:
            raise ValueError(f"'meta {key}' is not known, or is for bridges only")
        self.looked_at(key)

    def looked_at(self, key: str) -> None:
        """Note what of `meta` has its place; that word itself may be left out."""
        if key in {"sdif", "sdifname"}:
            self.rule.placed.add("sdif")
        if key == "pkttype" and self.at("set"):
            self.rule.placed.add("meta pkttype set")

    def ct(self) -> None:
        self.use("ct")
        for words in (("original", "reply"), ("ip", "ip6")):
            self.take_if(*words)
        key = self.take()
        if key in CT_USES:
            self.use(CT_USES[key])
        if key in {"timeout", "expectation"}:
            raise ValueError(f"'ct {key}' needs an object of nft that cannot be described here")
        if key == "count":
            self.take_if("over")
        if key == "helper" and self.take_if("set"):
            self.rule.helpers.add(self.take().strip('"'))

    def fib(self) -> None:
        self.use("fib", by_family=True)
        words = {self.take()}
        while self.take_if("."):
            words.add(self.take())
        result = self.take()
        if result != "type":
            self.rule.placed.add("fib for an interface")
        if result == "oifname" and self.at("exists", "missing"):
            raise ValueError("'exists' and 'missing' are asked of 'oif', not of 'oifname'")
        self.rule.placed |= {f"fib with {word}" for word in words & {"iif", "oif"}}

    def rt(self) -> None:
        self.take_if("ip", "ip6")
        if self.take() == "mtu":
            self.rule.placed.add("rt mtu")

    def socket(self) -> None:
        self.use("socket")
        self.rule.placed.add("socket")
        self.take()

    def osf(self) -> None:
        self.use("osf")
        self.rule.placed.add("osf")
        if self.take_if("ttl"):
            self.take()
        self.take()

    def numgen(self) -> None:
        self.use("numgen")
        self.take()
        self.numbers()

    def jhash(self) -> None:
        self.use("hash")
        self.operand()
        while self.take_if("."):
            self.operand()
        self.numbers()

    def symhash(self) -> None:
        self.use("hash")
        self.numbers()

    def numbers(self) -> None:
        while self.at("mod", "offset", "seed"):
            if (self.take(), self.take()) == ("mod", "0"):
                raise ValueError("nothing is left over by 0: 'mod' takes 1 or more")

    def raw(self) -> None:
        for _ in range(2):
            self.take()  # a comma
            self.take()


_EXPRESSIONS: Mapping[str, Callable[[_Reader], None]] = {
    "meta": _Reader.meta,
    "ct": _Reader.ct,
    "fib": _Reader.fib,
    "rt": _Reader.rt,
    "socket": _Reader.socket,
    "osf": _Reader.osf,
    "numgen": _Reader.numgen,
    "jhash": _Reader.jhash,
    "symhash": _Reader.symhash,
    **dict.fromkeys(RAW, _Reader.raw),
}

_SPECIAL: Mapping[str, Callable[[_Reader], None]] = {
    "jump": _Reader.jump,
    "goto": _Reader.jump,
    "log": _Reader.log,
    "reject": _Reader.reject,
    "add": _Reader.set_change,
    "update": _Reader.set_change,
    "delete": _Reader.set_change,
    "meter": _Reader.meter,
    "reset": _Reader.reset,
    "comment": _Reader.comment,
    "flow": _Reader.flow,
}

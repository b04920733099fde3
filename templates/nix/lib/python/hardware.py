"""Is the hardware of a board driven: `hardware.py SPEC TREE DRIVERS CONFIG MODULES OUT`.

SPEC is JSON:

- `attached`: chips on PCI or USB, "pci:VENDOR:DEVICE", "usb:VENDOR:PRODUCT" or, for a driver of a
  class, "pci:VENDOR:DEVICE:CLASS", in hex
- `leftOut`: of those, or "of:COMPATIBLE", what a driver of the board drives that this kernel is
  made without
- `modules`: names of the kernel modules that are loaded
- `undriven`: a reason by the first `compatible` of nodes that nothing drives

TREE is the board's device tree, DRIVERS what match_tables.py wrote, CONFIG the kernel's .config,
MODULES the folder of its modules. Each enabled node with a `compatible` must be driven by a table
of the kernel or by a module, be handled by its parent or by code of the kernel that looks for it
by name, or be listed as not driven. What a router cannot do without may not be listed: flash,
ethernet, switch, PCI, USB, watchdog, and what these depend on.

OUT gets JSON: `driven`, `handled` and `undriven`, each a text by path. A line on standard error
for each node that is none of these, and exit code 1.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from elf import Elf
from flat_tree import Node, nodes
from match_tables import tables

# Generic names of nodes (Devicetree Specification, 2.2.2) that a router cannot do without.
ESSENTIAL = frozenset(
    {
        "ethernet",
        "flash",
        "mmc",
        "nand",
        "nand-controller",
        "pci",
        "pcie",
        "switch",
        "usb",
        "watchdog",
    }
)

# What a node refers to, and the property of the other that says how many cells follow
# (Documentation/devicetree/bindings: clock, reset, phy, power).
REFERENCES = {
    "clocks": "#clock-cells",
    "resets": "#reset-cells",
    "phys": "#phy-cells",
    "power-domains": "#power-domain-cells",
}

# What is below these is found without a table: processors and their caches by the architecture,
# cards of a bus by what they say of themselves, PHYs by their numbers, operating points by who
# refers to them.
BELOW = frozenset({"cpus", "mdio", "mdio-bus", "pci", "pcie", "usb"})

# What is below these is a device of its own.
BUSES = frozenset({"bus", "i2c", "isa", "pmic", "pwrap", "serial", "soc", "spi"})
BUS_DRIVERS = frozenset({"isa", "simple-bus", "simple-mfd", "simple-pm-bus", "syscon"})

_OF_ALIAS = re.compile(r"of:N\*T\*C(.+?)(?:C\*)?")
_PCI_ALIAS = re.compile(r"pci:v(\w+|\*)d(\w+|\*)sv.*bc(\w\w|\*)sc(\w\w|\*)i(\w\w|\*)\*?")
_USB_ALIAS = re.compile(r"usb:v(\w{4}|\*)p(\w{4}|\*)d.*")
# The names that nodes of cards have (Devicetree bindings pci.txt and usb-device.yaml).
_CARD = re.compile(r"(pci|usb)([0-9a-f]{1,4}),([0-9a-f]{1,4})")


class Drivers(NamedTuple):
    """Who drives what: by `compatible`, and by alias; and what code of the kernel looks for."""

    of: dict[str, str]
    aliases: list[tuple[str, str]]
    names: set[str]

    def add(self, alias: str, module: str) -> None:
        """Take an alias of a module."""
        if match := _OF_ALIAS.fullmatch(alias):
            self.of.setdefault(match[1], module)
        else:
            self.aliases.append((alias, module))

    def of_chip(self, chip: str) -> str | None:
        """Return who drives a chip on PCI or USB."""
        bus, vendor, device, *rest = chip.lower().split(":")
        numbers = (vendor.rjust(4, "0"), device.rjust(4, "0"))
        kind = rest[0] if rest else ""
        for alias, module in self.aliases:
            if alias.startswith(f"{bus}:") and _is_alias_of(alias, numbers, kind):
                return module
        return None


def _is_alias_of(alias: str, numbers: tuple[str, str], kind: str) -> bool:
    match = (_PCI_ALIAS if alias.startswith("pci") else _USB_ALIAS).fullmatch(alias)
    if match is None:
        return False
    ours = [word.lower()[-4:] for word in match.groups()]
    if any(there not in {"*", wanted} for there, wanted in zip(ours, numbers, strict=False)):
        return False
    classes = [kind[at : at + 2] for at in (0, 2, 4)]
    if any(there not in {"*", wanted} for there, wanted in zip(ours[2:], classes, strict=False)):
        return False
    return ours[0] != "*" or any(there != "*" for there in ours[2:])


def drivers_of(lines: Iterable[str]) -> Drivers:
    """Read what match_tables.py wrote."""
    drivers = Drivers({}, [], set())
    for line in lines:
        kind, what, who = line.split("\t")
        if kind == "of":
            drivers.of.setdefault(what, who)
        elif kind == "name":
            drivers.names.add(what)
        else:
            drivers.add(what, who)
    return drivers


def add_modules(drivers: Drivers, wanted: Iterable[str], folder: Path) -> None:
    """Take what modules match, and those that are loaded with them."""
    files = {file.stem.replace("-", "_"): file for file in sorted(folder.rglob("*.ko"))}
    todo = [name.replace("-", "_") for name in wanted]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name in seen or name not in files:
            continue
        seen.add(name)
        file = Elf(files[name].read_bytes())
        # Not every driver has an alias for each of its tables: once loaded, it matches these too.
        for kind, what, _ in tables(file):
            if kind == "of":
                drivers.of.setdefault(what, name)
        for section in file.sections():
            if section.name != ".modinfo":
                continue
            for line in file.held(section).decode().split("\0"):
                key, _, value = line.partition("=")
                if key == "alias":
                    drivers.add(value, name)
                elif key == "depends":
                    todo += filter(None, value.split(","))


def _cards(node: Node) -> Iterator[tuple[str, str, str]]:
    for match in filter(None, map(_CARD.fullmatch, node.texts("compatible"))):
        yield match[1], match[2], match[3]


class Tree:
    """The enabled nodes of a device tree."""

    def __init__(self, tree: bytes) -> None:
        self.nodes: dict[str, Node] = {}
        self.by_handle: dict[int, Node] = {}
        for node in nodes(tree):
            status = node.texts("status")
            if (node.parent and node.parent not in self.nodes) or status not in (
                [],
                ["okay"],
                ["ok"],
            ):
                continue
            self.nodes[node.path] = node
            for handle in node.cells("phandle"):
                self.by_handle[handle] = node

    def above(self, node: Node) -> Iterator[Node]:
        """Yield what a node lies in, from its parent on."""
        while node.parent:
            node = self.nodes[node.parent]
            yield node

    def device(self, node: Node) -> Node | None:
        """Return what a driver sees of a node: itself, or the first above with a `compatible`."""
        return next((one for one in (node, *self.above(node)) if one.texts("compatible")), None)

    def devices(self) -> list[Node]:
        """Return the nodes that want a driver."""
        return [node for node in self.nodes.values() if node.parent and node.texts("compatible")]

    def chips(self) -> Iterator[str]:
        """Yield the chips on PCI and USB that have a node, but for hubs and bridges.

        Those are what other chips are below: the bus itself drives them.
        """
        hubs = {node.parent for node in self.nodes.values() if any(_cards(node))}
        for node in self.nodes.values():
            if node.path not in hubs:
                for bus, vendor, device in _cards(node):
                    yield f"{bus}:{vendor:0>4}:{device:0>4}"

    def references(self, node: Node) -> Iterator[tuple[str, Node]]:
        """Yield what a node refers to and cannot do without, each with the property."""
        for name in node.properties:
            if name in REFERENCES:
                for other in self._with_cells(node.cells(name), REFERENCES[name]):
                    yield name, other
            elif name.endswith("-supply") or name == "nvmem-cells":
                for handle in node.cells(name):
                    if handle in self.by_handle:
                        yield name, self.by_handle[handle]

    def _with_cells(self, cells: list[int], counted_by: str) -> Iterator[Node]:
        at = 0
        while at < len(cells):
            other = self.by_handle.get(cells[at])
            if other is None:
                return
            yield other
            at += 1 + sum(other.cells(counted_by)[:1])

    def essential(self) -> Mapping[str, str]:
        """Return the paths of what a router cannot do without, each with why."""
        why: dict[str, str] = {}
        todo = [(node, f"is {node.name}") for node in self.devices() if node.name in ESSENTIAL]
        while todo:
            node, reason = todo.pop(0)
            if node.path in why or not node.parent:
                continue
            why[node.path] = reason
            for name, other in self.references(node):
                if (device := self.device(other)) is not None:
                    todo.append((device, f"{name} of {node.path}"))
            todo += [
                (one, f"has {node.path}") for one in self.above(node) if one.texts("compatible")
            ]
        return why


class Verdict:
    """What the check finds: who drives or handles each node or chip, what is not driven and why."""

    def __init__(self, tree: Tree, drivers: Drivers, spec: Mapping[str, Any]) -> None:
        self.tree = tree
        self.drivers = drivers
        self.left_out = set(spec["leftOut"])
        self.listed: Mapping[str, str] = spec["undriven"]
        self.essential = tree.essential()
        self.driven: dict[str, str] = {}
        self.handled: dict[str, str] = {}
        self.undriven: dict[str, str] = {}
        self.wrong: list[str] = []

    def of_node(self, node: Node) -> None:
        """Judge a node of the device tree; its parent was judged before."""
        compatibles = node.texts("compatible")
        driver = next(filter(None, map(self.drivers.of.get, compatibles)), None)
        if self._is_settled(node.path, [f"of:{name}" for name in compatibles], driver):
            return
        handler = self._handler(node)
        if handler is not None:
            self.handled[node.path] = handler
        elif compatibles[0] in self.listed and node.path not in self.essential:
            self.undriven[node.path] = self.listed[compatibles[0]]
        else:
            self._refuse(node, self.essential.get(node.path, "no driver matches it"))

    def of_chip(self, chip: str) -> None:
        """Judge a chip on PCI or USB."""
        if not self._is_settled(chip, [chip], self.drivers.of_chip(chip)):
            self.wrong.append(f"{chip} - no driver matches it")

    def of_volumes(self, node: Node) -> None:
        """Refuse a node that waits for cells in a volume of UBI, for a kernel that has none."""
        read = [other for name, other in self.tree.references(node) if name == "nvmem-cells"]
        above = (one for other in read for one in self.tree.above(other))
        if any("linux,ubi" in one.texts("compatible") for one in above):
            self._refuse(node, "its nvmem-cells are in a volume of UBI (MTD_UBI_NVMEM)")

    def _is_settled(self, what: str, names: Iterable[str], driver: str | None) -> bool:
        if driver is not None:
            self.driven[what] = driver
        elif not self.left_out.isdisjoint(names):
            self.undriven[what] = "its driver is not in this configuration"
        return what in self.driven or what in self.undriven

    def _handler(self, node: Node) -> str | None:
        """Return who handles a node that has no driver of its own."""
        named = not self.drivers.names.isdisjoint(node.texts("compatible"))
        if named and node.name not in ESSENTIAL:
            return "the kernel, by name"
        above = list(self.tree.above(node))
        if bus := next((one for one in above if one.name in BELOW), None):
            return bus.path
        parent = self.tree.device(above[0])
        if parent is None or parent.path not in self.driven or parent.name in BUSES:
            return None
        return None if BUS_DRIVERS.intersection(parent.texts("compatible")) else parent.path

    def _refuse(self, node: Node, why: str) -> None:
        self.wrong.append(f"{node.path} {node.texts('compatible')[0]} {why}")


def main() -> None:
    """Read the command line; write OUT."""
    spec_file, tree_file, drivers_file, config, modules, out = map(Path, sys.argv[1:])
    spec = json.loads(spec_file.read_text())
    tree = Tree(tree_file.read_bytes())
    drivers = drivers_of(drivers_file.read_text().splitlines())
    add_modules(drivers, spec["modules"], modules)
    reads_volumes = "CONFIG_MTD_UBI_NVMEM=y" in config.read_text().splitlines()
    verdict = Verdict(tree, drivers, spec)
    for node in tree.devices():
        verdict.of_node(node)
        if not reads_volumes:
            verdict.of_volumes(node)
    for chip in sorted({*tree.chips(), *spec["attached"]}):
        verdict.of_chip(chip)
    for line in verdict.wrong:
        sys.stderr.write(f"liminix-gen-hardware: {line}\n")
    if verdict.wrong:
        sys.exit(1)
    found = {"driven": verdict.driven, "handled": verdict.handled, "undriven": verdict.undriven}
    out.write_text(json.dumps(found, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()

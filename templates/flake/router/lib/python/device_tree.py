"""Reading and changing a device tree (fdtget(1), fdtput(1))."""

import subprocess
from pathlib import Path

from memory import Region

# The name of the root's MTD partition. Flashes have others.
LABEL = "memory"

# What a kernel is told of a root in memory.
ROOT_WORDS = f"root=mtd:{LABEL} rootfstype=squashfs ro"


class DeviceTree:
    """A file with a device tree."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def _got(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = ["fdtget", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def cells(self) -> tuple[int, int]:
        """Return how many cells an address and a size have at the top."""
        found: list[int] = []
        for name in ("#address-cells", "#size-cells"):
            # What a tree that says nothing has for Linux (OF_ROOT_NODE_ADDR_CELLS_DEFAULT).
            got = self._got("-t", "u", "-d", "1", self.path, "/", name)
            got.check_returncode()
            found.append(int(got.stdout))
        return found[0], found[1]

    def put(self, kind: str, node: str, name: str, *values: str) -> None:
        """Set a property: text ("s"), numbers ("u") or cells in hex ("x")."""
        command = ["fdtput", "-p", "-t", kind, str(self.path), node, name, *values]
        subprocess.run(command, check=True)

    def put_region(self, node: str, region: Region) -> None:
        """Set the `reg` of a node."""
        address_cells, size_cells = self.cells()
        reg = [*split(region.start, address_cells), *split(region.bytes, size_cells)]
        self.put("x", node, "reg", *reg)

    def put_memory(self, memory: Region) -> None:
        """Say what memory there is."""
        node = f"/memory@{memory.start:x}"
        self.put("s", node, "device_type", "memory")
        self.put_region(node, memory)

    def reserve_root(self, root: Region) -> None:
        """Reserve the memory of a root, an MTD partition (phram)."""
        address_cells, size_cells = self.cells()
        node = root_node(root)
        # The kernel wants the same as at the top.
        self.put("u", "/reserved-memory", "#address-cells", str(address_cells))
        self.put("u", "/reserved-memory", "#size-cells", str(size_cells))
        self.put("x", "/reserved-memory", "ranges")
        self.put("s", node, "compatible", "phram")
        self.put("s", node, "label", LABEL)
        self.put_region(node, root)

    def reserved(self) -> dict[str, Region]:
        """Return what is reserved at fixed addresses, by node."""
        node = "/reserved-memory"
        done = self._got("-l", self.path, node)
        if done.returncode != 0:
            return {}
        address_cells, size_cells = self.cells()
        found: dict[str, Region] = {}
        for name in done.stdout.split():
            got = self._got("-t", "x", self.path, f"{node}/{name}", "reg")
            words = [int(word, 16) for word in got.stdout.split()]
            if got.returncode == 0 and len(words) == address_cells + size_cells:
                start, size = number(words[:address_cells]), number(words[address_cells:])
                found[name] = Region(start, size)
        return found


def root_node(root: Region) -> str:
    """Return the node that reserves the memory of a root."""
    return f"/reserved-memory/{LABEL}@{root.start:x}"


def number(words: list[int]) -> int:
    """Return the number that cells of 32 bits are."""
    value = 0
    for word in words:
        value = value << 32 | word
    return value


def split(value: int, count: int) -> list[str]:
    """Return a number as so many cells, in hex."""
    return [f"{value >> 32 * place & 0xFFFFFFFF:x}" for place in reversed(range(count))]

"""templates/nix/lib/python: what a kernel drives, held against a device tree."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from liminix_gen import text
from liminix_gen.errors import Where
from liminix_gen.kconfig.hardware import HardwareError, Undriven, advised, undriven

SCRIPTS = Path(__file__).parents[2] / "templates/nix/lib/python"

TREE = """
/dts-v1/;
/ {
    compatible = "maker,board";
    cpus { cpu@0 { compatible = "arm,cortex-a53"; reg = <0>; }; };
    memory@0 { device_type = "memory"; };
    clocks: clock-controller { compatible = "soc,clocks"; #clock-cells = <1>; phandle = <1>; };
    supply: regulator-3v3 { compatible = "regulator-fixed"; phandle = <2>; };
    soc {
        compatible = "simple-bus";
        spi@10 {
            compatible = "soc,spi";
            clocks = <1 7>;
            flash@0 {
                compatible = "jedec,spi-nor";
                vcc-supply = <2>;
                partitions {
                    compatible = "fixed-partitions";
                    partition@0 { compatible = "nvmem-cells"; };
                };
            };
        };
        gpio@20 { compatible = "soc,gpio-v2", "soc,gpio"; };
        crypto@30 { compatible = "soc,crypto"; };
        display@40 { compatible = "soc,display"; status = "disabled"; panel { compatible = "p,x"; }; };
        pcie@50 {
            compatible = "soc,pcie";
            wifi@0 { compatible = "pci14c3,7915"; };
        };
        wmac@60 { compatible = "soc,wmac"; };
        looked-for@70 { compatible = "soc,sysc"; };
    };
};
"""

DRIVERS = """\
alias\tpci:v000010ECd00008168sv*sd*bc*sc*i*\tr8169
alias\tpci:v*d*sv*sd*bc0Csc03i30*\txhci_pci
alias\tusb:v0BDAp8153d*dc*dsc*dp*ic*isc*ip*in*\tr8152
alias\tpci:v000014C3d00007915sv*sd*bc*sc*i*\tmt7915e
alias\tpci:v000014E4d00001688sv*sd*bc*sc*i*\ttg3_pci_tbl
alias\tpci:v*d*sv*sd*bc01sc08i02*\tnvme_id_table
alias\tusb:v0424pEC00d*dc*dsc*dp*ic*isc*ip*in*\tproducts
name\tsoc,sysc\t
of\tfixed-partitions\tparse_ofpart_match_table
of\tjedec,spi-nor\tspi_nor_of_table
of\tnvmem-cells\tcells
of\tregulator-fixed\tregulator_fixed_of_match
of\tsimple-bus\tof_default_bus_match_table
of\tsoc,clocks\t__of_table_soc_clocks
of\tsoc,gpio\tsoc_gpio_ids
of\tsoc,pcie\tsoc_pcie_ids
of\tsoc,spi\tsoc_spi_ids
"""

SPEC: dict[str, object] = {
    "attached": [],
    "leftOut": ["of:soc,wmac"],
    "modules": [],
    "undriven": {"soc,crypto": "packets go another way"},
}


def check(
    folder: Path,
    tree: str = TREE,
    drivers: str = DRIVERS,
    config: str = "",
    **spec: object,
) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Run the check; return what it found, and the lines of what is wrong."""
    command = ["dtc", "-q", "-O", "dtb", "-o", folder / "board.dtb", "-"]
    subprocess.run(command, input=tree.encode(), check=True)
    (folder / "spec").write_text(json.dumps({**SPEC, **spec}))
    (folder / "drivers").write_text(drivers)
    (folder / "config").write_text(config)
    (folder / "modules").mkdir(exist_ok=True)
    names = ("spec", "board.dtb", "drivers", "config", "modules", "out")
    done = subprocess.run(
        [sys.executable, SCRIPTS / "hardware.py", *(folder / name for name in names)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        assert done.stderr == ""
        return json.loads((folder / "out").read_text()), []
    assert not (folder / "out").exists()
    return {}, done.stderr.splitlines()


def wrong(folder: Path, **changed: object) -> list[tuple[str, str, str]]:
    """Return what a check refuses: name, `compatible` and why of each."""
    _, lines = check(folder, **changed)  # type: ignore[arg-type]
    found = undriven(lines)
    assert len(found) == len(lines) > 0
    return [(one.name, one.compatible, one.why) for one in found]


def test_each_node_is_driven_handled_or_listed(tmp_path: Path) -> None:
    found, _ = check(tmp_path)
    assert found == {
        "driven": {
            "/clock-controller": "__of_table_soc_clocks",
            "/regulator-3v3": "regulator_fixed_of_match",
            "/soc": "of_default_bus_match_table",
            "/soc/gpio@20": "soc_gpio_ids",
            "/soc/pcie@50": "soc_pcie_ids",
            "/soc/spi@10": "soc_spi_ids",
            "/soc/spi@10/flash@0": "spi_nor_of_table",
            "/soc/spi@10/flash@0/partitions": "parse_ofpart_match_table",
            "/soc/spi@10/flash@0/partitions/partition@0": "cells",
            "pci:14c3:7915": "mt7915e",
        },
        "handled": {
            "/cpus/cpu@0": "/cpus",
            "/soc/looked-for@70": "the kernel, by name",
            "/soc/pcie@50/wifi@0": "/soc/pcie@50",
        },
        "undriven": {
            "/soc/crypto@30": "packets go another way",
            "/soc/wmac@60": "its driver is not in this configuration",
        },
    }


@pytest.mark.parametrize(
    ("lacking", "name", "compatible", "why"),
    [
        ("soc,gpio", "/soc/gpio@20", "soc,gpio-v2", "no driver matches it"),
        ("soc,pcie", "/soc/pcie@50", "soc,pcie", "is pcie"),
        # The bus of the flash, as a board of OpenWrt's had it (boards.md, B3).
        ("soc,spi", "/soc/spi@10", "soc,spi", "has /soc/spi@10/flash@0"),
        ("soc,clocks", "/clock-controller", "soc,clocks", "clocks of /soc/spi@10"),
        (
            "regulator-fixed",
            "/regulator-3v3",
            "regulator-fixed",
            "vcc-supply of /soc/spi@10/flash@0",
        ),
    ],
)
def test_a_driver_that_is_not_there_is_missed(
    tmp_path: Path, lacking: str, name: str, compatible: str, why: str
) -> None:
    drivers = "".join(
        line for line in DRIVERS.splitlines(keepends=True) if f"\t{lacking}\t" not in line
    )
    missed = wrong(tmp_path, drivers=drivers)
    assert (name, compatible, why) in missed
    # What a router cannot do without is not to be listed.
    listed = {"soc,crypto": "no", compatible: "it does not matter"}
    _, lines = check(tmp_path, drivers=drivers, undriven=listed)
    assert bool(lines) == (lacking != "soc,gpio")


def test_what_is_not_listed_is_refused(tmp_path: Path) -> None:
    assert wrong(tmp_path, undriven={}, leftOut=[]) == [
        ("/soc/crypto@30", "soc,crypto", "no driver matches it"),
        ("/soc/wmac@60", "soc,wmac", "no driver matches it"),
    ]


@pytest.mark.parametrize(
    ("chip", "driver"),
    [
        ("pci:10ec:8168", "r8169"),
        ("usb:0bda:8153", "r8152"),
        ("pci:1106:3483:0c0330", "xhci_pci"),
        ("pci:1106:3483", None),
        ("usb:0424:ec00", "products"),
        ("usb:0000:0424", None),
        ("pci:14e4:1688", "tg3_pci_tbl"),
        ("pci:144d:a808:010802", "nvme_id_table"),
        ("pci:144d:a808", None),
        ("pci:10ec:8125", None),
        ("usb:10ec:8168", None),
    ],
)
def test_chips_on_a_bus(tmp_path: Path, chip: str, driver: str | None) -> None:
    if driver is None:
        assert wrong(tmp_path, attached=[chip]) == [(chip, "-", "no driver matches it")]
    else:
        assert check(tmp_path, attached=[chip])[0]["driven"][chip] == driver


def test_a_chip_behind_a_hub_on_the_board(tmp_path: Path) -> None:
    """As on a Raspberry Pi 3B: the hub has numbers too, and is the bus's own."""
    usb = """usb@80 { compatible = "soc,gpio"; hub@1 { compatible = "usb424,9514";
        ethernet@1 { compatible = "usbbda,8153"; }; }; };"""
    tree = TREE.replace("pcie@50 {", usb + " pcie@50 {")
    assert check(tmp_path, tree)[0]["driven"]["usb:0bda:8153"] == "r8152"
    (tmp_path / "out").unlink()
    drivers = DRIVERS.replace("\tusb:", "\tpci:")
    assert wrong(tmp_path, tree=tree, drivers=drivers) == [
        ("usb:0bda:8153", "-", "no driver matches it")
    ]


def test_cells_in_a_volume_of_ubi(tmp_path: Path) -> None:
    """As on a board whose addresses are in one (boards.md, B4)."""
    volumes = """
        partitions { compatible = "fixed-partitions";
            ubi { compatible = "linux,ubi"; volumes { factory { nvmem-layout {
                compatible = "fixed-layout"; mac { phandle = <9>; };
            }; }; }; };
        };"""
    tree = TREE.replace("gpio@20 { compatible", "gpio@20 { nvmem-cells = <9>; compatible")
    tree = tree.replace(
        "pcie@50 {", 'nand@45 { compatible = "jedec,spi-nor";' + volumes + "}; pcie@50 {"
    )
    drivers = DRIVERS + "name\tlinux,ubi\t\nname\tfixed-layout\t\n"
    assert wrong(tmp_path, tree=tree, drivers=drivers) == [
        (
            "/soc/gpio@20",
            "soc,gpio-v2",
            "its nvmem-cells are in a volume of UBI (MTD_UBI_NVMEM)",
        )
    ]
    assert check(tmp_path, tree, drivers, "CONFIG_MTD_UBI_NVMEM=y\n")[0]["undriven"]


TABLES = r"""
struct of_device_id { char name[32]; char type[32]; char compatible[128]; const void *data; };
static const struct of_device_id spi_ids[] __attribute__((used)) = {
    { .compatible = "soc,spi" }, { .compatible = "soc,spi-v2", .data = spi_ids }, { },
};
static const struct of_device_id __of_table_clock __attribute__((used)) = { .compatible = "soc,clk" };
/* As large as a table, and none. */
static const char noise[sizeof(struct of_device_id)] __attribute__((used)) = "\x01\x02text";
struct pci_device_id {
    unsigned vendor, device, subvendor, subdevice, class, mask;
    unsigned long data;
    unsigned only;
};
static const struct pci_device_id net_ids[] __attribute__((used)) = {
    { 0x10ec, 0x8168, ~0u, ~0u, 0, 0, 7 }, { 0x10ec, ~0u, 0x1, 0x2, 0, 0 }, { 0 },
};
static const struct pci_device_id disk_ids[] __attribute__((used)) = {
    { ~0u, ~0u, ~0u, ~0u, 0x010802, 0xffffff }, { ~0u, ~0u, ~0u, ~0u, 0x0c0330, ~0u }, { 0 },
};
struct usb_device_id {
    unsigned short flags, vendor, product, low, high;
    unsigned char rest[7];
    unsigned long info;
};
static const struct usb_device_id stick_ids[] __attribute__((used)) = {
    { 3, 0x0bda, 0x8153 }, { 0x80 | 1, 0x0424, 0, 0, 0, { 0, 0, 0, 2 } }, { 0 },
};
static const struct usb_device_id usb_quirk_list[] __attribute__((used)) = {
    { 3, 0x0bda, 0x0487 }, { 0 },
};
/* Without the flag of a vendor it is none of USB. */
static const struct usb_device_id other[] __attribute__((used)) = { { 2, 0x0bda, 0x1 }, { 0 } };
static struct of_device_id empty[2] __attribute__((used));
static const char *const words[] __attribute__((used)) = { "pad", "soc,sysc", "a b,c", "palmbus" };
int main(void) { return 0; }
"""


def test_the_tables_of_a_kernel(tmp_path: Path) -> None:
    (tmp_path / "tables.c").write_text(TABLES)
    program, modinfo = tmp_path / "vmlinux", tmp_path / "modinfo"
    command = ["gcc", "-no-pie", "-fno-merge-constants", "-o", program, tmp_path / "tables.c"]
    subprocess.run(command, check=True)
    modinfo.write_bytes(b"r8169.alias=pci:v000010ECd*\0r8169.license=GPL\0spi.alias=of:N*T*Csoc\0")
    done = subprocess.run(
        [sys.executable, SCRIPTS / "match_tables.py", program, modinfo],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert [line for line in lines if not line.startswith("name")] == [
        "alias\tof:N*T*Csoc\tspi",
        "alias\tpci:v*d*sv*sd*bc01sc08i02\tdisk_ids",
        "alias\tpci:v*d*sv*sd*bc0Csc03i30\tdisk_ids",
        "alias\tpci:v000010ECd*\tr8169",
        "alias\tpci:v000010ECd00008168sv*sd*bc*sc*i*\tnet_ids",
        "alias\tusb:v0BDAp8153d*dc*dsc*dp*ic*isc*ip*in*\tstick_ids",
        "of\tsoc,clk\t__of_table_clock",
        "of\tsoc,spi\tspi_ids",
        "of\tsoc,spi-v2\tspi_ids",
    ]
    assert {"name\tsoc,sysc\t", "name\tpalmbus\t"} <= set(lines)


def test_a_module_without_an_alias_matches_once_it_is_loaded(tmp_path: Path) -> None:
    """As MT7622's radio: its driver is in the module of PCI chips, and has no alias there."""
    (tmp_path / "modules").mkdir()
    (tmp_path / "tables.c").write_text(TABLES)
    module = tmp_path / "modules" / "soc-spi.ko"
    subprocess.run(["gcc", "-c", "-o", module, tmp_path / "tables.c"], check=True)
    subprocess.run(["strip", "--strip-debug", module], check=True)
    drivers = DRIVERS.replace("of\tsoc,spi\tsoc_spi_ids\n", "")
    assert "soc,spi" in {compatible for _, compatible, _ in wrong(tmp_path, drivers=drivers)}
    found, _ = check(tmp_path, drivers=drivers, modules=["soc_spi"])
    assert "soc_spi" in found["driven"].values()


def test_a_user_sees_a_table_with_the_symbols_of_drivers(tmp_path: Path) -> None:
    hardware = advised(
        [
            Undriven("/soc/spi@10", "soc,spi", "has /soc/spi@10/flash@0"),
            Undriven("pci:1:2", "-", "x"),
        ],
        "soc,spi\tdrivers/spi/a.c\tSPI_A\nsoc,spi\tdrivers/spi/b.c\tSPI_B\nsoc,spi\tarch/c.c\t-\n",
    )
    error = HardwareError(hardware, Where(tmp_path / "device.py", 7), "the log")
    (problem,) = error.problems
    assert problem.what == "nothing in the kernel drives 2 parts of the board"
    assert problem.why == text.columns(
        [
            ("compatible", "node or chip", "why", "symbol of a driver"),
            ("soc,spi", "/soc/spi@10", "has /soc/spi@10/flash@0", "SPI_A, SPI_B"),
            ("-", "pci:1:2", "x", ""),
        ]
    )
    assert str(problem.where).endswith("device.py:7")


SOURCES = {
    "drivers/spi/Makefile": "obj-$(CONFIG_SPI_A) += spi-a.o\nspi-b-y := core.o \\\n\tparts.o\n"
    "obj-$(CONFIG_SPI_B) += spi-b.o\nspi-b-$(CONFIG_EXTRA) += extra.o\nobj-y += always.o\n",
    "drivers/spi/spi-a.c": '{ .compatible = "soc,a" }, { .compatible="soc,a2" },',
    "drivers/spi/parts.c": '\t{ .compatible = "soc,b", .data = &x },',
    "drivers/spi/extra.c": '{ .compatible = "soc,extra" }',
    "drivers/spi/always.c": 'CLK_OF_DECLARE(fixed, "soc,clock", setup);',
    "drivers/spi/spi-a.h": '{ .compatible = "soc,header" }',
}


def test_the_source_says_which_symbol_makes_a_driver(tmp_path: Path) -> None:
    for path, content in SOURCES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    command = [sys.executable, SCRIPTS / "driver_sources.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "soc,a\tdrivers/spi/spi-a.c\tSPI_A",
        "soc,a2\tdrivers/spi/spi-a.c\tSPI_A",
        "soc,b\tdrivers/spi/parts.c\tSPI_B",
        "soc,clock\tdrivers/spi/always.c\t-",
        "soc,extra\tdrivers/spi/extra.c\tEXTRA",
    ]

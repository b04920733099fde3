"""The audit's lines, joined with who asked."""

from liminix_gen.kconfig.audit import KernelAuditError, LostSymbol, lost_symbols

LOG = """\
liminix-gen-phase: configure
liminix-gen-audit: lost NFT_MASQ asked=m got=absent
liminix-gen-audit: lost HZ_250 asked=y got=n
liminix-gen-audit: lost CRC32 asked=y got=absent
liminix-gen-audit: lost NFT_MASK asked=m got=absent
liminix-gen-audit: lost CMDLINE asked="a b=c" got=""
liminix-gen-audit: parent NFT_MASQ NF_NAT
liminix-gen-audit: parent NF_NAT NETFILTER
liminix-gen-audit: parent NETFILTER NF_NAT
liminix-gen-audit: choice HZ_250 HZ_100
liminix-gen-audit: selected CRC32 BTRFS_FS
liminix-gen-audit: near NFT_MASK NFT_MASQ
liminix-gen-audit: near NFT_MASK NFT_HASH
""".splitlines()


def test_each_line_finds_its_symbol() -> None:
    symbols = lost_symbols(LOG, {"NFT_MASQ": ["firewall (hello.py:4)"]})
    assert [(one.name, one.asked, one.got, one.reason) for one in symbols] == [
        ("NFT_MASQ", "m", "absent", "needs NF_NAT, NETFILTER"),
        ("HZ_250", "y", "n", "HZ_100 is chosen instead"),
        ("CRC32", "y", "absent", "only set by others: BTRFS_FS"),
        ("NFT_MASK", "m", "absent", "no such symbol; did you mean NFT_MASQ or NFT_HASH?"),
        ("CMDLINE", '"a b=c"', '""', ""),
    ]
    assert symbols[0].askers == ("firewall (hello.py:4)",)


def test_a_log_without_lost_symbols_gives_nothing() -> None:
    assert lost_symbols(["cc1: out of memory", "liminix-gen-audit: parent A B"], {}) == ()


def test_the_table_has_a_row_for_each_asker() -> None:
    symbol = LostSymbol(
        name="NFT_MASQ", asked="m", got="n", askers=("a (x.py:1)", "b"), parents=("NF_NAT",)
    )
    error = KernelAuditError([symbol], "nix-store --read-log X")
    assert error.exit_code == 5
    assert str(error).splitlines() == [
        "the kernel did not grant 1 symbol",
        "  symbol    asked  got  asked by    why",
        "  NFT_MASQ  m      n    a (x.py:1)  needs NF_NAT",
        "                        b",
        "  hint: full log: nix-store --read-log X",
    ]

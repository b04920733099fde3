"""TCP over a line on which packets are smaller than on others."""

from liminix_gen import (
    Claim,
    KernelModule,
    Part,
    addressed,
    claim,
    leased,
    oneshot,
    without_ethernet,
    without_ip,
)

TABLES = KernelModule(
    "nf_tables",
    {
        "NETFILTER": "y",
        "NETFILTER_ADVANCED": "y",
        "NETFILTER_NETLINK": "m",
        "NF_TABLES": "m",
        "NF_TABLES_INET": "y",
        "NF_TABLES_IPV4": "y",
        "NF_TABLES_IPV6": "y",
    },
)


def clamp(ifname: str, mtu: int) -> Part:
    """Return a part ``clamp`` that tells TCP what fits; clamp.nix beside the type is this one."""
    return oneshot("clamp.nix", name="clamp", packages=("nftables",), ifname=ifname, mtu=mtu)


def clamped(ifname: str, *versions: int) -> tuple[Claim, ...]:
    """Claim an interface that a service makes for these versions of IP, and the table for it."""
    return (
        claim("the interface", ifname),
        addressed(ifname),
        *leased(ifname, *versions),
        *(without_ip(ifname, version) for version in (4, 6) if version not in versions),
        without_ethernet(ifname),
        claim("the nft table", "inet", f"clamp-{ifname}"),
    )

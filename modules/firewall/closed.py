"""What is filtered while the rules of a firewall are not loaded: all but a way in to mend them.

The table stays; its chains go in the transaction that brings the rules, and come back in the one
that takes them away. So its sets, which follow the interfaces, need not be filled again then.
"""

from collections.abc import Mapping

TABLE = "table inet closed"
_HOOKS = {"forward": "drop", "input": "drop", "output": "accept"}

# Without the first two nobody is found by IPv6; without the last, switches between forget that the
# router listens (RFC 4541).
_NEIGHBOURS = "nd-neighbor-solicit, nd-neighbor-advert, mld-listener-query"


def closed(rescue: Mapping[str, tuple[int, ...]]) -> str:
    """Return a script that filters all, whatever was there before.

    ``rescue`` are zones with the TCP ports of the router that their hosts reach.
    """
    lines = [f"{TABLE} {{"]
    lines += [f"\tset {zone} {{ type ifname; }}" for zone in rescue]
    lines += [
        f"\tchain {hook} {{ type filter hook {hook} priority filter; policy {policy}; }}"
        for hook, policy in _HOOKS.items()
    ]
    lines += ["}", "flush table inet closed"]
    # The kernel answers so before it asks the forward chain; no sysctl keeps it from that.
    lines += ["add rule inet closed output icmpv6 type nd-redirect drop"]
    rules = ['iifname "lo" accept']
    for zone, ports in rescue.items():
        rules.append(f"iifname @{zone} icmpv6 type {{ {_NEIGHBOURS} }} accept")
        rules.append(f"iifname @{zone} tcp dport {{ {', '.join(map(str, ports))} }} accept")
    lines += [f"add rule inet closed input {rule}" for rule in rules]
    return "".join(f"{line}\n" for line in lines)


def opened() -> str:
    """Return a script after which nothing is filtered but by other tables."""
    # A chain must be there to be deleted.
    chains = "".join(f"\tchain {hook} {{ }}\n" for hook in _HOOKS)
    deleted = "".join(f"delete chain inet closed {hook}\n" for hook in _HOOKS)
    return f"{TABLE} {{\n{chains}}}\n{deleted}"

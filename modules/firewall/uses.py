"""What rules of nft(8) use of Linux 6.12 besides nf_tables itself, and the modules that have it.

Sources: net/netfilter, net/ipv4/netfilter and net/ipv6/netfilter of the kernel: a file of
nf_tables says by MODULE_ALIAS_NFT_EXPR, one of a connection tracking helper by
MODULE_ALIAS_NFCT_HELPER, which request of nft it is there for. Nothing loads a module by itself on
the device, so each is named here.
"""

import re
from collections.abc import Iterable, Mapping

from liminix_gen import KernelModule

_TABLES = "NETFILTER_NETLINK NF_TABLES"
_TRACKING = f"{_TABLES} NF_CONNTRACK"
_NAT = f"{_TRACKING} NF_NAT NFT_NAT"
_REJECT = f"{_TABLES} NFT_REJECT"
_FIB = f"{_TABLES} NFT_FIB_IPV4 NFT_FIB_IPV6"
# Protocols whose connections are followed, besides TCP, UDP and ICMP.
_PROTOCOLS = "NF_CT_PROTO_DCCP NF_CT_PROTO_SCTP NF_CT_PROTO_UDPLITE"


def _module(name: str, modular: str, built_in: str = "") -> KernelModule:
    symbols = dict.fromkeys(["NETFILTER", "NETFILTER_ADVANCED", *built_in.split()], "y")
    return KernelModule(name, {**symbols, **dict.fromkeys(modular.split(), "m")})


def _ct(built_in: str = "") -> tuple[KernelModule, ...]:
    return (_module("nft_ct", f"{_TRACKING} NFT_CT", f"{_PROTOCOLS} {built_in}"),)


def _only(name: str, modular: str) -> tuple[KernelModule, ...]:
    return (_module(name, modular),)


def _helper(
    symbol: str, module: str, nat: str = "", nat_symbol: str = ""
) -> tuple[KernelModule, ...]:
    followed = (*_ct(), _module(module, f"{_TRACKING} {symbol}"))
    return (*followed, _module(nat, f"{_NAT} {symbol} {nat_symbol}")) if nat else followed


TABLES = _module("nf_tables", _TABLES, "NF_TABLES_INET NF_TABLES_IPV4 NF_TABLES_IPV6")

# The names are those that statements.py gives. What depends on the family of a table has one name
# for each: "reject ip", "reject ip6", "reject inet".
USES: Mapping[str, tuple[KernelModule, ...]] = {
    "ct": _ct(),
    "ct mark": _ct("NF_CONNTRACK_MARK"),
    "ct zone": _ct("NF_CONNTRACK_ZONES"),
    "ct label": _ct("NF_CONNTRACK_LABELS"),
    "ct event": _ct("NF_CONNTRACK_EVENTS"),
    "ct count": (*_ct(), _module("nft_connlimit", f"{_TRACKING} NFT_CONNLIMIT")),
    "fib ip": _only("nft_fib_ipv4", f"{_TABLES} NFT_FIB_IPV4"),
    "fib ip6": _only("nft_fib_ipv6", f"{_TABLES} NFT_FIB_IPV6"),
    "fib inet": _only("nft_fib_inet", f"{_FIB} NFT_FIB_INET"),
    "dup ip": _only("nft_dup_ipv4", f"{_TRACKING} NF_DUP_IPV4 NFT_DUP_IPV4"),
    "dup ip6": _only("nft_dup_ipv6", f"{_TRACKING} NF_DUP_IPV6 NFT_DUP_IPV6"),
    "flow": (
        _module("nf_flow_table", f"{_TRACKING} NF_FLOW_TABLE", "NETFILTER_INGRESS"),
        _module("nf_flow_table_inet", f"{_TRACKING} NF_FLOW_TABLE NF_FLOW_TABLE_INET"),
        _module("nft_flow_offload", f"{_TRACKING} NF_FLOW_TABLE NFT_FLOW_OFFLOAD"),
    ),
    "hash": _only("nft_hash", f"{_TABLES} NFT_HASH"),
    "limit": _only("nft_limit", f"{_TABLES} NFT_LIMIT"),
    "log": (
        _module("nft_log", f"{_TABLES} NFT_LOG"),
        _module("nf_log_syslog", "NF_LOG_SYSLOG"),
    ),
    "log group": (
        _module("nft_log", f"{_TABLES} NFT_LOG"),
        _module("nfnetlink_log", "NETFILTER_NETLINK NETFILTER_NETLINK_LOG"),
    ),
    "masquerade": _only("nft_masq", f"{_NAT} NFT_MASQ"),
    "nat": _only("nft_nat", _NAT),
    "nat chain": _only("nft_chain_nat", _NAT),
    "numgen": _only("nft_numgen", f"{_TABLES} NFT_NUMGEN"),
    "osf": _only("nft_osf", f"{_TABLES} NETFILTER_NETLINK_OSF NFT_OSF"),
    "queue": (
        _module("nft_queue", f"{_TABLES} NETFILTER_NETLINK_QUEUE NFT_QUEUE"),
        _module("nfnetlink_queue", "NETFILTER_NETLINK NETFILTER_NETLINK_QUEUE"),
    ),
    "quota": _only("nft_quota", f"{_TABLES} NFT_QUOTA"),
    "redirect": _only("nft_redir", f"{_NAT} NFT_REDIR"),
    "reject ip": _only("nft_reject_ipv4", f"{_REJECT} NFT_REJECT_IPV4"),
    "reject ip6": _only("nft_reject_ipv6", f"{_REJECT} NFT_REJECT_IPV6"),
    "reject inet": _only(
        "nft_reject_inet", f"{_REJECT} NFT_REJECT_INET NFT_REJECT_IPV4 NFT_REJECT_IPV6"
    ),
    "socket": _only("nft_socket", f"{_TABLES} NF_SOCKET_IPV4 NF_SOCKET_IPV6 NFT_SOCKET"),
    "synproxy": _only("nft_synproxy", f"{_TRACKING} NFT_SYNPROXY"),
    "tproxy": _only("nft_tproxy", f"{_TABLES} NF_TPROXY_IPV4 NF_TPROXY_IPV6 NFT_TPROXY"),
    # Helpers of connection tracking, by the type of a `helper` entry, with what NAT adds. Amanda's
    # is left out: it asks for ts_kmp while it is loaded, which no dependency says.
    "helper ftp": _helper("NF_CONNTRACK_FTP", "nf_conntrack_ftp", "nf_nat_ftp", "NF_NAT_FTP"),
    "helper Q.931": _helper("NF_CONNTRACK_H323", "nf_conntrack_h323", "nf_nat_h323", "NF_NAT_H323"),
    "helper RAS": _helper("NF_CONNTRACK_H323", "nf_conntrack_h323", "nf_nat_h323", "NF_NAT_H323"),
    "helper irc": _helper("NF_CONNTRACK_IRC", "nf_conntrack_irc", "nf_nat_irc", "NF_NAT_IRC"),
    "helper netbios-ns": _helper("NF_CONNTRACK_NETBIOS_NS", "nf_conntrack_netbios_ns"),
    "helper pptp": _helper("NF_CONNTRACK_PPTP", "nf_conntrack_pptp", "nf_nat_pptp", "NF_NAT_PPTP"),
    "helper sane": _helper("NF_CONNTRACK_SANE", "nf_conntrack_sane"),
    "helper sip": _helper("NF_CONNTRACK_SIP", "nf_conntrack_sip", "nf_nat_sip", "NF_NAT_SIP"),
    "helper snmp": _helper("NF_CONNTRACK_SNMP", "nf_conntrack_snmp"),
    "helper tftp": _helper("NF_CONNTRACK_TFTP", "nf_conntrack_tftp", "nf_nat_tftp", "NF_NAT_TFTP"),
}

# What Linux has, and the kernels of this project leave out, by the word that asks for it.
WITHOUT = {
    "cgroup": "control groups",
    "cgroupv2": "control groups",
    "classid": "classes of routes",
    "rtclassid": "classes of routes",
    "secmark": "security marks",
    "ipsec": "IPsec",
    "secpath": "IPsec",
    "xt": "iptables",
    "tunnel": "tunnels of nf_tables",
    "audit": "audit",
}


def modules_of(uses: Iterable[str]) -> tuple[KernelModule, ...]:
    """Return the kernel modules behind uses, nf_tables first, each with all of its symbols."""
    symbols: dict[str, Mapping[str, str]] = {}
    for module in (TABLES, *(module for use in sorted(uses) for module in USES[use])):
        symbols[module.name] = {**symbols.get(module.name, {}), **module.symbols}
    return tuple(KernelModule(name, found) for name, found in symbols.items())


def expressions_of(uses: Iterable[str]) -> tuple[str, ...]:
    """Return the kernel's names of what the modules behind uses have."""
    modules = [module.name for use in uses for module in USES[use]]
    names = {match[1] for name in modules if (match := re.match("nft_(flow_offload|[a-z]+)", name))}
    return tuple(sorted(names | ({"notrack"} if "ct" in names else set())))

"""The words of nft(8): what a rule looks at, and the statements that act."""

from collections.abc import Mapping

from attrs import frozen


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Headers, each followed by one of its fields (or by an expression, inside of a tunnel).
HEADERS = _words(
    """ether vlan arp ip icmp igmp ip6 icmpv6 tcp udp udplite sctp dccp ah esp comp th
    hbh rt rt0 rt2 rt4 srh frag dst mh exthdr gre gretap geneve vxlan"""
)
TUNNELS = _words("gre gretap geneve vxlan")
# Parts of a header that come with a name of their own, and perhaps a field of it.
OPTIONS = _words("option chunk")
# What `meta` looks at, where that word may be left out.
META = _words(
    """mark iif iifname iiftype oif oifname oiftype skuid skgid nftrace pkttype cpu iifgroup
    oifgroup time day hour length protocol nfproto l4proto priority random iifkind oifkind sdif
    sdifname cgroup rtclassid secmark ipsec secpath"""
)
FIELDS = _words(
    """saddr daddr type id dei cfi pcp htype ptype hlen plen operation version hdrlength dscp ecn
    length frag-off ttl protocol checksum code sequence gateway mtu mrt group flowlabel nexthdr
    hoplimit parameter-problem packet-too-big max-delay taddr sport dport ackseq doff reserved flags
    window urgptr csumcov vtag spi cpi more-fragments reserved2 seg-left tag sid last-entry option
    chunk nexthop classid ipsec state status direction mark zone label bytes packets avgpkt helper
    expiration original reply proto-src proto-dst l3proto"""
)
JOINERS = _words(". , - / : & | ^ << >> == != < > <= >= = + map vmap and or xor lshift rshift") | (
    _words("eq ne lt gt le ge")
)
# What joins expressions to one that is then compared.
CONCATENATING = _words(". & | ^ << >> and or xor lshift rshift")
# Bits of a packet, by where they are.
RAW = ("@ll", "@nh", "@th", "@ih")
CT_USES = {word: f"ct {word}" for word in ("mark", "zone", "label", "event", "count")}


@frozen(kw_only=True)
class Action:
    """A statement that acts: what it uses, and where the kernel lets it stand.

    ``use`` is a name of uses.py; ``by_family``: with the family of the table behind it. ``options``
    are the words that may follow, ``before_words`` those of them that a word of the user's follows.
    Without ``chains`` it may stand in chains of any type, without ``hooks`` at any hook (the
    functions nft_*_validate in net/netfilter of the kernel).
    """

    use: str = ""
    by_family: bool = False
    options: frozenset[str] = frozenset()
    before_words: frozenset[str] = frozenset()
    chains: frozenset[str] = frozenset()
    hooks: frozenset[str] = frozenset()


_UNITS = _words("packets bytes kbytes mbytes second minute hour day week")
_NAT = _words("ip ip6 addr port prefix interval . to random fully-random persistent")

ACTIONS: Mapping[str, Action] = {
    **dict.fromkeys(("accept", "drop", "continue", "return"), Action()),
    **dict.fromkeys(("jump", "goto"), Action()),
    "add": Action(),
    "comment": Action(),
    "counter": Action(options=_UNITS),
    "delete": Action(),
    "dnat": Action(
        use="nat", options=_NAT, chains=_words("nat"), hooks=_words("prerouting output")
    ),
    "dup": Action(
        use="dup", by_family=True, options=_words("to device"), before_words=_words("device")
    ),
    "flow": Action(use="flow", chains=_words("filter"), hooks=_words("forward")),
    "last": Action(options=_words("used never")),
    "limit": Action(use="limit", options=_UNITS | _words("rate over until burst")),
    "log": Action(
        before_words=_words("prefix level"),
        options=_words(
            """prefix group snaplen queue-threshold level flags emerg alert crit err warn notice
            info debug tcp sequence options ip skuid ether all"""
        ),
    ),
    "masquerade": Action(
        use="masquerade", options=_NAT, chains=_words("nat"), hooks=_words("postrouting")
    ),
    "meter": Action(),
    "notrack": Action(use="ct"),
    "queue": Action(use="queue", options=_words("num to flags bypass fanout")),
    "quota": Action(use="quota", options=_UNITS | _words("over until used")),
    "redirect": Action(
        use="redirect", options=_NAT, chains=_words("nat"), hooks=_words("prerouting output")
    ),
    "reject": Action(use="reject", by_family=True, hooks=_words("prerouting input forward output")),
    "reset": Action(),
    "snat": Action(
        use="nat", options=_NAT, chains=_words("nat"), hooks=_words("postrouting input")
    ),
    "synproxy": Action(
        use="synproxy",
        options=_words("mss wscale timestamp sack-perm"),
        hooks=_words("input forward"),
    ),
    "tproxy": Action(use="tproxy", options=_words("ip ip6 to"), hooks=_words("prerouting")),
    "update": Action(),
}

# Expressions, too, the kernel lets stand at some hooks only: nft_fib_validate() and the like.
_RECEIVED = _words("prerouting input forward")
PLACED: Mapping[str, Action] = {
    **ACTIONS,
    "fib with iif": Action(hooks=_RECEIVED),
    "fib with oif": Action(hooks=_words("forward output postrouting")),
    "fib for an interface": Action(hooks=_RECEIVED),
    "meta pkttype set": Action(hooks=_words("prerouting")),
    "osf": Action(hooks=_RECEIVED),
    "rt mtu": Action(hooks=_words("forward output postrouting")),
    "sdif": Action(hooks=_words("input forward")),
    "socket": Action(hooks=_words("prerouting input output")),
}

# The one table of flows there is.
FLOWTABLE = "offloaded"

# Statements that an element of a set may hold.
OF_ELEMENTS = _words("counter limit quota jump goto last")
OPTION_FIELDS = _words(
    """size kind length left right tsval tsecr count sack0 sack1 sack2 sack3 addr ptr type value
    tsn stream ssn ppid initial-tsn num-outbound-streams init-tag a-rwnd cum-tsn-ack
    num-gap-ack-blocks num-dup-tsns gap-ack-blocks dup-tsn lowest-tsn seqno new-cum-tsn subtype
    flags"""
)
# Words that are actions where a statement begins, and values behind `ct status` or `type`.
VALUES = _words("snat dnat redirect")

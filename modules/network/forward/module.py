"""Packets between interfaces."""

from collections.abc import Iterator

from liminix_gen import Needs, Part, Service, oneshot, parameter, service_type, setting, values


@service_type
class Forward(Service):
    """Let the kernel pass packets from one interface to another while the service is up.

    If there is a firewall it decides which, and passes none until its rules are loaded.
    """

    enable_ipv4: bool = parameter(
        values.Boolean(), "whether IPv4 packets are passed", default=True, example=False
    )
    enable_ipv6: bool = parameter(
        values.Boolean(), "whether IPv6 packets are passed", default=True, example=False
    )

    def check(self) -> Iterator[str]:
        if not self.enable_ipv4 and not self.enable_ipv6:
            yield "enable_ipv4 and enable_ipv6 are both False, so nothing is left to do"

    @property
    def _families(self) -> tuple[str, ...]:
        families = (("ipv4", self.enable_ipv4), ("ipv6", self.enable_ipv6))
        return tuple(family for family, enabled in families if enabled)

    def needs(self) -> Needs:
        return Needs(
            claims=tuple(setting(f"net/{one}/conf/all/forwarding") for one in self._families)
        )

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("forward.nix", families=self._families),)

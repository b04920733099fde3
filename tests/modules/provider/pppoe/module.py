"""PPPoE of a provider: pppoe-server of Roaring Penguin, with pppd."""

from liminix_gen import (
    INTERFACE,
    KernelModule,
    KernelNeeds,
    Needs,
    Part,
    Service,
    link,
    longrun,
    parameter,
    service_type,
    text_file,
    values,
)


@service_type
class Pppoe(Service):
    """Take sessions of the users in /run/provider/secrets, with the options in /run/provider/ppp."""

    KERNEL = KernelNeeds(modules=(KernelModule("pppoe", {"PPP": "m", "PPPOE": "m"}),))

    interface: Service = parameter(INTERFACE, "where to listen", example="line")
    options: str = parameter(values.Lines(), "options of pppd(8)", example="require-chap\n")
    secrets: str = parameter(values.Lines(), "as in chap-secrets", example="user * password *\n")

    def needs(self) -> Needs:
        script = (
            "#!/bin/sh\nPATH=/bin:/sbin\n"
            'ip -6 route replace 2001:2::/48 dev "$1" metric 10\n'
            "services restart dhcp6-ppp radvd\n"
        )
        return Needs(
            kernel_modules=self.KERNEL.modules,
            files=(
                link("/etc/ppp/pap-secrets", "/run/provider/secrets"),
                link("/etc/ppp/chap-secrets", "/run/provider/secrets"),
                text_file("/etc/ppp/ipv6-up", script, mode="0755"),
            ),
        )

    def parts(self) -> tuple[Part, ...]:
        return (
            longrun(
                "pppoe.nix",
                packages=("openssl-without-legacy", "ppp", "rp-pppoe"),
                interface=self.interface,
                options=self.options,
                secrets=self.secrets,
            ),
        )

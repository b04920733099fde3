"""L2TP of a provider: xl2tpd as a server, with pppd."""

from liminix_gen import (
    INTERFACE,
    KernelModule,
    KernelNeeds,
    Needs,
    PackagePath,
    Part,
    Service,
    link,
    longrun,
    parameter,
    service_type,
    values,
)


@service_type
class L2tp(Service):
    """Take sessions of the users in /run/provider/secrets, with the options in /run/provider/l2tp."""

    KERNEL = KernelNeeds(
        modules=(
            KernelModule("l2tp_ppp", {"PPP": "m", "PPPOE": "m", "L2TP": "m", "PPPOL2TP": "m"}),
        )
    )

    interface: Service = parameter(INTERFACE, "which it needs", example="line")
    options: str = parameter(values.Lines(), "options of pppd(8)", example="require-chap\n")
    secrets: str = parameter(values.Lines(), "as in chap-secrets", example="user * password *\n")

    def needs(self) -> Needs:
        return Needs(
            kernel_modules=self.KERNEL.modules,
            packages=("ppp",),
            files=(
                link("/etc/ppp/pap-secrets", "/run/provider/secrets"),
                link("/etc/ppp/chap-secrets", "/run/provider/secrets"),
                link("/usr/lib/pppd", PackagePath("ppp", "lib/pppd")),
            ),
        )

    def parts(self) -> tuple[Part, ...]:
        return (
            longrun(
                "l2tp.nix",
                packages=("openssl-without-legacy", "xl2tpd"),
                interface=self.interface,
                options=self.options,
                secrets=self.secrets,
            ),
        )

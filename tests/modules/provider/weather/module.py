"""What befalls a line."""

from liminix_gen import KernelModule, KernelNeeds, Needs, Part, Service, oneshot, service_type


@service_type
class Weather(Service):
    """Have `tc` with netem on the login path, for lines that lose packets, and `nft`."""

    KERNEL = KernelNeeds(
        modules=(
            KernelModule("sch_netem", {"NET_SCH_NETEM": "m"}),
            KernelModule(
                "nf_tables",
                {
                    "NETFILTER": "y",
                    "NETFILTER_ADVANCED": "y",
                    "NETFILTER_NETLINK": "m",
                    "NF_TABLES": "m",
                    "NF_TABLES_IPV4": "y",
                },
            ),
        )
    )

    def needs(self) -> Needs:
        return Needs(kernel_modules=self.KERNEL.modules, packages=("iproute2", "nftables"))

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("weather.nix"),)

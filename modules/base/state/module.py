"""What outlives a boot."""

from liminix_gen import (
    KernelModule,
    KernelNeeds,
    Needs,
    Part,
    Service,
    claim,
    directory,
    oneshot,
    parameter,
    service_type,
    values,
)


@service_type
class State(Service):
    """Keep host keys, leases, the clock and a random seed, in /state.

    With a label that is a partition (`config.state`), found by the label, which holds an ext4 file
    system; without one it is a folder of a writable root. The state of a service lies
    below /run/services/state, which then leads there. The clock never goes back behind the last
    shutdown, and the random numbers of a boot do not start from nothing.
    """

    EXAMPLE = None

    KERNEL = KernelNeeds(modules=(KernelModule("ext4", {"EXT4_FS": "m"}),))

    label: str | None = parameter(
        values.Optional(values.PARTITION_LABEL),
        "label of the partition's file system (mke2fs(8), option -L)",
        default=None,
        example="state",
    )

    def needs(self) -> Needs:
        return Needs(
            kernel_modules=() if self.label is None else self.KERNEL.modules,
            files=(directory("/state"),),
            claims=(claim("the state"),),
        )

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("state.nix", label=self.label, up_timeout_ms=60_000),)

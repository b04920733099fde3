"""What outlives a boot."""

from liminix_gen import (
    KernelModule,
    Needs,
    Part,
    Service,
    directory,
    oneshot,
    parameter,
    service_type,
    values,
)


@service_type
class State(Service):
    """Keep host keys, leases, the clock and a random seed on a partition (`config.state`).

    The partition is found by its label, holds an ext4 file system, and is mounted on /state. The
    state of a service lies below /run/services/state, which then leads there. The clock never
    goes back behind the last shutdown, and the random numbers of a boot do not start from nothing.
    """

    label: str = parameter(
        values.PARTITION_LABEL,
        "label of the partition's file system (mke2fs(8), option -L)",
        example="state",
    )

    def needs(self) -> Needs:
        return Needs(
            kernel_modules=(KernelModule("ext4", {"EXT4_FS": "m"}),),
            files=(directory("/state"),),
        )

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("state.nix", label=self.label, up_timeout_ms=60_000),)

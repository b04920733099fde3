"""Another kernel without a restart of the board."""

from liminix_gen import KernelNeeds, Needs, Part, Service, oneshot, service_type


@service_type
class Kexec(Service):
    """Let `liminix-gen kexec` start another image on the board, from its memory (kexec(8)).

    Nothing is written to the flash: switched off and on, the board starts what is there. What
    `kexec -l` has loaded by other means is also what `reboot` starts, once the services are down.
    """

    KERNEL = KernelNeeds(on_request={"KEXEC": "whoever is root on the board may start any kernel"})

    def needs(self) -> Needs:
        return Needs(
            kernel_symbols={"KEXEC": "y"}, packages=("kexec-tools",), outputs=("kexecboot",)
        )

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("kexec.nix"),)

"""An ordinary PC with a 64-bit processor, and a virtual machine of that kind."""

from collections.abc import Mapping

from liminix_gen import (
    CrossSystem,
    Device,
    KernelBuild,
    Qemu,
    Root,
    Service,
    ServiceNamespace,
)

from ..families import common
from ..families.common import built_in
from ..families.qemu import VIRTIO

_PROCESSOR = {
    # A set of processors is one word.
    **common.processors(64),
    **built_in("""
        64BIT SCHED_MC SCHED_MC_PRIO
        MTRR X86_PAT X86_MCE X86_MCE_AMD X86_MCE_INTEL X86_X2APIC
        MICROCODE
        CPU_FREQ CPU_FREQ_DEFAULT_GOV_SCHEDUTIL X86_INTEL_PSTATE X86_AMD_PSTATE X86_ACPI_CPUFREQ
        CPU_IDLE CPU_IDLE_GOV_MENU INTEL_IDLE
        THERMAL X86_PKG_TEMP_THERMAL HWMON SENSORS_CORETEMP SENSORS_K10TEMP
    """),
    # Small is for flash: memory and disks are not, and unpacking takes a moment only.
    "KERNEL_GZIP": "y",
}

# What the BIOS or UEFI says of the machine; microcode comes as an initramfs.
_MACHINE = (
    common.CLOCK
    | common.PCI
    | built_in("""
    ACPI ACPI_BUTTON ACPI_FAN ACPI_PROCESSOR ACPI_THERMAL DMI DMIID
    EFI EFI_STUB EFI_HANDOVER_PROTOCOL EFIVAR_FS BLK_DEV_INITRD
    PCI_MMCONFIG PCI_MSI PCIEPORTBUS PCIEASPM
    IOMMU_SUPPORT INTEL_IOMMU IRQ_REMAP X86_PM_TIMER RTC_DRV_CMOS RTC_INTF_DEV
""")
)

# As a guest of KVM: its clock, its way to wait, and virtio.
_GUEST = {
    **VIRTIO,
    **built_in("""
        HYPERVISOR_GUEST PARAVIRT KVM_GUEST HALTPOLL_CPUIDLE PTP_1588_CLOCK PTP_1588_CLOCK_KVM
        SCSI_LOWLEVEL SCSI_VIRTIO VIRTIO_PCI
    """),
}

# The serial port, and a screen with a keyboard: text of the BIOS, or the picture of UEFI.
_CONSOLE = built_in("""
    SERIAL_8250 SERIAL_8250_CONSOLE SERIAL_8250_PNP SERIAL_8250_PCI
    VT VT_CONSOLE VGA_CONSOLE FB FB_EFI FRAMEBUFFER_CONSOLE
    INPUT INPUT_EVDEV INPUT_KEYBOARD KEYBOARD_ATKBD SERIO SERIO_I8042
    HID_SUPPORT HID HID_GENERIC USB_HID
""")

_DISKS = built_in("""
    EFI_PARTITION MSDOS_PARTITION
    BLK_DEV BLK_DEV_NVME
    SCSI BLK_DEV_SD ATA ATA_ACPI SATA_AHCI ATA_SFF ATA_BMDMA ATA_PIIX
    MMC MMC_BLOCK MMC_SDHCI MMC_SDHCI_PCI MMC_SDHCI_ACPI
    USB_SUPPORT USB USB_PCI USB_PCI_AMD USB_STORAGE USB_UAS
    USB_XHCI_HCD USB_EHCI_HCD USB_EHCI_TT_NEWSCHED USB_OHCI_HCD USB_OHCI_HCD_PCI USB_UHCI_HCD
    VFAT_FS NLS NLS_CODEPAGE_437 NLS_ISO8859_1
""")

_NETWORK = common.SOCKETS | built_in("""
    NET_VENDOR_INTEL E1000 E1000E IGB IGC IXGBE
    NET_VENDOR_REALTEK R8169
""")

_WATCHDOGS = {
    **common.WATCHDOG,
    **built_in("I6300ESB_WDT ITCO_WDT LPC_ICH I2C I2C_I801 SP5100_TCO WDAT_WDT"),
}

_SYMBOLS = {
    **_PROCESSOR,
    **_MACHINE,
    **_GUEST,
    **_CONSOLE,
    **_DISKS,
    **_NETWORK,
    **_WATCHDOGS,
}


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    return {
        "lan": service.network.link.build(ifname="eth0"),
        "wan": service.network.link.build(ifname="eth1"),
    }


device = Device(
    description="PC with a 64-bit processor, or a virtual machine",
    about="""
Mini PCs, old desktops, and virtual machines. The kernel has what such machines start from and are
reached by: NVMe, AHCI, IDE, SD and eMMC, USB storage, virtio; network cards of Intel (e1000,
e1000e, igb, igc, ixgbe), Realtek (r8169) and virtio; the watchdogs of Intel, AMD, ACPI and QEMU. It
starts under BIOS and UEFI, without Secure Boot. **It was seen in QEMU alone, on no hardware**, and
there without igb, igc, ixgbe and r8169.

- `lan` is `eth0` and `wan` is `eth1`, as the kernel numbers the cards: those of one driver in the
  order of their places on the PCI bus. Where cards have several drivers, or one may be missing,
  name a card by its place, which `ls -l /sys/class/net` shows, in place of the board's:
  `service.network.link.build(ifname="wan", devpath="/devices/pci0000:00/0000:00:03.0")`
- The console is the first serial port, at 115200 baud. A screen shows what the kernel says, and
  takes no commands.
- `config.state = "state"` adds a partition of 64 MiB for the state. Without it, and with the
  squashfs root, the disk is only read, and host key and leases change with each boot.
- The image gives the processor its newest microcode, of Intel and AMD. It is not free: the debian
  set takes it from `intel-microcode` and `amd64-microcode`, and `--without non-free-firmware` does
  without.
- Images for this board are built on a PC: GRUB's parts are programs of one.
""",
    install="""
Run `liminix-gen build CONFIG --output gptimage`. `result/disk.img` is a whole disk, which
starts under BIOS and UEFI.

1. Copy it to a USB stick, whose content is lost; `lsblk` shows which device that is:

       sudo dd if=result/disk.img of=/dev/sdX bs=4M conv=fsync status=progress

2. Start the PC from the stick, with Secure Boot off. This is the router already: it can stay so.
3. To have it on the PC's own disk, start any Linux there and copy the same image to that disk. Then
   remove the stick: the kernel looks for the root by a name that both have.

The partition table ends with the image, not with the disk, and the kernel warns of that:
`sgdisk -e /dev/sdX` moves the end.

For a virtual machine, build `outputs.qcow2`. Its `disk.qcow2` goes on virtio, NVMe, SATA or IDE;
two network cards are the LAN and the WAN. By hand, with a copy that can be written:

       cp --no-preserve=mode result/disk.qcow2 router.qcow2
       qemu-system-x86_64 -machine q35,accel=kvm:tcg -cpu max -m 256 -nographic \\
         -drive file=router.qcow2,if=virtio \\
         -nic hubport,hubid=0,model=virtio-net-pci -nic user,model=virtio-net-pci
""",
    cross=CrossSystem(config="x86_64-unknown-linux-musl"),
    kernel=KernelBuild(architecture="x86", image="arch/x86/boot/bzImage", symbols=_SYMBOLS),
    console="ttyS0",
    # A disk on USB is found later than the root is looked for.
    command_line=("console=tty0", "console=ttyS0,115200", "rootwait"),
    roots={"squashfs": Root(device="/dev/vda"), "ext4": Root(device="/dev/vda")},
    network_interfaces=_network_interfaces,
    boot_firmware=dict.fromkeys(
        ("amd-ucode-firmware", "intel-ucode-firmware"),
        "processors keep the microcode of the machine",
    ),
    outputs={"gptimage": {}, "qcow2": {}, "vmroot": {}},
    default_output="gptimage",
    qemu=Qemu(
        executable="qemu-system-x86_64",
        machine="q35",
        cpu="max",
        memory_mib=256,
        network="virtio-net-pci",
        block="virtio-blk-pci",
        random="virtio-rng-pci",
        options=("-device", "i6300esb"),
        kvm_host="x86_64",
    ),
)

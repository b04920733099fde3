/**
  A whole disk for a PC: a directory with `disk.img` and `manifest.json`.

  The disk has a GUID partition table with the partitions bios, where GRUB is
  for a BIOS; efi, a FAT file system with GRUB for UEFI, its configuration, and
  the kernel, which has room for a second kernel, and the processors' microcode;
  root; and state, an empty
  ext4 with the label that the configuration gives it.

  The kernel knows the root by the name of its partition, which is made of its
  content: another disk in the same machine is not taken for it.

  # Inputs

  `board`
  : `state`, the label of the partition with the state, if there is to be one;
    `firmware`, packages with the microcode of processors

  `commandLine`
  : the kernel's, where root= is that of this disk; what GRUB would read
    otherwise than the kernel is refused

  `bootBytes`, `stateBytes`
  : sizes of the partitions efi and state

  `sizeBytes`
  : what the disk holds, if that is known
*/
{
  board,
  buildPackages,
  commandLine,
  kernel,
  lib,
  rootfs,
  runCommand,
  scripts,
  bootBytes ? 67108864,
  sizeBytes ? null,
  stateBytes ? 67108864,
}:
let
  mebibyte = 1048576;
  sector = 512;

  # The primary table is 34 sectors long, the backup 33.
  startBytes = 34 * sector;
  biosBytes = mebibyte - startBytes;

  # Without the root that the kernel has elsewhere.
  words =
    if builtins.match "[[:alnum:] _.,:/=@%+-]*" commandLine == null then
      throw "${board.name}: the command line `${commandLine}` holds what GRUB would read otherwise"
    else
      lib.filter (word: !(lib.hasPrefix "root=" word)) (lib.splitString " " commandLine);

  microcode = board.firmware or [ ];

  part = name: file: {
    inherit name file;
    padBytes = mebibyte;
  };

  menu =
    module:
    lib.concatStringsSep " " [
      module
      "configfile"
      "echo"
      "fat"
      "linux"
      "minicmd"
      "normal"
      "part_gpt"
      "reboot"
      "serial"
      "sleep"
      "terminal"
      "test"
    ];
in
runCommand "gptimage"
  {
    inherit microcode;

    layout = builtins.toJSON {
      device = board.name;
      holder = "disk, but for its last MiB";
      unit = "MiB";
      sizeBytes = if sizeBytes == null then null else sizeBytes - mebibyte;
      inherit startBytes;
      remedy = "a larger disk (sizeBytes of the board's gptimage), less room for kernels (bootBytes) or state (stateBytes), or a smaller root";
      parts = [
        {
          name = "bios";
          file = "core.img";
          padBytes = biosBytes;
          limitBytes = biosBytes;
        }
        (part "efi" "efi.img")
        (part "root" "${rootfs}")
      ]
      ++ lib.optional (board ? state) (part "state" "state.img");
    };

    # A screen is there, or a serial port, or both. UEFI itself may copy one to the other.
    grub = ''
      set timeout=2
      if [ "$grub_platform" = pc ]; then
        if serial --unit=0 --speed=115200; then
          terminal_input console serial
          terminal_output console serial
        fi
      fi
      set gfxpayload=keep

      menuentry "Linux" {
        linux /kernel-a ${lib.concatStringsSep " " words} root=PARTLABEL=@root@
        ${lib.optionalString (microcode != [ ]) "initrd /microcode.cpio"}
      }
    '';

    passAsFile = [
      "grub"
      "layout"
    ];
    nativeBuildInputs = [
      buildPackages.cpio
      buildPackages.dosfstools
      buildPackages.e2fsprogs
      buildPackages.grub2
      buildPackages.grub2_efi
      buildPackages.mtools
      buildPackages.python3
    ];
  }
  ''
    # The parts of GRUB that are not programs lie beside the programs.
    platform() {
      (
        IFS=:
        for folder in $PATH; do
          if [ -d "$folder/../lib/grub/$1" ]; then
            echo "$folder/../lib/grub/$1"
            exit
          fi
        done
        echo "there is no GRUB for $1" >&2
        exit 1
      )
    }
    bios=$(platform i386-pc)
    efi=$(platform x86_64-efi)
    # The disk that GRUB comes from, whatever number it has.
    grub-mkimage -d "$bios" -O i386-pc -p '(,gpt2)/grub' -o core.img ${menu "biosdisk"}
    grub-mkimage -d "$efi" -O x86_64-efi -p /grub -o BOOTX64.EFI ${menu "efi_gop"}
    cp --no-preserve=mode "$bios/boot.img" boot.img
    python3 ${./grub-bios.py} boot.img core.img ${toString (startBytes / sector)}

    root=$(python3 ${./gpt-partitions.py} label root ${rootfs})
    sed "s/@root@/$root/" "$grubPath" >grub.cfg
    export MTOOLS_SKIP_CHECK=1 SOURCE_DATE_EPOCH=315532800 # FAT begins with 1980
    truncate -s ${toString bootBytes} efi.img
    mkfs.vfat -F 32 -s 1 -i 4c4d5833 -n BOOT --invariant efi.img >&2
    mmd -i efi.img ::EFI ::EFI/BOOT ::grub
    mcopy -i efi.img BOOTX64.EFI ::EFI/BOOT/BOOTX64.EFI
    mcopy -i efi.img grub.cfg ::grub/grub.cfg
    mcopy -i efi.img ${kernel}/kernel ::kernel-a
    ${lib.optionalString (microcode != [ ]) ''
      mkdir -p early/kernel/x86/microcode
      for package in $microcode; do
        cp --no-preserve=mode "$package"/lib/firmware/*.bin early/kernel/x86/microcode
      done
      find early -exec touch -d @0 {} +
      (cd early && find . -mindepth 1 | LC_ALL=C sort |
        cpio -o -H newc --quiet --reproducible -R 0:0) >microcode.cpio
      mcopy -i efi.img microcode.cpio ::microcode.cpio
    ''}
    cp efi.img with-two.img
    if ! mcopy -i with-two.img ${kernel}/kernel ::kernel-b; then
      echo "${board.name}: the partition efi has no room for two kernels of $(stat -L -c %s ${kernel}/kernel) bytes: give it more (bootBytes)" >&2
      exit 1
    fi
    ${lib.optionalString (board ? state) ''
      export E2FSPROGS_FAKE_TIME=1
      identifier=4c4d5834-0000-4000-8000-000000000001
      mke2fs -q -t ext4 -m 0 -L ${lib.escapeShellArg board.state} -U "$identifier" \
        -E hash_seed="$identifier",lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0 \
        state.img ${toString (stateBytes / 1024)}k
    ''}
    python3 ${scripts.flash-layout} "$layoutPath" ${rootfs.closure} disk.img manifest.json
    python3 ${./gpt-partitions.py} write disk.img manifest.json boot.img
    mkdir "$out"
    cp --sparse=always disk.img "$out"
    cp manifest.json "$out"
  ''

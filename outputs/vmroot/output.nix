/**
  All that QEMU needs to boot a root: `kernel`, `rootfs`, `command-line`,
  `closure.json`; with a `qemu` command also `machine.json`, the command and
  the facts of the root as JSON, and `run.sh`, which gives its console.

  QEMU has a copy of a writable root. run.sh makes it, as root.img
  in the folder where it is started, and keeps one that is there.

  # Inputs

  `commandLine`
  : the kernel's

  `qemu`
  : program and arguments; @kernel@, @rootfs@ and @command-line@ stand for
    the files and for the text, @accelerators@ for what accelerates QEMU on the
    machine where it runs. An empty list: none.

  `board`
  : `root`: a file system that is not read-only lies `flashOffsetBytes` into
    a flash, or at the start of a disk, of which it can have `sizeBytes`
*/
{
  board,
  commandLine,
  kernel,
  lib,
  qemu,
  rootfs,
  runCommand,
  sh,
  kernel-image ? null,
  ubi ? null,
}:
let
  # A UBIFS lies in a volume of UBI.
  image = if board.root.type == "ubifs" then ubi else rootfs;

  # An ELF file takes the device tree with it, and that has the command line.
  started = if board ? boot && board.boot.format == "elf" then kernel-image else "${kernel}/kernel";

  writable = board.root.type != "squashfs";
  offset = toString (board.root.flashOffsetBytes or 0);

  # An erased flash reads 0xff.
  copy = ''
    blank() {
      head -c "$1" /dev/zero | tr '\000' '\377'
    }
    if [ ! -e root.img ]; then
      {
        blank ${offset}
        cat "$here/rootfs"
        ${lib.optionalString (board.root ? sizeBytes)
          "blank $((${toString board.root.sizeBytes} - $(wc -c <\"$here/rootfs\")))"
        }
      } >root.img.new
      mv root.img.new root.img
    fi
  '';

  accelerated = lib.any (lib.hasSuffix "=@accelerators@") qemu;

  # KVM runs a processor of the same kind alone, and at its speed if that can virtualize.
  accelerators = ''
    accelerators=tcg
    if [ "$(uname -m)" != ${lib.removePrefix "qemu-system-" (lib.head qemu)} ] ||
      ! grep -Eqw 'vmx|svm' /proc/cpuinfo; then
      :
    elif [ -r /dev/kvm ] && [ -w /dev/kvm ]; then
      accelerators=kvm:tcg
    elif [ -e /dev/kvm ]; then
      echo "no permission to open /dev/kvm: the guest runs many times slower without KVM" >&2
      echo 'hint: sudo usermod -aG kvm "$USER", and a new login' >&2
    fi
  '';

  # An argument of QEMU as a word of shell, with the files' places filled in at run time.
  argument =
    string:
    builtins.replaceStrings
      [
        "@kernel@"
        "@rootfs@"
        "@command-line@"
        "@accelerators@"
      ]
      [
        "'\"$here/kernel\"'"
        (if writable then "root.img" else "'\"$here/rootfs\"'")
        "'\"$(cat \"$here/command-line\")\"'"
        "'\"$accelerators\"'"
      ]
      (sh.word string);
in
runCommand "vmroot"
  {
    inherit commandLine;
    machine = builtins.toJSON {
      inherit qemu;
      inherit (board) root;
    };
    run = lib.optionalString (qemu != [ ]) ''
      #!/bin/sh
      # Boots this image in QEMU with its console on this terminal.
      set -eu
      here=$(cd "$(dirname "$0")" && pwd -P)
      ${lib.optionalString writable copy}${lib.optionalString accelerated accelerators}
      exec ${lib.concatMapStringsSep " \\\n  " argument qemu} "$@"
    '';
    passAsFile = [
      "machine"
      "run"
    ];
  }
  ''
    mkdir "$out"
    cd "$out"
    ln -s ${started} kernel
    ln -s ${image} rootfs
    ln -s ${rootfs.closure} closure.json
    printf '%s\n' "$commandLine" >command-line
    if [ -s "$runPath" ]; then
      cp "$runPath" run.sh
      chmod +x run.sh
      cp "$machinePath" machine.json
    fi
  ''

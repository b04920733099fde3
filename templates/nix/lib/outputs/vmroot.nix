/**
  All that QEMU needs to boot a root from a virtio disk: `kernel`, `rootfs`,
  `command-line`, `closure.json`; with a `qemu` command also `machine.json`,
  the command as JSON, and `run.sh`, which gives its console.

  # Inputs

  `commandLine`
  : the kernel's

  `qemu`
  : program and arguments; @kernel@, @rootfs@ and @command-line@ stand for
    the files and for the text. An empty list: none.
*/
{
  board,
  commandLine,
  kernel,
  kernel-image,
  lib,
  qemu,
  rootfs,
  runCommand,
}:
let
  # An ELF file takes the device tree with it, and that has the command line.
  started = if board ? boot && board.boot.format == "elf" then kernel-image else "${kernel}/kernel";

  # One word of a shell script, whatever is in it.
  quoted = string: "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] string}'";

  # The same for QEMU's arguments, with the files' places filled in at run time.
  argument =
    string:
    builtins.replaceStrings
      [
        "@kernel@"
        "@rootfs@"
        "@command-line@"
      ]
      [
        "'\"$here/kernel\"'"
        "'\"$here/rootfs\"'"
        "'\"$(cat \"$here/command-line\")\"'"
      ]
      (quoted string);
in
runCommand "vmroot"
  {
    inherit commandLine;
    machine = builtins.toJSON { inherit qemu; };
    run = lib.optionalString (qemu != [ ]) ''
      #!/bin/sh
      # Boots this image in QEMU with its console on this terminal.
      set -eu
      here=$(cd "$(dirname "$0")" && pwd -P)
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
    ln -s ${rootfs} rootfs
    ln -s ${rootfs.closure} closure.json
    printf '%s\n' "$commandLine" >command-line
    if [ -s "$runPath" ]; then
      cp "$runPath" run.sh
      chmod +x run.sh
      cp "$machinePath" machine.json
    fi
  ''

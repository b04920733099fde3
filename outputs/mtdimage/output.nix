/**
  What is written to a NOR flash: a directory with `firmware.bin`, the kernel
  and the root, each padded to the erase block, and `manifest.json`, where each
  lies. Larger than the flash, it fails.

  If U-Boot is known well enough, also the script that fetches firmware.bin
  by TFTP, checks it and writes it: as text (`flash.cmd`) and for U-Boot's
  `source` (`flash.scr.uimg`); and for a kernel in no form of its own, the
  variables that start it out of flash (`environment.txt`, name=value), which
  the script saves.

  # Inputs

  `board`
  : `flash`: address, size and erase block of the partition that holds both;
    `flash.kernelBytes`, if the root has a fixed place behind the kernel;
    `flash.rootDevice`, root= from there, if the board's root is elsewhere.
    `tftp`: where in memory a file to be written can be fetched to

  `commandLine`
  : the kernel's; the boot loader gets it with a kernel in no form of its own
    (`boot.format` "raw")
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
  kernel-image ? null,
}:
let
  inherit (board) flash;
  scripted = board ? tftp;

  part = name: file: {
    inherit name;
    file = "${file}";
    padBytes = flash.eraseBlockBytes;
  };

  fixed = lib.optionalAttrs (flash ? kernelBytes) {
    padBytes = flash.kernelBytes;
    limitBytes = flash.kernelBytes;
  };

  file = if board.boot.format == "raw" then "${kernel}/kernel" else kernel-image;
in
runCommand "mtdimage"
  {
    layout = builtins.toJSON {
      device = board.name;
      holder = "flash at ${flash.address}";
      inherit (flash) address sizeBytes;
      parts = [
        (part "kernel" file // fixed)
        (part "root" rootfs)
      ];
    };
    script = builtins.toJSON (
      {
        device = board.name;
        inherit (kernel) architecture;
        inherit (board) boot flash;
        commandLine =
          commandLine + lib.optionalString (flash ? rootDevice) " root=${flash.rootDevice}";
        keepsRest = board.root.type == "squashfs";
      }
      // lib.optionalAttrs scripted { inherit (board) tftp; }
    );
    passAsFile = [
      "layout"
      "script"
    ];
    nativeBuildInputs = [
      buildPackages.python3
      buildPackages.ubootTools
    ];
  }
  ''
    mkdir made
    cd made
    python3 ${scripts.flash-layout} "$layoutPath" ${rootfs.closure} firmware.bin manifest.json
    ${lib.optionalString scripted ''
      python3 ${scripts.boot-flash} "$scriptPath" firmware.bin manifest.json
      mkimage -A ${kernel.architecture} -T script -C none -n "${board.name}" -d flash.cmd flash.scr.uimg
    ''}
    cp -r . "$out"
  ''

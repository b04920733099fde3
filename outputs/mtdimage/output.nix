/**
  What is written to a NOR flash: a directory with `firmware.bin`, the kernel
  and the root, each padded to the erase block, and `manifest.json`, where each
  lies. Larger than the flash, it fails.

  With a root that grows into the rest of the flash, jffs2, the image is as
  large as the flash and ends in what erased flash reads as: web pages and boot
  loaders write a file and erase no more than that, and jffs2 would find what
  was there before.

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

  `supportedDevices`
  : the boards that may take the image, as OpenWrt calls them, with a space
    between two: firmware.bin ends with what sysupgrade reads of them
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
  supportedDevices ? null,
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

  # sysupgrade writes what it reads at the end of an image to the flash as well. The last erase block
  # is left free for that: jffs2 finds none of its nodes there, and erases it.
  described = supportedDevices != null;

  file = if board.boot.format == "raw" then "${kernel}/kernel" else kernel-image;
in
runCommand "mtdimage"
  {
    layout = builtins.toJSON {
      device = board.name;
      holder = "flash at ${flash.address}" + lib.optionalString described ", but for its last erase block";
      inherit (flash) address;
      sizeBytes = flash.sizeBytes - (if described then flash.eraseBlockBytes else 0);
      fills = board.root.type == "jffs2";
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
      }
      // lib.optionalAttrs scripted { inherit (board) tftp; }
    );
    metadata = lib.optionalString described (
      builtins.toJSON {
        metadata_version = "1.1";
        compat_version = "1.0";
        supported_devices = lib.splitString " " supportedDevices;
      }
    );
    passAsFile = [
      "layout"
      "metadata"
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
    ${lib.optionalString described ''
      python3 ${scripts.firmware-metadata} "$metadataPath" firmware.bin
    ''}
    ${lib.optionalString scripted ''
      python3 ${scripts.boot-flash} "$scriptPath" firmware.bin manifest.json
      mkimage -A ${kernel.architecture} -T script -C none -n "${board.name}" -d flash.cmd flash.scr.uimg
    ''}
    cp -r . "$out"
  ''

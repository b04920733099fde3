/**
  What is written to a NOR flash: a directory with `firmware.bin`, the kernel
  and a squashfs, each padded to the erase block, and `manifest.json`, where
  each lies. Larger than the flash, it fails.

  # Inputs

  `board`
  : `flash`: address, size and erase block of the partition that holds both
*/
{
  board,
  buildPackages,
  kernel-image,
  runCommand,
  squashfs,
}:
let
  inherit (board) flash;

  part = name: file: {
    inherit name;
    file = "${file}";
    padBytes = flash.eraseBlockBytes;
  };
in
runCommand "mtdimage"
  {
    layout = builtins.toJSON {
      device = board.name;
      holder = "flash at ${flash.address}";
      inherit (flash) sizeBytes;
      parts = [
        (part "kernel" kernel-image)
        (part "root" squashfs)
      ];
    };
    passAsFile = [ "layout" ];
    nativeBuildInputs = [ buildPackages.python3 ];
  }
  ''
    python3 ${../flash-layout.py} "$layoutPath" ${squashfs.closure} firmware.bin manifest.json
    mkdir "$out"
    mv firmware.bin manifest.json "$out"
  ''

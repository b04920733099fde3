/**
  The root as UBIFS, for a volume of UBI on NAND flash: the store, and a link to
  the system that makes the rest at boot. Nobody who flashes it has to know that pages of 0xff are to be left alone:
  the first writing mount sets that right (--space-fixup). Numbers of inodes
  follow the order in which the build machine's file system lists a directory;
  all else is the same wherever it is built.

  # Inputs

  `board`
  : `ubi`, the geometry

  `kernelPath`
  : where in the root the kernel's image goes, such as "/boot/fit", when the
    boot loader takes it from there

  `system`
  : lib/root/activation.nix

  # Outputs

  `out`
  : the image, one file

  `closure`
  : size in bytes of every store path in it, JSON
*/
{
  board,
  buildPackages,
  kernel-image,
  kernelPath ? null,
  lib,
  runCommand,
  scripts,
  system,
}:
let
  inherit (board) ubi;
  geometry = import ../ubi/geometry.nix ubi;

  added = lib.optionals (kernelPath != null) [
    kernelPath
    "${kernel-image}"
  ];
in
runCommand "root.ubifs"
  {
    outputs = [
      "out"
      "closure"
    ];
    layout = builtins.toJSON {
      device = board.name;
      holder = "UBI's volumes";
      sizeBytes = geometry.usableBytes;
      parts = [
        {
          name = "root";
          file = "image";
          padBytes = ubi.logicalEraseBlockBytes;
        }
      ];
    };
    passAsFile = [ "layout" ];
    nativeBuildInputs = [
      buildPackages.mtdutils
      buildPackages.python3
    ];
  }
  ''
    python3 ${scripts.store-directory} root ${system} sizes ${lib.escapeShellArgs added}

    image() {
      mkfs.ubifs --root=root --squash-uids --space-fixup \
        --compr=favor_lzo --min-io-size=${toString ubi.minimumIoBytes} \
        --leb-size=${toString ubi.logicalEraseBlockBytes} --max-leb-cnt="$1" --output=image
    }
    # What is too large for the partition is made all the same, to see by how much.
    image ${toString geometry.blocks} || image ${toString (4 * geometry.blocks)}
    python3 ${./ubifs-fixed.py} image ${toString ubi.logicalEraseBlockBytes}
    python3 ${scripts.flash-layout} "$layoutPath" sizes fitting manifest.json
    cp image "$out"
    cp sizes "$closure"
  ''

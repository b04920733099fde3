/**
  The root as JFFS2, for NOR flash: the store, and a link to the system that
  makes the rest at boot.

  What lies behind it in the flash has to be erased.

  # Inputs

  `board`
  : `root`: erase block of the flash, and how much there is; `bigEndian`, the
    order of bytes in which the kernel expects the file system

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
  runCommand,
  scripts,
  system,
}:
let
  inherit (board.root) eraseBlockBytes;
in
runCommand "root.jffs2"
  {
    outputs = [
      "out"
      "closure"
    ];
    layout = builtins.toJSON {
      device = board.name;
      holder = "the flash for the root";
      sizeBytes = board.root.sizeBytes or null;
      parts = [
        {
          name = "root";
          file = "image";
          padBytes = eraseBlockBytes;
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
    python3 ${scripts.store-directory} root ${system} sizes
    # No marks of erased blocks: what lies behind the image is erased. --faketime, or the times of
    # change of the copies would be in it.
    mkfs.jffs2 --root=root --output=image ${if board.bigEndian then "--big-endian" else "--little-endian"} \
      --eraseblock=${toString eraseBlockBytes} --no-cleanmarkers --squash --faketime \
      --disable-compressor=lzo --compression-mode=size --pad
    python3 ${scripts.flash-layout} "$layoutPath" sizes fitting manifest.json
    cp image "$out"
    cp sizes "$closure"
  ''

/**
  What `ubiupdatevol`, or U-Boot's `ubi write`, puts into a volume of UBI: a
  directory with `rootfs`, a UBIFS, and `manifest.json`.

  # Inputs

  `board`
  : `ubi`, the geometry, and the name of the volume
*/
{
  board,
  buildPackages,
  runCommand,
  scripts,
  ubifs,
}:
runCommand "ubimage"
  {
    layout = builtins.toJSON {
      device = board.name;
      holder = "UBI's volumes";
      sizeBytes = (import ../ubi/geometry.nix board.ubi).usableBytes;
      parts = [
        {
          name = board.ubi.volume;
          file = "${ubifs}";
          padBytes = board.ubi.logicalEraseBlockBytes;
        }
      ];
    };
    passAsFile = [ "layout" ];
    nativeBuildInputs = [ buildPackages.python3 ];
  }
  ''
    python3 ${scripts.flash-layout} "$layoutPath" ${ubifs.closure} rootfs manifest.json
    mkdir "$out"
    mv rootfs manifest.json "$out"
  ''

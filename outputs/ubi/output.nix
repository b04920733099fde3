/**
  What an erased partition of a flash is written with: UBI, with the root as the
  one volume, which grows to what the flash has. One file.

  # Inputs

  `board`
  : `ubi`, the geometry, and the name of the volume
*/
{
  board,
  buildPackages,
  runCommand,
  ubifs,
}:
let
  inherit (board) ubi;
in
runCommand "root.ubi"
  {
    volumes = ''
      [root]
      mode=ubi
      image=${ubifs}
      vol_id=0
      vol_type=dynamic
      vol_name=${ubi.volume}
      vol_flags=autoresize
    '';
    passAsFile = [ "volumes" ];
    nativeBuildInputs = [ buildPackages.mtdutils ];
  }
  ''
    # The number by which UBI distinguishes blocks of this image from those of another.
    sequence=$((0x$(sha256sum ${ubifs} | head -c 8)))
    ubinize --output="$out" --peb-size=${toString ubi.physicalEraseBlockBytes} \
      --min-io-size=${toString ubi.minimumIoBytes} --image-seq="$sequence" "$volumesPath"
  ''

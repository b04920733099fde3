/**
  The database of what radios may do where (wireless-regdb), as its authors compiled it.
*/
{
  buildPackages,
  firmware,
  runCommand,
}:
runCommand "regulatory-firmware"
  {
    source = firmware.wireless-regdb;
    nativeBuildInputs = [ buildPackages.xz ];
  }
  ''
    mkdir -p "$out/lib/firmware"
    xz -dc "$source" | tar x --strip-components=1
    cp regulatory.db "$out/lib/firmware/"
  ''

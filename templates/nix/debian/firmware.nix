/**
  Where firmware comes from, by name, as lib/interface.nix lists it: Debian's
  packages, unpacked over one another.

  # Inputs

  `debs`
  : the package files, by name
*/
{
  debs,
  runCommand,
  tools,
}:
let
  # What is below /lib/firmware in packages, which older releases keep outside of /usr.
  unpacked =
    name: packages:
    runCommand name
      {
        debs = packages;
        nativeBuildInputs = [ tools.dpkg ];
      }
      ''
        mkdir "$out"
        for deb in $debs; do
          dpkg-deb --fsys-tarfile "$deb" | tar x --no-same-owner --no-same-permissions \
            --wildcards './*lib/firmware/*'
        done
        for folder in lib usr/lib; do
          if [ -d "$folder/firmware" ]; then
            cp -r "$folder/firmware/." "$out"
          fi
        done
      '';

  tree = unpacked "linux-firmware" (builtins.attrValues (removeAttrs debs [ "wireless-regdb" ]));
in
{
  linux-firmware = tree;
  intel-ucode = tree;

  # Debian has it twice, signed by itself and by its authors.
  "regulatory.db" = "${unpacked "wireless-regdb" [ debs.wireless-regdb ]}/regulatory.db-upstream";
}

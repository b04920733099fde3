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
  # What is below a folder of /lib in packages, which older releases keep outside of /usr.
  unpacked =
    name: below: packages:
    runCommand name
      {
        debs = packages;
        nativeBuildInputs = [ tools.dpkg ];
      }
      ''
        mkdir "$out"
        for deb in $debs; do
          dpkg-deb --fsys-tarfile "$deb" | tar x --no-same-owner --no-same-permissions \
            --wildcards './*lib/${below}/*'
        done
        for folder in lib usr/lib; do
          if [ -d "$folder/${below}" ]; then
            cp -r "$folder/${below}/." "$out"
          fi
        done
      '';

  uBoots = builtins.filter (name: builtins.substring 0 7 name == "u-boot-") (builtins.attrNames debs);

  tree = unpacked "linux-firmware" "firmware" (
    builtins.attrValues (removeAttrs debs ([ "wireless-regdb" ] ++ uBoots))
  );
in
{
  linux-firmware = tree;
  intel-ucode = tree;

  # Debian has it twice, signed by itself and by its authors.
  "regulatory.db" = "${unpacked "wireless-regdb" "firmware" [ debs.wireless-regdb ]}/regulatory.db-upstream";

  # What a Raspberry Pi starts from.
  raspi-firmware = unpacked "raspi-firmware" "raspi-firmware" [ debs.raspi-firmware ];
}
// builtins.listToAttrs (
  map (name: {
    inherit name;
    value = unpacked name "u-boot" [ debs.${name} ];
  }) uBoots
)

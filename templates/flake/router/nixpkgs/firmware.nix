/**
  Where firmware comes from, by name: source trees, tarballs and single files
  that packages/*-firmware pick from. Sources alone: nothing of it is built
  here, and no licence has to be accepted for a file that no image has.

  # Type

  { pkgs } -> AttrsOf Derivation
*/
{
  pkgs,
}:
let
  inherit (pkgs.buildPackages)
    fetchurl
    linux-firmware
    microcode-intel
    runCommand
    wireless-regdb
    ;
in
{
  intel-ucode = microcode-intel.src;

  linux-firmware = linux-firmware.src;

  # Linux' mt76 asks for it, linux-firmware does not have it.
  "mt7628_e2.bin" = fetchurl {
    url = "https://raw.githubusercontent.com/openwrt/mt76/f24b56f935392ca1d35fae5fd6e56ef9deda4aad/firmware/mt7628_e2.bin";
    sha256 = "1dkhfznmdz6s50kwc841x3wj0h6zg6icg5g2bim9pvg66as2vmh9";
  };

  # As its authors compiled it.
  "regulatory.db" = runCommand "regulatory.db" { } ''
    tar xf ${wireless-regdb.src} --strip-components=1
    cp regulatory.db "$out"
  '';
}

/**
  Where firmware comes from, by name: source trees, tarballs and single files
  that packages/*-firmware pick from. Sources alone, but for U-Boot: nothing
  else is built here, and no licence has to be accepted for a file that no image
  has.

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
    raspberrypifw
    runCommand
    wireless-regdb
    ;

  # U-Boot for each board, by Debian's name of it.
  uBoot =
    family: boards:
    runCommand "u-boot-${family}" { } (
      "mkdir \"$out\"\n"
      + pkgs.lib.concatLines (
        pkgs.lib.mapAttrsToList (board: made: "ln -s ${made} \"$out/${board}\"") boards
      )
    );
in
{
  intel-ucode = microcode-intel.src;

  linux-firmware = linux-firmware.src;

  # Linux' mt76 asks for it, linux-firmware does not have it.
  "mt7628_e2.bin" = fetchurl {
    url = "https://raw.githubusercontent.com/openwrt/mt76/f24b56f935392ca1d35fae5fd6e56ef9deda4aad/firmware/mt7628_e2.bin";
    sha256 = "1dkhfznmdz6s50kwc841x3wj0h6zg6icg5g2bim9pvg66as2vmh9";
  };

  raspi-firmware = raspberrypifw.src + "/boot";

  # As its authors compiled it.
  "regulatory.db" = runCommand "regulatory.db" { } ''
    tar xf ${wireless-regdb.src} --strip-components=1
    cp regulatory.db "$out"
  '';

  # The Orange Pi PC is what the PC Plus is, without eMMC and radio.
  u-boot-sunxi = uBoot "sunxi" { orangepi_pc_plus = pkgs.ubootOrangePiPc; };
}

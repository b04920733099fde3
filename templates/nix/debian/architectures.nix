/**
  What the package set has to know of each Debian architecture: GNU triplet,
  file name of the dynamic loader (psABI of each), names of the cross tools in
  the lock's `host` section.
*/
{
  amd64 = {
    triplet = "x86_64-linux-gnu";
    loader = "ld-linux-x86-64.so.2";
    hostTools = [
      "gccAmd64"
      "binutilsAmd64"
    ];
  };
  arm64 = {
    triplet = "aarch64-linux-gnu";
    loader = "ld-linux-aarch64.so.1";
    hostTools = [
      "gccArm64"
      "binutilsArm64"
    ];
  };
  armhf = {
    triplet = "arm-linux-gnueabihf";
    loader = "ld-linux-armhf.so.3";
    hostTools = [
      "gccArmhf"
      "binutilsArmhf"
    ];
  };
  mipsel = {
    triplet = "mipsel-linux-gnu";
    loader = "ld.so.1";
    hostTools = [
      "gccMipsel"
      "binutilsMipsel"
    ];
  };
}

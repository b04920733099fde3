/**
  `fennel` on a device: the prompt of packages/lua, on the device's own
  interpreter, for those who want to try something there.
*/
{
  buildPackages,
  c,
  lib,
  runCommand,
  sources,
  stdenv,
}@given:
(import ../lua/package.nix given).fennelOnDevice

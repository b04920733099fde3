/**
  A kmodloader: kernel modules by name, with what they need, in load order.

  The order is found when the image is built, from the modules of the kernel
  that was just built; only the files listed here get into the image. Two
  loaders may share modules: a module goes when the last loader that uses it
  does.

  # Inputs

  `callService`
  : from service.nix; a loader is a oneshot like any other

  `name`
  : of the service; marks on the device carry it

  `kernel`
  : the kernel's derivation (kernel.nix): its output `modules` is read

  `modules`
  : names as modprobe takes them

  `needs`
  : names of services, as in callService

  # Type

  { callService, pkgs } -> { name, kernel, modules, needs ? } -> the value of callService

  # Example

  ```nix
  import ./kernel-modules.nix { inherit callService pkgs; } {
    name = "firewall.modules";
    inherit kernel;
    modules = [ "nft_masq" ];
  }
  ```
*/
{
  callService,
  pkgs,
}:
{
  name,
  kernel,
  modules,
  needs ? [ ],
}:
let
  inherit (pkgs) buildPackages lib runCommand;

  # Only the names: two loaders of the same modules share one derivation.
  objects = runCommand "kernel-modules" {
    kernelModules = kernel.modules;
    names = lib.concatStringsSep " " modules;
    nativeBuildInputs = [
      buildPackages.kmod
      buildPackages.python3
    ];
  } ''
    # shellcheck disable=SC2086 # a list of words
    python3 ${./kernel-modules.py} "$kernelModules" "$out" $names
  '';

  run =
    action:
    "mkdir -p /run/modules\n"
    + "s6-setlock /run/modules/.lock "
    + "sh ${./kernel-modules.sh} ${action} ${objects} ${lib.escapeShellArg name}";
in
callService {
  inherit name needs;
  type = "oneshot";
  body = ./kernel-modules-body.nix;
  # Each removal waits for an RCU grace period; dozens of them take seconds on a slow board.
  upTimeout = 60000;
  downTimeout = 60000;
  parameters = {
    insert = run "up";
    remove = run "down";
  };
}

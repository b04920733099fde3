/**
  The outputs of a router.

  Inputs of the result:
  - kernel: what `liminix.kernel` gave
  - services: name to what `callService` gave
  - packages: names of the packages on the login path
  - files: path to { kind; text; target; mode; user; group; }
  - commandLine: the kernel's command line, without the root
  - console, consoleDevice: shell, login or none, and the terminal
  - qemu: the command that runs it, or an empty list
*/
{
  packages,
  pkgs,
  services,
}:
let
  makeInit = import ./init.nix { inherit pkgs services; };
  image = import ./image.nix { inherit pkgs; };
  available = packages;
in
{
  commandLine,
  console,
  consoleDevice,
  files,
  kernel,
  packages,
  qemu,
  services,
}:
let
  init = makeInit { inherit console consoleDevice services; };
  squashfs = image.squashfs {
    inherit files init;
    packages = map (name: available.${name}) packages;
  };
in
{
  inherit kernel;
  outputs = {
    inherit squashfs;
    vmroot = image.vmroot {
      inherit
        commandLine
        kernel
        qemu
        squashfs
        ;
    };
  };
}

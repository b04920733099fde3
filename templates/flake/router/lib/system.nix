/**
  The outputs of a router.

  Inputs of the result:
  - board: facts of the board that its images need, with `name`
  - commandLine: the kernel's command line
  - console, consoleDevice: shell, login or none, and the terminal
  - files: path to { kind; text; target; mode; user; group; }; kind is "file",
    "link" or "directory", mode is octal text, user and group are numbers
  - kernel: what `liminix.kernel` gave
  - outputs: names of the images to offer, each with what only it has to know
  - packages: names of the packages on the login path
  - qemu: the command that runs it, or an empty list
  - services: name to what `callService` gave

  An image is a file of outputs/: a function whose formals are any of `board`,
  `commandLine`, `kernel`, `qemu`, `root`, the package set's attributes, other
  images by name, and what the system says of this image alone.
*/
{
  packages,
  pkgs,
  services,
}:
let
  inherit (pkgs) lib writeText;
  makeInit = import ./init.nix { inherit pkgs services; };
  available = packages;
in
{
  board,
  commandLine,
  console,
  consoleDevice,
  files,
  kernel,
  outputs,
  packages,
  qemu,
  services,
}:
let
  init = makeInit { inherit console consoleDevice services; };

  root.tree = writeText "root-tree.json" (
    builtins.toJSON {
      files = {
        "/init" = {
          kind = "link";
          target = "${init}/init";
        };
      }
      // files;
      packages = map (name: "${available.${name}}") packages;
    }
  );

  given = {
    inherit
      board
      commandLine
      kernel
      qemu
      root
      ;
  };

  make =
    name: facts:
    let
      function = import (./outputs + "/${name}.nix");
    in
    function (builtins.intersectAttrs (builtins.functionArgs function) (pkgs // images // given // facts));

  # Every image there is; only what somebody asks for is evaluated.
  images = lib.genAttrs (map (lib.removeSuffix ".nix") (builtins.attrNames (builtins.readDir ./outputs))) (
    name: make name (outputs.${name} or { })
  );
in
{
  inherit kernel;
  outputs = builtins.intersectAttrs outputs images;
}

/**
  The outputs of a router.

  Inputs of the result:
  - board: facts of the board that its images need, with `name` and `root`, where
    `type` is that of the root file system; `state` is the label of the partition
    that the configuration has for its state
  - commandLine: the kernel's command line
  - console, consoleDevice: shell, login or none, and the terminal
  - files: path to { kind; text; target; mode; user; group; type; major; minor; };
    kind is "file", "directory", "link", "hardlink" or "device", mode is octal
    text, user and group are numbers
  - hostname
  - kernel: what `liminix.kernel` gave
  - outputs: names of the images to offer, each with what only it has to know
  - packages: names of the packages on the login path
  - qemu: the command that runs it, or an empty list
  - services: name to what `callService` gave
  - trialSeconds: how long an update waits for its confirmation

  An image is outputs/NAME/output.nix, with `-` as `_` in the folder's name: a
  function whose formals are any of `board`, `commandLine`, `kernel`, `qemu`,
  `root`, `system`, the package set's attributes, other images by name, `rootfs`,
  which is the one of the root's type, `scripts`, by name, `ubiGeometry`
  (images/ubi.nix), and what the system says of this image alone. Its `override`
  makes it with other values of formals.

  With a root that can be written, the output `system` is what an update copies
  to a device (root/activation.nix).
*/
{
  outputs,
  packages,
  pkgs,
  services,
}:
let
  inherit (pkgs) lib writeText;
  folder = outputs;
  makeInit = import ./boot/init.nix { inherit pkgs services; };
  inherit (import ./services/service.nix { inherit pkgs services; }) sh;
  makeSystem = import ./root/activation.nix { inherit pkgs; };
  available = packages;
in
{
  board,
  commandLine,
  console,
  consoleDevice,
  files,
  hostname,
  kernel,
  outputs,
  packages,
  qemu,
  services,
  trialSeconds,
}:
let
  init = makeInit { inherit console consoleDevice services; };

  # Of the kernel only what tells one from another: a root does not hold it.
  facts = ''
    device=${board.name}
    hostname=${hostname}
    root=${board.root.type}
    kernel=${builtins.unsafeDiscardStringContext (builtins.substring 0 32 (baseNameOf "${kernel}"))}
  '';

  # What a shell on the console and a login by ssh begin with.
  welcome = ''
    ${hostname} (${board.name}), made by liminix-gen

      services          what runs, and what does not and why
      logread           the log (-f: and what comes, -e WORD)
      reboot, poweroff  all services go down in order first

  '';

  treeWith =
    more:
    writeText "root-tree.json" (
      builtins.toJSON {
        files = {
          "/etc/liminix-system" = {
            kind = "file";
            text = facts;
          };
          "/etc/motd" = {
            kind = "file";
            text = welcome;
          };
        }
        // more
        // files;
        packages = map (name: "${available.${name}}") packages;
      }
    );

  root.tree = treeWith {
    "/init" = {
      kind = "link";
      target = "${init}/init";
    };
  };

  system = makeSystem {
    inherit (available) activate;
    inherit facts init trialSeconds;
    tree = treeWith { };
  };

  given = {
    inherit
      board
      commandLine
      kernel
      qemu
      root
      sh
      system
      ;
    rootfs = images.${board.root.type};
    scripts = builtins.mapAttrs (_: import ./python.nix) {
      boot-flash = ./python/boot_flash.py;
      boot-memory = ./python/boot_memory.py;
      boot-tree = ./python/boot_tree.py;
      flash-layout = ./python/flash_layout.py;
      kexec-image = ./python/kexec_image.py;
      root-tree = ./python/root_tree.py;
      store-directory = ./python/store_directory.py;
    };
    ubiGeometry = import ./images/ubi.nix;
  };

  make =
    name: facts:
    let
      function = import (folder + "/${lib.replaceStrings [ "-" ] [ "_" ] name}/output.nix");
    in
    function (builtins.intersectAttrs (builtins.functionArgs function) (pkgs // images // given // facts))
    // {
      override = others: make name (facts // others);
    };

  # Every image there is; only what somebody asks for is evaluated.
  images =
    lib.genAttrs (map (lib.replaceStrings [ "_" ] [ "-" ]) (builtins.attrNames (builtins.readDir folder)))
      (name: make name (outputs.${name} or { }));
in
{
  inherit kernel;
  outputs = builtins.intersectAttrs outputs (images // { inherit system; });
}

/**
  The outputs of a router.

  Inputs of the result:
  - activation: for a writable root, the path of root/activation.nix
  - board: facts of the board that its images need, with `name` and `root`, where
    `type` is that of the root file system; `state` is the label of the partition
    that the configuration has for its state
  - commandLine: the kernel's command line
  - console, consoleDevice: shell, login or none, and the terminal
  - files: path to { kind; text; target; mode; user; group; type; major; minor; };
    kind is "file", "directory", "link", "hardlink" or "device", mode is octal
    text, user and group are numbers
  - hardware: what lib/kernel/hardware.nix gave, or null
  - hostname
  - images: name to path of every image that the outputs need
  - kernel: what `liminix.kernel` gave
  - outputs: names of the images to offer, each with what only it has to know
  - packages: names of the packages on the login path
  - qemu: the command that runs it, or an empty list
  - scripts: name to path of what the images run
  - services: name to what `callService` gave
  - trialSeconds: how long an update waits for its confirmation

  With a writable root, the output `system` is what an update copies
  to a device.

  An image is outputs/NAME/output.nix, with `-` as `_` in the folder's name: a
  function whose formals are any of `board`, `commandLine`, `hardware`, `kernel`,
  `qemu`, `root`, `scripts`, `system`, the package set's attributes, other images by
  name, `rootfs`, which is the one of the root's type, and what the system says
  of this image alone. Its `override` makes it with other values of formals.
*/
{
  packages,
  pkgs,
  services,
}:
let
  inherit (pkgs) lib writeText;
  makeInit = import ./boot/init.nix { inherit pkgs services; };
  inherit (import ./services/service.nix { inherit pkgs services; }) sh;
  available = packages;
in
{
  board,
  commandLine,
  console,
  consoleDevice,
  files,
  hardware,
  hostname,
  images,
  kernel,
  outputs,
  packages,
  qemu,
  scripts,
  services,
  trialSeconds,
  activation ? null,
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

  system = import activation { inherit pkgs; } {
    inherit (available) activate;
    inherit facts init trialSeconds;
    tree = treeWith { };
  };

  given = {
    inherit
      board
      commandLine
      hardware
      kernel
      qemu
      root
      sh
      system
      ;
    rootfs = made.${board.root.type};
    # Each with what it imports.
    scripts = builtins.mapAttrs (_: import ./python.nix) scripts;
  };

  make =
    path: own:
    let
      function = import path;
    in
    function (builtins.intersectAttrs (builtins.functionArgs function) (pkgs // made // given // own))
    // {
      override = others: make path (own // others);
    };

  # Only what somebody asks for is evaluated.
  made = lib.mapAttrs (name: path: make path (outputs.${name} or { })) images;
in
{
  inherit hardware kernel;
  outputs = builtins.intersectAttrs outputs (made // { inherit system; });
}

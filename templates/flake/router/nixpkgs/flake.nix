/**
  The outputs of a tree's flake.

  # Inputs

  `nixpkgs`
  : the flake's input

  `tree`
  : the folder that holds default.nix

  # Output

  `packages.SYSTEM`
  : every image by its name, `default` and `kernel`

  `checks.SYSTEM`
  : `kernel`: does Kconfig grant every symbol; `image`: does the board's own
    image come to be, and fit its flash

  `apps.SYSTEM.run`
  : the router in QEMU, where the board is one of QEMU's
*/
{
  nixpkgs,
  tree,
}:
let
  inherit (nixpkgs) lib;

  eachSystem =
    function:
    lib.genAttrs [
      "aarch64-linux"
      "x86_64-linux"
    ] (system: function system (import tree { inherit nixpkgs system; }));

  # run.sh takes QEMU from PATH.
  run =
    system: router:
    let
      inherit (nixpkgs.legacyPackages.${system}) qemu writeShellScript;
    in
    writeShellScript "run" ''
      PATH=${qemu}/bin:$PATH
      exec ${router.outputs.vmroot}/run.sh "$@"
    '';
in
{
  packages = eachSystem (_: router: router.outputs // { inherit (router) kernel; });

  checks = eachSystem (
    _: router: {
      image = router.outputs.default;
      kernel = router.kernel.audit;
    }
  );

  apps = eachSystem (
    system: router:
    lib.optionalAttrs (router.outputs ? vmroot) {
      run = {
        type = "app";
        program = "${run system router}";
      };
    }
  );
}

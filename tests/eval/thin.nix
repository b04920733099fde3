/**
  What the derivations of a tree, thin or whole, are on a package set that is made up.
*/
{ nix, project, tools, tree }:
let
  pkgs = import ./fake.nix { inherit nix tools; };
  made = import tree;
  router = made (
    {
      inherit pkgs;
    }
    // (if (builtins.functionArgs made) ? project then { inherit project; } else { })
  );
in
{
  outputs = builtins.mapAttrs (_: output: output.drvPath) router.outputs // {
    kernel = router.kernel.drvPath;
  };
}

/**
  A system for a writable root: what such a root holds besides the
  store paths that it needs is a link to this, /activate.

  # Inputs

  `activate`
  : the derivation of packages/activate

  `facts`
  : lines KEY=VALUE that say what this is (docs/updating.md)

  `init`
  : what init.nix made

  `tree`
  : the files outside the store, as root_tree.py reads them

  `trialSeconds`
  : how long a system on trial waits for its confirmation

  # Outputs

  `out`
  : `activate`, what preinit runs before init; `init`; `root.cpio`, the files
    outside the store; `facts`; `store-paths`, all that the system needs of the
    store, itself aside
*/
{ pkgs }:
{
  activate,
  facts,
  init,
  tree,
  trialSeconds,
}:
let
  inherit (pkgs)
    buildPackages
    busybox
    runCommand
    writeText
    ;

  archive = runCommand "root.cpio" { nativeBuildInputs = [ buildPackages.python3 ]; } ''
    python3 ${import ../python.nix ../python/root_tree.py} newc ${tree} >"$out"
  '';

  needed = {
    inherit
      activate
      archive
      busybox
      init
      ;
  };
in
runCommand "system"
  {
    factsFile = writeText "facts" facts;
    script = ''
      #!${busybox}/bin/sh
      PATH=${activate}/bin:${busybox}/bin
      system=${placeholder "out"}
      trial_seconds=${toString trialSeconds}
      ${builtins.readFile ./activate.sh}'';
    passAsFile = [ "script" ];
    exportReferencesGraph = builtins.concatMap (name: [
      name
      needed.${name}
    ]) (builtins.attrNames needed);
  }
  ''
    mkdir "$out"
    install -m 755 "$scriptPath" "$out/activate"
    cp "$factsFile" "$out/facts"
    ln -s ${archive} "$out/root.cpio"
    ln -s ${init}/init "$out/init"
    # A graph has store paths, derivers, and numbers of references.
    cat ${toString (builtins.attrNames needed)} | grep '^/nix/store/' | grep -v '\.drv$' |
      sort -u >"$out/store-paths"
  ''

/**
  What a thin tree takes from this project: `lib/` with the tree's packages, if
  the project's files are those that the tree was written for.

  # Inputs

  `folders`
  : those that the tree takes files from

  `hash`
  : of them when the tree was written (liminix_gen/nix/pin.py)

  `packages`, `pkgs`
  : as lib/default.nix takes them

  `source`, `version`
  : the user's file, and the version of liminix-gen that wrote the tree

  # Example

  ```nix
  import (project + "/nix/pinned.nix") {
    inherit pkgs;
    folders = [ "templates/nix/lib" ];
    hash = "e3b0c44298fc1c149afbf4c8996fb924";
    packages = { };
    source = "router.py";
    version = "0.1.0";
  }
  ```
*/
{
  folders,
  hash,
  packages,
  pkgs,
  source,
  version,
}:
let
  # What is an editor's or Git's, or declares what it lies beside: as liminix_gen/nix/sources.py.
  leftOut = builtins.fromJSON (builtins.readFile ../templates/nix/left-out.json);

  isLeftOut = name: builtins.substring 0 1 name == "." || builtins.elem name leftOut;

  # Each file is a line: its path, and its SHA-256.
  lines =
    folder:
    let
      path = ../. + "/${folder}";
      files = builtins.readDir path;
      line =
        name:
        if isLeftOut name then
          [ ]
        else if files.${name} == "directory" then
          lines "${folder}/${name}"
        else
          [ "${folder}/${name} ${builtins.hashFile "sha256" (path + "/${name}")}\n" ];
    in
    if builtins.pathExists path then builtins.concatMap line (builtins.attrNames files) else [ ];

  text = builtins.concatStringsSep "" (builtins.concatMap lines folders);

  found = builtins.substring 0 32 (builtins.hashString "sha256" text);
in
if found == hash then
  import ../templates/nix/lib { inherit packages pkgs; } // { project = ../.; }
else
  throw ''
    liminix-gen: the thin tree of `${source}` was written by liminix-gen ${version} for other files than this project's (hash ${hash}, here ${found}); write it again with this project's liminix-gen
      liminix-gen --package-set nixpkgs emit --thin ${source} -o DIR
    or lock the flake's input liminix-gen at the revision that wrote the tree
  ''

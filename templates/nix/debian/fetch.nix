/**
  A Debian package as a fixed-output derivation.

  Its store path follows from name and hash alone, so a file that is already
  in the store is used as it is. Getting it there is not Nix's work: the
  machine's own apt does it, with the mirror and the keys that the machine
  trusts (fetch.sh). This derivation is built only when the file is missing,
  and says so.

  # Type

  { path :: String, sha256 :: String, ... } -> Derivation
*/
{
  path,
  sha256,
  ...
}:
let
  # `~` is common in versions and not allowed in a store name.
  name = builtins.replaceStrings [ "~" ] [ "_" ] (baseNameOf path);
in
derivation {
  inherit name path sha256;
  system = builtins.currentSystem;
  builder = "/bin/bash";
  args = [
    "-c"
    ''
      echo "liminix-gen-missing: $name $sha256 $path" >&2
      echo "$name is not in the Nix store. Run ./fetch.sh beside default.nix: it gets every package" >&2
      echo "of lock.json with this machine's apt. By hand: get $path from a Debian mirror, then" >&2
      echo "  nix-store --add-fixed sha256 $name" >&2
      exit 1
    ''
  ];
  outputHashMode = "flat";
  outputHashAlgo = "sha256";
  outputHash = sha256;
  preferLocalBuild = true;
}

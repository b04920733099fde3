/**
  This project's own C programs for devices, by the names of their folders.

  # Type

  Pkgs -> Pkgs -> { activate, interface-listen, interface-wait, services }

  # Example

  ```nix
  (import nixpkgs {
    crossSystem.config = "mipsel-unknown-linux-musl";
    overlays = [ liminix-gen.overlays.default ];
  }).interface-wait
  ```
*/
final: _prev:
let
  c = import ../templates/nix/lib/c.nix { inherit (final) stdenv; };
in
{
  activate = final.callPackage ../packages/activate/package.nix { inherit c; };
  interface-listen = final.callPackage ../packages/interface-listen/package.nix { inherit c; };
  interface-wait = final.callPackage ../packages/interface-wait/package.nix { inherit c; };
  services = final.callPackage ../packages/services/package.nix { inherit c; };
}

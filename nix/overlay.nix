/**
  The on-device packages of this project, by the names of their folders.

  # Type

  Pkgs -> Pkgs -> { interface-wait, services }

  # Example

  ```nix
  (import nixpkgs {
    crossSystem.config = "mipsel-unknown-linux-musl";
    overlays = [ liminix-gen.overlays.default ];
  }).interface-wait
  ```
*/
final: _prev: {
  interface-wait = final.callPackage ../packages/interface-wait/package.nix { };
  services = final.callPackage ../packages/services/package.nix { };
}

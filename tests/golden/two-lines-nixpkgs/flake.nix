# Made by liminix-gen from two-lines.py: edit that file, then run `liminix-gen emit` again.
{
  description = "two-lines, a router on qemu-mipsel";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { nixpkgs, ... }:
    import ./nixpkgs/flake.nix {
      inherit nixpkgs;
      tree = ./.;
    };
}

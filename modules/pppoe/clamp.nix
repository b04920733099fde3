import ../network/clamp.nix

import ../ppp/session.nix

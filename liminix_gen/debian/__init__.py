"""The debian package set on the machine's side: apt, the lock, fetching into the Nix store."""

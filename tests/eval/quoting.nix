/**
  Words of shell for texts, by each of the writers that modules and lib/ have.
*/
{ nix, texts }:
let
  inherit (import (nix + "/lib/services/service.nix") { pkgs = { }; services = null; }) sh;
  lib = import (nix + "/debian/lib.nix");
  given = import texts;
in
{
  word = map sh.word given;
  words = [ (sh.words given) ];
  escapeShellArg = map lib.escapeShellArg given;
  escapeShellArgs = [ (lib.escapeShellArgs given) ];
}

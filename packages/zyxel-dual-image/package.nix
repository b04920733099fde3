/**
  `zyxel-dual-image`: says in flash which of the two places for a firmware the
  boot loader of a Zyxel access point starts, and that what is there is good.
*/
{ c }:
c.program {
  name = "zyxel-dual-image";
  src = ./.;
}

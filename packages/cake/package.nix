/**
  `cake`: sets up sch_cake for what an interface sends and receives; tc(8) would bring nine libraries.
*/
{ c }:
c.program {
  name = "cake";
  src = ./.;
  uses = [ ../netlink ];
}

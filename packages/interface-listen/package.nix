/**
  `interface-listen`: listens on interfaces, whatever addresses they have, and runs a program for each connection.
*/
{ c }:
c.program {
  name = "interface-listen";
  src = ./.;
}

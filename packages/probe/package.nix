/**
  `probe`: asks other computers whether they answer: ping, DNS, TCP; through an interface of one's choice.
*/
{ c }:
c.program {
  name = "probe";
  src = ./.;
}

/**
  `interface-wait`: waits for the state of a network interface, or follows it, told by the kernel and not by polling.
*/
{ c }:
c.program {
  name = "interface-wait";
  src = ./.;
}

/**
  `forget-connections`: makes the kernel forget the connections whose answers go to an address of the router.
*/
{ c }:
c.program {
  name = "forget-connections";
  src = ./.;
  uses = [ ../netlink ];
}

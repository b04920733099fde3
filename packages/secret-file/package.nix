/**
  `secret-file`: publishes the first line of a file on the device, as long as it is there.
*/
{ c }:
c.program {
  name = "secret-file";
  src = ./.;
}

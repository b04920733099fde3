/**
  `logread`: prints the log that s6-log keeps, and follows it. No library but libc.
*/
{ c }:
c.program {
  name = "logread";
  src = ./.;
}

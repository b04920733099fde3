/**
  `watchdog`: feeds the board's watchdog as long as services are ready.
*/
{ c }:
c.program {
  name = "watchdog";
  src = ./.;
}

{
  candidates,
  lib,
  patience,
  services,
  sh,
}:
let
  # A line for each: its name, and those of the parts to start.
  lines = lib.concatMapStringsSep "\n" (
    one: lib.concatStringsSep " " ([ one.service.name ] ++ map one.service.part one.started)
  ) candidates;
in
{
  notifies = true;

  run = ''
    watch_changes
    manager=${services}/bin/services
    candidates=${sh.word lines}
    patience=${toString patience}
    . ${./control.sh}
    announce_ready
    try_in_turn
  '';
}

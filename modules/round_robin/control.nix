{
  candidates,
  lib,
  patience,
  services,
  sh,
  started,
}:
let
  # A line for each: its name, and those of the parts to start.
  lines = lib.concatStringsSep "\n" (
    lib.zipListsWith (
      service: parts: lib.concatStringsSep " " ([ service.name ] ++ map service.part parts)
    ) candidates started
  );
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

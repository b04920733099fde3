{
  bridge-vlans,
  interface-wait,
  member,
  primary,
  runCommand,
  sh,
  vlans,
}:
import ./follow.nix {
  inherit
    interface-wait
    member
    primary
    runCommand
    sh
    ;
  more = "${bridge-vlans}/bin/bridge-vlans ${sh.word vlans}";
}

{
  interface-wait,
  member,
  primary,
  runCommand,
  sh,
}:
import ./follow.nix {
  inherit
    interface-wait
    member
    primary
    runCommand
    sh
    ;
}

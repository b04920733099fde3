{
  acquired,
  interface,
  leased,
  services,
  sh,
}:
let
  common = ''
    ifname=${sh.word (interface.output "ifname")}
    . ${./address.sh}
    . ${../addresses.sh}
  '';
in
{
  notifies = true;

  run = ''
    watch_changes
    ${common}
    leased=${leased.output}
    acquired=${acquired.output}
    announce="${services}/bin/services announce $name"
    follow_lease
  '';

  finish = ''
    ${common}
    take_all_off
  '';
}

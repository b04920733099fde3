{
  acquired,
  host,
  interface,
  prefixes,
  services,
  sh,
  subnet,
}:
let
  common = ''
    ifname=${sh.word (interface.output "ifname")}
    . ${./prefix.sh}
    . ${../addresses.sh}
  '';
in
{
  notifies = true;

  run = ''
    watch_changes
    ${common}
    leased=${prefixes.output}
    acquired=${acquired.output}
    subnet=${sh.word subnet}
    host=${sh.word host}
    announce="${services}/bin/services announce $name"
    follow_lease
  '';

  finish = ''
    ${common}
    take_all_off
  '';
}

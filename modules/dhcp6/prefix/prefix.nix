{
  acquired,
  host,
  interface,
  prefixes,
  services,
  sh,
  subnet,
}:
{
  notifies = true;

  run = ''
    watch_changes
    ifname=${sh.word (interface.output "ifname")}
    prefixes=${prefixes.output}
    acquired=${acquired.output}
    subnet=${sh.word subnet}
    host=${sh.word host}
    announce="${services}/bin/services announce $name"
    ready=
    . ${./follow.sh}
    put ifname "$ifname"
    follow
    announce_ready
    ready=yes
    follow_changes follow
  '';

  finish = ''
    ifname=${sh.word (interface.output "ifname")}
    . ${./follow.sh}
    take_all_off
  '';
}

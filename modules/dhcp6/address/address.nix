{
  acquired,
  interface,
  leased,
  services,
  sh,
}:
{
  notifies = true;

  run = ''
    watch_changes
    ifname=${sh.word (interface.output "ifname")}
    leased=${leased.output}
    acquired=${acquired.output}
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

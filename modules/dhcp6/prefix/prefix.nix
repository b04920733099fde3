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
    kept=/run/$name.addresses
    if [ -e "$kept" ]; then
      while read -r address; do
        ip -6 address del "$address" dev "$ifname" || log "address was gone"
      done < "$kept"
      rm -f "$kept"
    fi
  '';
}

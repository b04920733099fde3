{ resolvconf }:
{
  notifies = true;

  # dnsmasq follows a file only in a directory that stays; the outputs of a service do not.
  run = ''
    watch_changes
    directory=/run/$name
    umask 022
    mkdir -p "$directory"
    follow() {
      cat ${resolvconf.output} > "$directory/new" 2> /dev/null || :
      mv "$directory/new" "$directory/resolv.conf"
    }
    follow
    announce_ready
    follow_changes follow
  '';
}

{
  resolvconf,
  services,
}:
{
  notifies = true;

  # dnsmasq follows a file only in a directory that stays; the outputs of a service do not.
  run = ''
    waiter=
    trap '[ -z "$waiter" ] || kill "$waiter" 2> /dev/null || :' USR1
    trap '[ -z "$waiter" ] || kill "$waiter" 2> /dev/null || :; exit 0' TERM
    directory=/run/$name
    umask 022
    mkdir -p "$directory"
    follow() {
      cat ${resolvconf.output} > "$directory/new" 2> /dev/null || :
      mv "$directory/new" "$directory/resolv.conf"
    }
    follow
    announce_ready
    while :; do
      # A change during the copy ends the rest, and is copied too.
      ${services}/bin/pause &
      waiter=$!
      follow
      wait "$waiter" || :
    done
  '';
}

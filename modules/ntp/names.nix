{
  chrony,
  services,
}:
{
  notifies = true;

  # chronyd asks for names that have no address yet at ever longer intervals, and when it is told to go online. What
  # it can reach already stays as it is.
  run = ''
    waiter=
    trap '[ -z "$waiter" ] || kill "$waiter" 2> /dev/null || :' USR1
    trap '[ -z "$waiter" ] || kill "$waiter" 2> /dev/null || :; exit 0' TERM
    announce_ready
    while :; do
      # A change from here on ends the rest, and is told too.
      ${services}/bin/pause &
      waiter=$!
      ${chrony}/bin/chronyc online > /dev/null || log "chronyd does not listen"
      wait "$waiter" || :
    done
  '';
}

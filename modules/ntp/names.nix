{
  chrony ? chrony-small,
  chrony-small ? chrony,
}:
{
  notifies = true;

  # chronyd asks for names that have no address yet at ever longer intervals, and at the command to go online. What
  # it can reach already stays as it is.
  run = ''
    watch_changes
    look_up() {
      ${chrony}/bin/chronyc online > /dev/null || log "chronyd does not listen"
    }
    announce_ready
    follow_changes look_up
  '';
}

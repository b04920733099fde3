{ services }:
{
  notifies = true;

  # Which one that is does not change while this is up.
  run = ''
    watch_changes
    read -r active < "$outputs.control/active"
    follow() {
      pass_on "$services/outputs/$active" || return 0
      [ -z "$ready" ] || ${services}/bin/services announce "$name"
    }
    ready=
    follow
    announce_ready
    ready=yes
    follow_changes follow
  '';
}

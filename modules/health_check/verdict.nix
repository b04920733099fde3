{ checked, services }:
{
  notifies = true;

  run = ''
    watch_changes
    follow() {
      pass_on "$services/outputs/${checked.name}" || return 0
      [ -z "$ready" ] || ${services}/bin/services announce "$name"
    }
    ready=
    follow
    announce_ready
    ready=yes
    follow_changes follow
  '';
}

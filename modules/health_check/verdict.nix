{ checked }:
{
  notifies = true;

  run = ''
    watch_changes
    follow() {
      ! pass_on "$services/outputs/${checked.name}" || changed=yes
    }
    publish_changes follow
  '';
}

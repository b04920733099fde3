{ }:
{
  notifies = true;

  # Which one that is does not change while this is up.
  run = ''
    watch_changes
    read -r active < "$outputs.control/active"
    follow() {
      ! pass_on "$services/outputs/$active" || changed=yes
    }
    publish_changes follow
  '';
}

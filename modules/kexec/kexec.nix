{ }:
{
  up = ''
    if [ ! -e /sys/kernel/kexec_loaded ]; then
      log "this kernel cannot start another one"
      return 1
    fi
  '';
}

{
  lib,
  hardening,
  sh,
}:
{
  # What is not there yet, or is refused, is the other part's business: no interface waits for it.
  # A kernel without one of those that harden is not the user's mistake.
  up = ''
    harden() {
      value=$1
      shift
      for file; do
        if [ -e "$file" ] && ! echo "$value" > "$file"; then
          log "the kernel does not take '$value' for ''${file#/proc/sys/}"
        fi
      done
    }
    ${lib.concatStrings (
      # A path may hold `*`, and nothing else that is not plain.
      lib.mapAttrsToList (path: value: "harden ${sh.word value} /proc/sys/${path}\n") hardening
    )}
    kernel_settings || :
  '';
}

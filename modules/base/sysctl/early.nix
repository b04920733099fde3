{ }:
{
  # What is not there yet, or is refused, is the other part's business: no interface waits for it.
  up = ''
    kernel_settings || :
  '';
}

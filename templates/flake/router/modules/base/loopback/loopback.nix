{ }:
{
  up = ''
    ip link set dev lo up
    put ifname lo
  '';

  down = ''
    ip link set dev lo down
  '';
}

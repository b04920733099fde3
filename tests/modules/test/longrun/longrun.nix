{ }:
{
  run = ''
    mkdir -p /run/test
    echo "up $name" >> /run/test/history
    exec sleep 1000000
  '';

  finish = ''
    echo "down $name" >> /run/test/history
  '';
}

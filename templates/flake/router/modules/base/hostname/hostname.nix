{
  hostname,
  sh,
}:
{
  up = ''
    echo ${sh.word hostname} > /proc/sys/kernel/hostname
  '';
}

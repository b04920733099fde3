{ }:
{
  # The file holds: console level, level of unmarked messages, lowest and default console level.
  run = ''
    echo 5 > /proc/sys/kernel/printk
    kernel_settings kernel/printk || :
    exec cat /proc/kmsg
  '';

  # Nobody reads the messages any more: the console shows them again.
  finish = ''
    echo 7 > /proc/sys/kernel/printk
    kernel_settings kernel/printk || :
  '';
}

# shellcheck shell=sh disable=SC2154 # what is not set here is set above it by init.nix
# What s6-svscan becomes in the end: all services are down, the supervisors and the logger are left.
exec >/dev/console 2>&1
kind=reboot
[ ! -r /run/services/shutdown ] || read -r kind </run/services/shutdown
echo "liminix-gen: $kind"
kill -TERM -1
sleep 0.3
kill -KILL -1
sync
# A kernel that was loaded by kexec -l is what a reboot starts.
loaded=0
[ "$kind" != reboot ] || [ ! -r /sys/kernel/kexec_loaded ] || read -r loaded </sys/kernel/kexec_loaded
umount -a -r 2>/dev/null
[ "$loaded" = 0 ] || /bin/kexec -e
"$kind" -f
# Not reached where the board can do it.
while :; do sleep 3600; done

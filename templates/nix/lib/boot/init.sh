# shellcheck shell=sh disable=SC2154 # what is not set here is set above it by init.nix
# pid 1 until s6-svscan takes its place. `scandir` and PATH are set above. Each program started here delays the boot
# by tens of milliseconds on a slow board, so one `mount` mounts all.
export PATH
umask 022
cd /
read -r hostname 2>/dev/null </etc/hostname || hostname=system
echo "liminix-gen: $hostname starts"
[ -c /dev/null ] || mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
mount -a -T "$fstab"
mkdir -p /run/services/outputs /run/services/state /run/log /run/lock
# Where everybody may write is a file system of its own: a full one takes no room from the services.
ln -s /dev/shm /run/tmp
# s6 writes into service directories, and the root is read-only.
cp -a "$scandir" /run/service
# Copies of outputs, secrets among them.
chmod 0700 /run/service/*/used
mkfifo -m 600 /run/service/s6-svscan-log/fifo
# What services print goes to the logger through the fifo. It is opened for reading too, or this would wait for the
# logger, which s6-svscan starts. Descriptor 4 is the console, for the logger's own trouble and for the end.
exec 4>&1 </dev/null 1<>/run/service/s6-svscan-log/fifo 2>&1
exec s6-svscan -X 4 /run/service

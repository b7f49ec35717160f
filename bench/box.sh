#!/bin/sh
# Builds a throw-away root without network and runs every text of /log/texts in it. Runs inside namespaces of its own.
set -eu
root=$1 bin=$2 log=$3
mount -t tmpfs -o strictatime,mode=755,size=256m box "$root"
cd "$root"
mkdir -p usr/lib usr/bin usr/share real log proc dev sys/kernel/debug etc tmp root/.ssh root/.aws srv/app/src var/log/app var/log/nginx run/secrets home/ops box
bound() { mount --bind "$1" "$2" && mount -o "remount,bind,ro" "$2"; }
for place in lib lib64 lib32; do
  if [ -L "/$place" ]; then ln -s "$(readlink "/$place")" "$place"; elif [ -d "/$place" ]; then mkdir -p "$place"; bound "/$place" "$place"; fi
done
bound /usr/lib usr/lib
[ ! -d /usr/lib64 ] || [ -L /usr/lib64 ] || { mkdir -p usr/lib64; bound /usr/lib64 usr/lib64; }
[ ! -L /usr/lib64 ] || ln -s "$(readlink /usr/lib64)" usr/lib64
bound /usr/share usr/share
bound /usr/bin real
mkdir -p etc/alternatives; [ ! -d /etc/alternatives ] || bound /etc/alternatives etc/alternatives
bound "$bin" usr/bin
cp "$bin/standin" box/standin
ln -s usr/bin bin; ln -s usr/bin sbin; ln -s bin usr/sbin
mount --bind "$log" log
mount -t proc -o ro,nosuid,nodev,noexec proc proc
ln -s /proc/self/fd dev/fd
for device in null zero urandom; do : > "dev/$device"; mount --bind "/dev/$device" "dev/$device"; done
for device in watchdog sda kmsg; do echo hush-device > "dev/$device"; done
: > box/kmsg; echo hush-device > box/kmsg; mount --bind box/kmsg proc/kmsg
echo hush-device > sys/kernel/debug/x
echo 'root:x:0:0:root:/root:/bin/bash' > etc/passwd; echo 'root:x:0:' > etc/group; echo '127.0.0.1 localhost' > etc/hosts; echo web1 > etc/hostname
for file in etc/shadow root/.ssh/id_rsa root/.aws/credentials run/secrets/db srv/app/.env root/.bash_history; do echo 'hush-file=1' > "$file"; done
for file in f x a b c file in app.py src/app.py list patterns; do printf 'one 1\ntwo 2\nerror 3\n' > "srv/app/$file"; done
for file in var/log/syslog var/log/app/app.log var/log/nginx/access.log var/log/nginx/error.log tmp/x var/log/auth.log; do printf 'one 1\ntwo 2\nerror 3\n' > "$file"; done
exec chroot "$root" /real/bash /log/driver

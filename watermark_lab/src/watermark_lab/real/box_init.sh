# What becomes process 1 of the box: sees to its mounts, then makes way for systemd.
#   box_init.sh NAME DIRECTORY CONTROLLERS
# It runs in new namespaces already, so that every mount below is gone when the last process of the box is.
set -eu
name=$1 dir=$2 controllers=$3
# The kernel's view from outside, since /proc is still the machine's: which process this is there.
read -r pid _ < /proc/self/stat
for one in $controllers; do echo 0 > "/sys/fs/cgroup/$one/$name/cgroup.procs"; done
hostname "$name"
ip link set lo up

over=$dir/over
mkdir -p "$over"
mount -t tmpfs -o size=2g,mode=755 tmpfs "$over"
mkdir "$over/upper" "$over/work" "$over/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$over/upper,workdir=$over/work" "$over/root"
cd "$over/root"
cp -R -P --preserve=mode "$dir/tree/." .
: > etc/machine-id

mount -t tmpfs -o mode=755 tmpfs dev
for one in null zero full random urandom tty fuse loop-control; do
  if [ -e "/dev/$one" ]; then : > "dev/$one"; mount --bind "/dev/$one" "dev/$one"; fi
done
mkdir dev/pts dev/shm dev/mqueue
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t tmpfs tmpfs dev/shm
mount -t proc proc proc
mount --rbind /sys sys
mount -t tmpfs -o mode=755 tmpfs run
mkdir -p srv/lab old
mount --bind "$dir/disk" srv/lab
# Docker's data: in memory it is unpacked faster, and it needs no clearing away.
mkdir -p srv/lab/docker
mount -t tmpfs -o size=4g,mode=710 tmpfs srv/lab/docker
for one in nginx app; do
  mkdir -p "var/log/$one"
  mount --bind "$dir/disk/log/$one" "var/log/$one"
done
echo "$pid" > "$dir/pid.new"
mv "$dir/pid.new" "$dir/pid"
pivot_root . old
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=watermark-lab chroot . /bin/sh -c \
  'umount -l /old; exec /lib/systemd/systemd --system --unit=lab.target'

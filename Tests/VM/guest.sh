#!/bin/bash
# The guest's first process once the host's files are there: what a machine that runs needs, then the test, then the end.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root
exec </dev/null >/dev/console 2>&1
mkdir -p /dev/shm /dev/pts /run/user /run/cryptsetup /run/udev/rules.d
mount -t tmpfs -o mode=1777 none /dev/shm
mount -t devpts none /dev/pts
ip link set lo up 2>/dev/null || /mnt/bin/busybox ip link set lo up
# A user whom the host does not have.
cp /etc/passwd /run/passwd
echo 'keeper:x:4711:4711::/home/keeper:/bin/bash' >>/run/passwd
mount --bind /run/passwd /etc/passwd
cp /mnt/71-fob-uhid.rules /run/udev/rules.d
/lib/systemd/systemd-udevd --daemon
mapfile -t steps </mnt/steps
PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 /usr/bin/python3 /mnt/keys.py "${steps[@]}"
echo "GUEST_STATUS=$?"
/mnt/bin/busybox poweroff -f

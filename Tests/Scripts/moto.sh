#!/bin/bash
# Gets moto's S3 server from PyPI into .build/moto, for the tests of backups. Without a network they skip that part.
#
#   moto.sh
set -euo pipefail

folder=.build/moto
[ -x $folder/bin/moto_server ] && exit
command -v moto_server >/dev/null && exit
rm -rf $folder
if python3 -m venv $folder && timeout 120 $folder/bin/pip install --quiet --disable-pip-version-check 'moto[server]==5.0.28'
then
    exit
fi
rm -rf $folder
echo 'moto cannot be had from PyPI: the tests with S3 will be skipped' >&2

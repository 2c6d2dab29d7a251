#!/bin/bash
# The desktop's window: journeys, and pictures of its states in .build/pictures to be looked at.
cd "$(dirname "$0")/../.." || exit
export FOB_BIN=$PWD/.build/debug PYTHONDONTWRITEBYTECODE=1
data=Sources/fob-desktop/Data
desktop-file-validate $data/*.desktop && appstreamcli validate --no-net $data/*.metainfo.xml || exit
locale=$(mktemp -d) && mkdir -p "$locale/ja/LC_MESSAGES" .build/pictures || exit
trap 'rm -rf "$locale"' EXIT
localedef -i ja_JP -f UTF-8 "$locale/ja_JP.UTF-8" || exit
cp .build/debug/fob-desktop.ja.mo "$locale/ja/LC_MESSAGES/fob-desktop.mo" || exit
python3 Tests/EndToEndTests/Support/desktop.py journeys || exit
FOB_LOCALE=$locale python3 Tests/EndToEndTests/Support/desktop_pictures.py .build/pictures

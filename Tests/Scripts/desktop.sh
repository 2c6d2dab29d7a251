#!/bin/bash
# The desktop's window: journeys, a newcomer's first ten minutes with what make install has put there, what is lost when
# something is killed, what it costs, and pictures of its states in .build/pictures to be looked at.
cd "$(dirname "$0")/../.." || exit
export FOB_BIN=$PWD/.build/debug PYTHONDONTWRITEBYTECODE=1
data=Sources/fob-desktop/Data scripts=Tests/EndToEndTests/Support
desktop-file-validate $data/*.desktop && appstreamcli validate --no-net $data/*.metainfo.xml || exit
locale=$(mktemp -d) && mkdir -p "$locale/ja/LC_MESSAGES" .build/pictures || exit
trap 'rm -rf "$locale"' EXIT
for name in ja_JP he_IL; do localedef -i $name -f UTF-8 "$locale/$name.UTF-8" || exit; done
for name in fob-desktop fob; do cp ".build/debug/$name.ja.mo" "$locale/ja/LC_MESSAGES/$name.mo" || exit; done
python3 $scripts/desktop.py journeys || exit
for how in mouse keys; do python3 $scripts/desktop_hands.py $how || exit; done
for what in names locks files links buses disk desktops; do FOB_LOCALE=$locale python3 $scripts/desktop_adverse.py $what || exit; done
make --no-print-directory install BUILT=.build/debug PREFIX="$locale/usr" >/dev/null || exit
for language in en ja; do
    LOCPATH=$locale python3 $scripts/desktop_newcomer.py "$locale/usr" $language || exit
done
for script in desktop_killed desktop_session desktop_wayland; do python3 $scripts/$script.py || exit; done
for what in windows many; do python3 $scripts/desktop_limits.py $what || exit; done
FOB_LOCALE=$locale python3 $scripts/desktop_pictures.py .build/pictures

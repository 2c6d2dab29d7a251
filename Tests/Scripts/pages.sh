#!/bin/bash
# The manual pages, as far as their programs are here: mandoc has nothing to say, and groff, which Debian's man(1) uses, shows
# the same sections and stumbles over no macro. References to other pages of fob and to sections lead somewhere.
cd "$(dirname "$0")/../.." || exit
if ! command -v mandoc >/dev/null; then
    echo 'skipped: the manual pages are not checked, there is no mandoc'
    exit
fi
mandoc -T lint -W warning man/*.[1-8] man/*/*.[1-8] || exit
for reference in $(sed -n 's/^\.\(Pq [a-z]* \)\{0,1\}Xr \(fob[a-z-]*\) \([1-8]\).*/\2.\3/p; s/.* Ta Xr \(fob[a-z-]*\) \([1-8]\)$/\1.\2/p' \
    man/*.[1-8] man/*/*.[1-8] | sort -u); do
    if [ ! -e "man/$reference" ]; then
        echo "there is no page $reference, to which others refer"
        exit 1
    fi
done
if ! command -v groff >/dev/null; then
    echo 'skipped: the manual pages are not checked with groff, there is none'
    exit
fi
sections() { col -b | grep '^[A-Z][A-Z ]*$'; }
status=0
for page in man/*.[1-8]; do
    said=$(groff -mandoc -Tutf8 -t "$page" 2>&1 >/dev/null | grep -v "can't break line")
    if [ -n "$said" ]; then
        echo "$page: groff says: $said"
        status=1
    fi
    if ! diff <(mandoc -Tutf8 "$page" | sections) <(groff -mandoc -Tutf8 -P-c "$page" 2>/dev/null | sections); then
        echo "$page: groff and mandoc show other sections"
        status=1
    fi
done
# In another language the sections are the original's, by number and order; what they are called is groff's to know or not.
for page in man/*/*.[1-8]; do
    said=$(groff -Kutf8 -mandoc -Tutf8 "$page" 2>&1 >/dev/null | grep -v "can't break line")
    if [ -n "$said" ]; then
        echo "$page: groff says: $said"
        status=1
    fi
    if [ "$(grep -c '^\.S[hs]' "$page")" != "$(grep -c '^\.S[hs]' "man/${page##*/}")" ]; then
        echo "$page: it has other sections than man/${page##*/}"
        status=1
    fi
done
exit $status

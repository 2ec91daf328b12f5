#!/bin/sh
# How were the vectors made? With stock age and coreutils, and no Factum. age seals with fresh randomness, so a second run gives
# other names: run it in an empty folder and compare what opens, not the bytes.
set -eu
recipient=age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj
digest() { sha256sum < "$1" | cut -d ' ' -f 1; }

# Seals `plain` and adds a line to the list: what it is, then the digest to expect or why it is refused.
seal() {
  age -r "$recipient" -o sealed plain
  name=$(digest sealed)
  ab=$(echo "$name" | cut -c 1-2)
  mkdir -p "objects/$ab"
  mv sealed "objects/$ab/$name"
  echo "$name $*" >> list.txt
}

# A trailer with these four values, as it should be or not.
trailer() {
  printf 'factum item 1\nrecord %s\nsalt %s\nlength %s\nsha256 %s\n' "$1" "$2" "$3" "$4" > trailer
  while [ "$(wc -c < trailer)" -lt 256 ]; do printf '\n' >> trailer; done
}

record=000102030405060708090a0b0c0d0e0f
salt=$(printf '%064d' 7)

# An item of `content`, the whole padded to $1 bytes with the byte $2 (octal).
item() {
  trailer "$record" "$salt" "$(wc -c < content)" "$(digest content)"
  { cat content; head -c $(($1 - $(wc -c < content) - 256)) /dev/zero | tr '\000' "$2"; cat trailer; } > plain
}

: > list.txt
: > content;                                          item 1024 '\000';  seal item "$(digest content)"
printf 'What was collected.\n' > content;             item 1024 '\000';  seal item "$(digest content)"
head -c 500 /dev/zero > content;                      item 1024 '\000';  seal item "$(digest content)"
seq 1 20000 | head -c 70000 > content;                item 71680 '\000'; seal item "$(digest content)"
seq 1 30000 | head -c 130816 > content;               item 131072 '\000'; seal item "$(digest content)"

{ printf 'factum wrap 1\nnot a record, only a line\n'; head -c 4056 /dev/zero | tr '\000' '\n'; } > plain
seal text "$(digest plain)"

printf 'What was collected.\n' > content
item 1024 '\001';                                                         seal refused padding that is no zeros
item 1024 '\000'; tr 'W' 'w' < plain > other; mv other plain;             seal refused content of another digest
trailer "$record" "$salt" 020 "$(digest content)"
{ cat content; head -c 748 /dev/zero; cat trailer; } > plain;             seal refused a length with a leading zero
item 1024 '\000'; { head -c 768 plain; tail -c 256 plain | sed 's/^factum item 1$/factum item 2/'; } > other; mv other plain
seal refused a format of another number
trailer "$record" "$salt" 769 "$(digest content)"
{ head -c 768 /dev/zero; cat trailer; } > plain;                          seal refused a length beyond the trailer
trailer "$record" "$salt" 18446744073709551615 "$(digest content)"
{ head -c 768 /dev/zero; cat trailer; } > plain;                          seal refused the greatest length
printf 'short' > plain;                                                   seal refused a text as an item
: > plain;                                                                seal refused nothing at all
rm -f content plain trailer other

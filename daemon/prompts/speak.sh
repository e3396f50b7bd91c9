#!/usr/bin/env bash
# Speaks the prompts of a language: speak.sh LANGUAGE TEXTS FOLDER makes FOLDER/NAME.wav of each line "NAME: text" in TEXTS,
# 8 kHz, mono, 16 bits, and the same as bare octets of both codecs, NAME.pcmu and NAME.pcma. The same text gives the same
# octets. Runs when radmfad is built.
set -euo pipefail
export LC_ALL=C.UTF-8 # numbers with a point
language=$1 texts=$2 folder=$3

loudness=-20 # dB, RMS: what telephone networks are made for (ITU-T P.56 tells how it is measured)
peak=-1      # dB: a voice that is more uneven stays below that instead

say() { # TEXT FILE
  case $language in
    en) flite -voice slt -t "$1" -o "$2" ;;
    *) espeak-ng -b 1 -v "$language" -s 150 -w "$2" "$1" ;;
  esac
}

# -D: no dither, which would be noise by chance.
to_telephone() { # FROM TO: the telephone's rate and band, and no silence at either end
  sox -D "$1" -c 1 -b 16 -e signed-integer "$2" gain -6 rate 8000 highpass 200 silence 1 0.01 0.3% reverse silence 1 0.01 0.3% reverse
}

gain_of() { # FILE: by how many dB it is to be louder
  sox "$1" -n stats 2>&1 | awk -v loudness="$loudness" -v peak="$peak" '
    /^Pk lev dB/ { most = peak - $4 }
    /^RMS lev dB/ { gain = loudness - $4 }
    END { printf "%.2f\n", gain < most ? gain : most }'
}

mkdir -p "$folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
while IFS=: read -r name text; do
  [[ -n $name && $name != '#'* ]] || continue
  say "$text" "$work/said.wav"
  to_telephone "$work/said.wav" "$work/$name.wav"
  sox -D "$work/$name.wav" "$folder/$name.wav" gain "$(gain_of "$work/$name.wav")" pad 0.2 0.2
  sox -D "$folder/$name.wav" -t ul "$folder/$name.pcmu"
  sox -D "$folder/$name.wav" -t al "$folder/$name.pcma"
done <"$texts"

/**
 * Scripts for the other side's `sh`, which need nothing but what every system has: they bring the first program there. Arguments come as
 * $1, $2 ...; the store has a file for each content, named by its SHA-256.
 */

/** $1 folder. Prints the folder as an absolute path, `~` resolved, and makes it. */
export const openFolder = `
case $1 in '~') d=$HOME ;; '~/'*) d=$HOME/\${1#??} ;; *) d=$1 ;; esac
mkdir -p "$d/store" "$d/trees" "$d/jobs" && chmod 700 "$d" && cd "$d" && pwd -P
`

/** $1 folder, $2 tag of the sender; standard input: a hash a line. Prints for each \`HASH whole\` or \`HASH BYTES\` that are there. */
export const listMissing = `
cd "$1/store" || exit 1
while read -r h; do
  if [ -f "$h" ]; then echo "$h whole"; elif [ -f "$h.part-$2" ]; then echo "$h $(wc -c < "$h.part-$2")"; else echo "$h 0"; fi
done
`

const hashOf = `hash_of() { { sha256sum "$1" 2>/dev/null || shasum -a 256 "$1"; } | cut -d' ' -f1; }`

/** $1 folder, $2 tag, $3 hash, $4 bytes in all; standard input goes behind what is there. Exit 8: not all came; 9: others. */
export const appendToFile = `
${hashOf}
cd "$1/store" || exit 1
p=$3.part-$2
cat >> "$p" || exit 7
[ "$(wc -c < "$p")" -ge "$4" ] || exit 8
[ "$(hash_of "$p")" = "$3" ] || { rm -f "$p"; exit 9; }
mv "$p" "$3"
`

/** $1 folder, $2 tag; standard input: a tar archive of files that have their hashes as names. */
export const unpackFiles = `
${hashOf}
cd "$1/store" && mkdir -p "in.part-$2" && cd "in.part-$2" || exit 1
tar -xf - || exit 7
for f in *; do [ "$(hash_of "$f")" = "$f" ] && mv "$f" ../"$f" || { rm -f "$f"; exit 9; }; done
`

/** $1 folder, $2 name of the tree; standard input: \`HASH MODE PATH\` a line. Makes the tree of links, in one rename. Prints nothing. */
export const linkTree = `
cd "$1" || exit 1
if [ -d "trees/$2" ]; then touch "trees/$2/.used"; cat > /dev/null; exit 0; fi
w=trees/$2.part-$$
rm -rf "$w"; mkdir -p "$w" || exit 7
while read -r h m p; do
  case $p in */*) [ -d "$w/\${p%/*}" ] || mkdir -p "$w/\${p%/*}" || exit 7 ;; esac
  ln "store/$h" "$w/$p" 2>/dev/null || cp "store/$h" "$w/$p" || exit 7
  [ "$m" = x ] && chmod 755 "$w/$p"
done
touch "$w/.used"
mv "$w" "trees/$2" 2>/dev/null || { [ -d "trees/$2" ] && rm -rf "$w"; }
`

/** $1 folder of a tree, then a command that tries what is in it. Once it went well it is not tried again. */
export const tryOnce = `
w=$1/.works
shift
[ -e "$w" ] || { "$@" && : > "$w"; }
`

/** Prints what there is, \`NAME VALUE\` a line; several lines of a name are a list. $1: the folder, which need not exist. */
export const lookOver = `
say() { printf '%s %s\\n' "$1" "$2"; }
say time "$(date +%s%N 2>/dev/null || date +%s)"
say os "$(uname -s)"
say machine "$(uname -m)"
say release "$(uname -r)"
say libc "$(getconf GNU_LIBC_VERSION 2>/dev/null)"
say cores "$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN)"
say memory "$(sed -n 's/^MemTotal: *//p' /proc/meminfo 2>/dev/null || sysctl -n hw.memsize)"
say cpu "$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -n 1)"
say flags "$(sed -n 's/^\\(flags\\|Features\\)[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -n 1)"
for tool in tar cat wc tail; do command -v "$tool" > /dev/null || say lacks "$tool"; done
{ command -v sha256sum || command -v shasum; } > /dev/null || say lacks sha256sum
case $1 in '~') d=$HOME ;; '~/'*) d=$HOME/\${1#??} ;; *) d=$1 ;; esac
while [ ! -d "$d" ] && [ "$d" != / ] && [ "$d" != . ]; do d=$(dirname "$d"); done
say disk "$(df -Pk "$d" 2>/dev/null | sed -n 2p)"
[ -w "$d" ] || say lacks "leave to write $d"
nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null | while read -r g; do say gpu "$g"; done
exit 0
`

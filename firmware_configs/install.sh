#!/bin/sh
# Puts on a machine what the install.txt of its device lists, and takes it away again. What the lists hold: firmware_configs/README.md.
set -eu
umask 022
export LC_ALL=C

here=$(dirname -- "$(readlink -f -- "$0")")
checkout=$(dirname -- "$here")
device='' root='' act=install dry=false purge=false packages='' with='' without=''

say() { printf '%s\n' "$*"; }
fail() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }
devices() { for list in "$here"/*/install.txt; do basename -- "$(dirname -- "$list")"; done | grep -vx base | tr '\n' ' '; }
usage() {
    cat <<END
install.sh DEVICE [--with NAME]… [--without NAME]… [--root DIR] [--dry-run] [--packages|--no-packages]
install.sh --uninstall DEVICE [--purge] [--root DIR] [--dry-run]

DEVICE: $(devices)
  --with NAME     also what with-NAME.txt lists; remembered until --without NAME
  --root DIR      into the Debian tree DIR instead of this machine; packages are then only installed when --packages is given
  --dry-run       say what would be done, do nothing
  --purge         with --uninstall: edited settings and the data too
END
}

while [ $# -gt 0 ]; do
    case $1 in
    --root|--with|--without)
        [ -n "${2:-}" ] || fail "$1 needs a word after it; see install.sh --help"
        case $1 in --root) root=$2 ;; --with) with="$with $2" ;; *) without="$without $2" ;; esac
        shift ;;
    --root=*) root=${1#*=}; [ -n "$root" ] || fail "--root needs a folder; see install.sh --help" ;;
    --uninstall) act=uninstall ;;
    --dry-run) dry=true ;;
    --purge) purge=true ;;
    --packages) packages=yes ;;
    --no-packages) packages=no ;;
    -h|--help) usage; exit 0 ;;
    -*) fail "there is no option $1; see install.sh --help" ;;
    *) [ -z "$device" ] || fail "one device at a time, not $device and $1"; device=$1 ;;
    esac
    shift
done
[ -n "$device" ] || fail "say which device: $(devices)"
case $device in
base|*[!a-z_]*) fail "there is no device $device; it is one of: $(devices)" ;;
esac
[ -f "$here/$device/install.txt" ] || fail "there is no device $device; it is one of: $(devices)"
$dry || [ "$(id -u)" = 0 ] || fail "only root can do this; run: sudo $0 $device"
if [ -n "$root" ]; then
    [ -d "$root" ] || fail "$root is not a folder; make the tree first: debootstrap bookworm $root"
    root=$(readlink -f -- "$root")
    [ "$root" != / ] || root=''
fi
[ -f "$root/etc/debian_version" ] || fail "${root:-this machine} is not Debian or Raspberry Pi OS (no /etc/debian_version); use one of them, version 12 or newer"
debian=$(sed -n 's/^VERSION_ID="\{0,1\}\([0-9]*\).*/\1/p' "$root/etc/os-release")
[ "${debian:-0}" -ge 12 ] || fail "${root:-this machine} has Debian ${debian:-of an unknown version}; 12 or newer is needed"
for tool in systemctl systemd-sysusers sha256sum flock; do
    command -v $tool >/dev/null 2>&1 || fail "$tool is missing; run: apt-get install systemd coreutils util-linux"
done

home=$root/var/lib/luot-install
state=$home/$device
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
plan=$work/plan
: > "$plan"

# ---- the list ---------------------------------------------------------------------------------------------------------------------

# check_line VERB ARGUMENTS…: a line that could not be done is refused before anything is done; $at says where it stands
check_line() {
    verb=$1; shift
    case $verb in
    file|keep) { [ $# -ge 3 ] && [ $# -le 4 ]; } || fail "$at: $verb needs SOURCE DESTINATION MODE [USER:GROUP]" ;;
    block|link) [ $# = 2 ] || fail "$at: $verb needs two words" ;;
    dir) { [ $# = 2 ] || [ $# = 3 ]; } || fail "$at: dir needs DESTINATION MODE [USER:GROUP]" ;;
    absent) [ $# = 1 ] || fail "$at: absent needs one path" ;;
    package|enable|disable|mask|data) [ $# -ge 1 ] || fail "$at: $verb of what?" ;;
    code) [ $# = 0 ] || fail "$at: code stands alone" ;;
    *) fail "$at: there is no line '$verb'; see firmware_configs/README.md" ;;
    esac
    case $verb in
    file|keep|block)
        [ -f "$here/$1" ] || fail "$at: there is no firmware_configs/$1; take the whole checkout"
        place=$2 mode=${3:-0644} ;;
    dir) place=$1 mode=$2 ;;
    link|absent) place=$1 mode=0644 ;;
    *) return 0 ;;
    esac
    case $place in /*) ;; *) fail "$at: $place is not a path from the root" ;; esac
    case $place in */../*|*/..|/|*/) fail "$at: $place is not the path of a thing" ;; esac
    case $mode in [0-7][0-7][0-7][0-7]) ;; *) fail "$at: $mode is not a mode of four octal digits" ;; esac
}

# read_list FOLDER: its lines, those of what it includes and of the options, into the plan
read_list() {
    for list in install.txt $options; do
        case $list in install.txt) ;; *) list=with-$list.txt ;; esac
        [ -f "$here/$1/$list" ] || continue
        number=0
        while read -r line || [ -n "$line" ]; do
            number=$((number + 1)) at="firmware_configs/$1/$list:$number"
            set -f
            # shellcheck disable=SC2086  # the words of a line
            set -- "$1" ${line%%#*}
            set +f
            [ $# -gt 1 ] || continue
            case $2 in
            include)
                [ -f "$here/${3:-}/install.txt" ] || fail "$at: there is no folder '${3:-}' with an install.txt"
                (read_list "$3") || exit 1 ;;
            *)
                folder=$1; shift
                check_line "$@"
                printf '%s\n' "$*" >> "$plan"
                set -- "$folder" ;;
            esac
        done < "$here/$1/$list"
    done
}

options=$({ cat -- "$state/options" 2>/dev/null || :; printf '%s' "$with" | tr ' ' '\n'; } | sort -u)
for name in $without; do options=$(printf '%s\n' "$options" | grep -vx -- "$name" || :); done
for name in $with; do
    case $name in *[!a-z]*) fail "--with $name: an option is a word of small letters" ;; esac
    found=false
    for list in "$here/$device" $(sed -n "s|^include  *\([a-z_]*\).*|$here/\1|p" "$here/$device/install.txt"); do
        [ ! -f "$list/with-$name.txt" ] || found=true
    done
    $found || fail "$device has no option $name; the options are the files with-NAME.txt in firmware_configs/$device and firmware_configs/base"
done

# ---- small tools -------------------------------------------------------------------------------------------------------------------

print_of() { sha256sum < "$1" | cut -d ' ' -f 1; }
there() { [ -e "$1" ] || [ -L "$1" ]; }
did=0
tell() { did=$((did + 1)); say "$*"; }
# record KIND PATH [WORD]: what was made, written before it is made, so that an interrupted run can be undone
record() { $dry || printf '%s\n' "$*" >> "$state/made.new"; }
recorded() { cat -- "$state/made" "$state/made.new" 2>/dev/null || :; }
sum_of() { recorded | awk -v k="$1" -v p="$2" '$1 == k && $2 == p { s = $3 } END { print s }'; }
# the other devices on this machine that have this path too
others() { for list in "$home"/*/made; do [ "$list" = "$state/made" ] || [ ! -f "$list" ] || ! awk -v p="$1" '$2 == p { f = 1 } END { exit !f }' "$list" || dirname -- "$list"; done; }
numeric() { # USER:GROUP → the numbers they have in the tree
    user=$(awk -F: -v n="${1%%:*}" '$1 == n { print $3; exit }' "$root/etc/passwd")
    group=$(awk -F: -v n="${1#*:}" '$1 == n { print $3; exit }' "$root/etc/group")
    { [ -n "$user" ] && [ -n "$group" ]; } || fail "there is no $1 in ${root}/etc/passwd and group; a sysusers.d file of the list, or a package, has to make it"
    say "$user:$group"
}
# parents PATH: the folders above it that are missing, made and recorded
parents() {
    missing='' above=$(dirname -- "$1")
    while ! there "$root$above"; do missing="$above $missing"; above=$(dirname -- "$above"); done
    for folder in $missing; do
        $dry && continue
        record parent "$folder"
        mkdir -m 0755 -- "$root$folder"
    done
    # a folder made by an earlier run, or by another device's, is ours too: whoever goes last takes it away
    above=$(dirname -- "$1")
    while [ "$above" != / ]; do
        if cat -- "$home"/*/made 2>/dev/null | grep -qxF "parent $above" && ! grep -qsxF "parent $above" "$state/made.new"; then record parent "$above"; fi
        above=$(dirname -- "$above")
    done
}
# save PATH: what lay there before us, once
save() {
    there "$root$1" && ! there "$state/was$1" || return 0
    mkdir -p -- "$state/was$(dirname -- "$1")"
    cp -a -- "$root$1" "$state/was$1"
}
keep_edited() { # PATH: somebody's work is never thrown away
    tell "edited by hand, kept in /var/lib/luot-install/edited$1: $1"
    $dry && return 0
    mkdir -p -- "$home/edited$(dirname -- "$1")"
    cp -a -- "$root$1" "$home/edited$1"
}
place_copy() { # FROM PATH MODE: whole or not at all
    parents "$2"
    cp -- "$1" "$root$2.luot-new"
    chmod -- "$3" "$root$2.luot-new"
    mv -f -- "$root$2.luot-new" "$root$2"
}
without_block() { awk '/^# luot begin$/ { skip = 1 } !skip { print } /^# luot end$/ { skip = 0 }' "$1"; }
ctl() { systemctl ${root:+--root="$root"} --quiet "$@"; }
# enabled, disabled, masked, static … or nothing when there is no such unit
state_of() { systemctl ${root:+--root="$root"} is-enabled "$1" 2>/dev/null || :; }
unit_there() { # the unit, or the template of an instance
    for folder in etc/systemd/system lib/systemd/system usr/lib/systemd/system; do
        [ ! -f "$root/$folder/$1" ] && [ ! -f "$root/$folder/${1%%@*}@.${1##*.}" ] || return 0
    done
    return 1
}

# shellcheck source=install_steps.sh
. "$here/install_steps.sh"

if $dry; then
    case $act in install) read_list "$device"; install_all ;; *) uninstall_all ;; esac
else
    [ $act = install ] || is_installed
    mkdir -p -- "$home"
    exec 9< "$home"
    flock -n 9 || fail "another install.sh is at work on ${root:-this machine}; wait until it is done"
    case $act in install) read_list "$device"; install_all ;; *) uninstall_all ;; esac
fi

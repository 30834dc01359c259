# shellcheck shell=sh disable=SC2154
# The steps of install.sh, which reads this file: each kind of line put there, and taken away again. Not a program of its own.

# ---- putting there ------------------------------------------------------------------------------------------------------------------

put_file() { # SOURCE PATH MODE
    new=$(print_of "$here/$1")
    if [ -f "$root$2" ] && [ ! -L "$root$2" ]; then
        now=$(print_of "$root$2") ours=$(sum_of file "$2")
        if [ "$now" != "$new" ]; then
            if [ -n "$ours" ] && [ "$now" != "$ours" ]; then keep_edited "$2"; fi
            tell "renew $2"
        fi
    else
        now='' ours=$(sum_of file "$2")
        tell "put $2"
    fi
    $dry && return 0
    if [ -z "$ours" ] && [ -z "$(others "$2")" ] && [ "$now" != "$new" ]; then save "$2"; fi
    record file "$2" "$new"
    if [ "$now" = "$new" ]; then parents "$2"; chmod -- "$3" "$root$2"; else place_copy "$here/$1" "$2" "$3"; fi
}

put_keep() { # SOURCE PATH MODE
    if there "$root$2"; then
        ours=$(sum_of keep "$2")
        $dry && return 0
        [ -z "$ours" ] || { record keep "$2" "$ours"; parents "$2"; }
        return 0
    fi
    tell "put $2 (yours to edit)"
    $dry && return 0
    record keep "$2" "$(print_of "$here/$1")"
    place_copy "$here/$1" "$2" "$3"
}

put_block() { # SOURCE PATH
    touch "$work/old"
    [ ! -f "$root$2" ] || cp -- "$root$2" "$work/old"
    { without_block "$work/old"; say '# luot begin'; cat -- "$here/$1"; say '# luot end'; } > "$work/new"
    if there "$root$2"; then was=there; else was=made; fi
    # a file that we made once stays ours, however often this is run
    [ "$(sum_of block "$2")" != made ] || was=made
    $dry || record block "$2" "$was"
    if cmp -s "$work/old" "$work/new"; then return 0; fi
    tell "put our part into $2"
    $dry && return 0
    parents "$2"
    # written through the old file, which keeps its mode and owner
    cat -- "$work/new" > "$root$2"
}

put_link() { # PATH TARGET
    if [ -L "$root$1" ] && [ "$(readlink -- "$root$1")" = "$2" ]; then
        $dry || [ -z "$(sum_of link "$1")" ] || { record link "$1" "$2"; parents "$1"; }
        return 0
    fi
    tell "link $1 → $2"
    $dry && return 0
    save "$1"
    record link "$1" "$2"
    parents "$1"
    ln -sfn -- "$2" "$root$1"
}

put_dir() { # PATH MODE
    if [ ! -d "$root$1" ]; then
        tell "make $1/"
        $dry && return 0
        record dir "$1"
        parents "$1"
        mkdir -- "$root$1"
    elif ! $dry && recorded | grep -qxF "dir $1"; then record dir "$1"; parents "$1"
    fi
    $dry || chmod -- "$2" "$root$1"
}

put_absent() { # PATH
    if there "$root$1"; then
        tell "put away $1"
        $dry && return 0
        save "$1"
        rm -f -- "$root$1"
    fi
    $dry || ! there "$state/was$1" || record absent "$1"
}

put_packages() {
    wanted=$(awk '$1 == "package" { for (i = 2; i <= NF; i++) print $i }' "$plan" | sort -u)
    [ -n "$wanted" ] || return 0
    [ -n "$packages" ] || if [ -n "$root" ]; then packages=no; else packages=yes; fi
    missing=
    for name in $wanted; do
        dpkg-query --admindir="$root/var/lib/dpkg" -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing="$missing $name"
    done
    [ -n "$missing" ] || return 0
    if [ "$packages" = no ]; then say "these Debian packages are still needed:$missing"; return 0; fi
    tell "install Debian packages:$missing"
    $dry && return 0
    # confold: a file of ours that is there before its package stays
    # shellcheck disable=SC2086  # a list of package names
    set -- env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends -o Dpkg::Options::=--force-confold $missing
    [ -z "$root" ] || set -- chroot "$root" "$@"
    { ${root:+chroot "$root"} apt-get update -q </dev/null >&2 && "$@" </dev/null >&2; } || fail "the packages could not be installed; look at the lines above, check the network and run this again"
}

put_code() {
    [ "$checkout" != "$root/opt/luot" ] || return 0
    if [ -d "$checkout/.git" ] && command -v git >/dev/null 2>&1; then
        git -c safe.directory="$checkout" -C "$checkout" ls-files -c --exclude-standard
    else
        (cd -- "$checkout" && find . -type f ! -path './.git/*' ! -path './.venv/*' ! -path './node_modules/*' ! -path './data/*' ! -name '*.pyc' | sed 's|^\./||')
    fi | grep -v '^tests/' | sort > "$work/code"
    while read -r name; do [ ! -f "$checkout/$name" ] || printf '%s\n' "$name"; done < "$work/code" > "$work/code.there"
    if there "$root/opt/luot" && [ ! -f "$state/code" ] && [ -z "$(others /opt/luot)" ]; then
        fail "$root/opt/luot is there and is not ours; update it where it came from and run its own firmware_configs/install.sh"
    fi
    # one changed byte anywhere counts
    same=true
    while read -r name; do cmp -s "$checkout/$name" "$root/opt/luot/$name" || { same=false; break; }; done < "$work/code.there"
    $same || tell "put the program into /opt/luot"
    $dry && return 0
    record code /opt/luot
    parents /opt/luot
    if $same; then cp -- "$work/code.there" "$state/code"; return 0; fi
    mkdir -p -- "$root/opt/luot"
    if [ -f "$state/code" ]; then
        grep -vxFf "$work/code.there" "$state/code" | while read -r name; do rm -f -- "$root/opt/luot/$name"; done || :
    fi
    cp -- "$work/code.there" "$state/code"
    (cd -- "$checkout" && tar -c --owner=0 --group=0 --mode='u+rw,go=u-w' --no-recursion -T "$work/code.there") | tar -x -C "$root/opt/luot" --no-same-owner -p
    chmod 0755 -- "$root/opt/luot"
}

names_in() { cut -d: -f1 "$root/etc/$1"; }

put_users() {
    lists=$(awk -v r="$root" '$1 == "file" && $3 ~ "^/etc/sysusers[.]d/" { print r $3 }' "$plan")
    [ -n "$lists" ] || return 0
    $dry && return 0
    names_in passwd > "$work/users"; names_in group > "$work/groups"
    # shellcheck disable=SC2086  # paths of ours, without spaces
    systemd-sysusers ${root:+--root="$root"} $lists || fail "systemd-sysusers could not make the users of: $lists"
    names_in passwd | grep -vxFf "$work/users" | while read -r name; do tell "made the user $name"; record user "$name"; done || :
    names_in group | grep -vxFf "$work/groups" | while read -r name; do record group "$name"; done || :
    recorded | awk '$1 == "user" || $1 == "group"' | sort -u | while read -r kind name; do
        grep -qxF "$kind $name" "$state/made.new" || record "$kind" "$name"
    done
}

put_owners() {
    awk '($1 == "file" || $1 == "keep") { print $3, $4, $5 } $1 == "dir" { print $2, $3, $4 }' "$plan" | while read -r place mode owner; do
        there "$root$place" || continue
        numbers=$(numeric "${owner:-root:root}")
        chown -h -- "$numbers" "$root$place"
        chmod -- "$mode" "$root$place"
    done
}

put_units() {
    # what is said last of a unit counts: an option may switch off what the device itself switches on
    awk '$1 == "enable" || $1 == "disable" || $1 == "mask" { for (i = 2; i <= NF; i++) print $1, $i }' "$plan" | tac | awk '!seen[$2]++' | tac > "$work/units"
    while read -r verb unit; do
        is=$(state_of "$unit")
        case $verb in
        mask) want=masked ;;
        enable) want=enabled ;;
        disable) want=disabled ;;
        esac
        before=$(recorded | awk -v u="$unit" '$1 == "unit" && $2 == u { s = $3 } END { print s }')
        if [ "$verb" != mask ] && ! unit_there "$unit"; then
            # a new unit of ours that a dry run has not put there is no surprise
            $dry || [ "$verb" = disable ] || say "not enabled, since its package is not installed yet: $unit; run this again then"
            continue
        fi
        [ "$is" = "$want" ] || [ "$is" = static ] || tell "$verb $unit"
        $dry && continue
        [ -n "$before" ] || [ "$is" = "$want" ] || before=${is:-none}
        [ -z "$before" ] || record unit "$unit" "$before"
        [ "$is" = "$want" ] || [ "$is" = static ] || ctl "$verb" "$unit" || fail "systemctl $verb $unit did not work; see above"
    done < "$work/units"
}

install_all() {
    $dry || mkdir -p -- "$state"
    # what an interrupted run had begun counts as made
    if ! $dry && [ -f "$state/made.new" ]; then recorded | sort -u > "$work/made"; mv -- "$work/made" "$state/made"; rm -f -- "$state/made.new"; fi
    $dry || : > "$state/made.new"
    # what is said last of a place counts: an option may put its own file where the device has one
    tac "$plan" | awk '($1 != "file" && $1 != "keep") || !seen[$3]++' | tac > "$work/last"
    mv -- "$work/last" "$plan"
    put_packages
    if grep -qx code "$plan"; then put_code; fi
    while read -r verb first second third rest; do
        case $verb in
        file) put_file "$first" "$second" "$third" ;;
        keep) put_keep "$first" "$second" "$third" ;;
        block) put_block "$first" "$second" ;;
        link) put_link "$first" "$second" ;;
        absent) put_absent "$first" ;;
        esac
    done < "$plan"
    put_users
    while read -r verb first second rest; do
        case $verb in dir) put_dir "$first" "$second" ;; esac
    done < "$plan"
    $dry || put_owners
    put_units
    if $dry; then [ "$did" -gt 0 ] || say "nothing to do"; return 0; fi
    # what an older list had and this one has not
    if [ -f "$state/made" ]; then
        awk 'NR == FNR { has[$1 " " $2] = 1; next } !(($1 " " $2) in has)' "$state/made.new" "$state/made" > "$work/gone"
        take_away "$work/gone"
    fi
    awk '!seen[$0]++' "$state/made.new" > "$work/made"
    mv -- "$work/made" "$state/made"
    rm -f -- "$state/made.new"
    printf '%s\n' "$options" > "$state/options"
    awk '$1 == "data" { for (i = 2; i <= NF; i++) print $i }' "$plan" > "$state/data"
    if [ -z "$root" ]; then on_this_machine; fi
    if [ "$did" -gt 0 ]; then say "$device: done"; else say "$device: everything is in its place already"; fi
    next=$(awk '$1 == "keep" { print $3 }' "$plan" | tr '\n' ' ')
    [ -z "$next" ] || say "now: write this machine's own settings into ${next}and start it anew (docs/devices/$device.md)"
}

on_this_machine() {
    if [ -d /run/systemd/system ]; then
        systemctl daemon-reload
        systemd-tmpfiles --create || :
        if command -v udevadm >/dev/null; then udevadm control --reload || :; fi
    fi
    # a command of the device's own program, which installs what that program needs and no more
    case $device in kiosk) first='kiosk --help' ;; *) first=settings ;; esac
    # shellcheck disable=SC2086  # the words of a command
    if grep -qx code "$plan"; then /opt/luot/luot $first > /dev/null || fail "the program is in /opt/luot, but its packages could not be installed; look above, check the network and run this again"; fi
}

# ---- taking away --------------------------------------------------------------------------------------------------------------------

bring_back() { # PATH: what lay there before us
    there "$state/was$1" || return 0
    mkdir -p -- "$root$(dirname -- "$1")"
    mv -f -- "$state/was$1" "$root$1"
}

take_one() { # KIND PATH WORD
    for other in $(case $1 in parent|unit) ;; *) others "$2" ;; esac); do
        # another device of this machine has it too: it stays, and what was before goes over to that one
        if there "$state/was$2"; then mkdir -p -- "$other/was$(dirname -- "$2")"; mv -f -- "$state/was$2" "$other/was$2"; fi
        return 0
    done
    case $1 in
    file)
        if [ -f "$root$2" ]; then
            if [ "$(print_of "$root$2")" != "$3" ] && ! $purge; then keep_edited "$2"; fi
            tell "remove $2"; $dry || rm -f -- "$root$2"
        fi
        $dry || bring_back "$2" ;;
    keep)
        [ -f "$root$2" ] || return 0
        if [ "$(print_of "$root$2")" = "$3" ] || $purge; then tell "remove $2"; $dry || rm -f -- "$root$2"
        else say "left, since it was edited (--purge removes it): $2"; fi ;;
    block)
        [ -f "$root$2" ] || return 0
        without_block "$root$2" > "$work/rest"
        tell "take our part out of $2"; $dry && return 0
        if [ "$3" = made ] && [ ! -s "$work/rest" ]; then rm -f -- "$root$2"; else cat -- "$work/rest" > "$root$2"; fi ;;
    link)
        if [ -L "$root$2" ] && [ "$(readlink -- "$root$2")" = "$3" ]; then tell "remove $2"; $dry || rm -f -- "$root$2"; fi
        $dry || bring_back "$2" ;;
    absent) tell "bring back $2"; $dry || bring_back "$2" ;;
    dir|parent)
        [ -d "$root$2" ] || return 0
        if $purge && [ "$1" = dir ]; then tell "remove $2/"; $dry || rm -rf -- "$root${2:?}"
        else $dry || rmdir -- "$root$2" 2>/dev/null || [ "$1" = parent ] || say "left, since it is not empty (--purge removes it): $2/"; fi ;;
    code) tell "remove $2"; $dry || rm -rf -- "$root${2:?}" ;;
    user|group)
        grep -q "^$2:" "$root/etc/$([ "$1" = user ] && say passwd || say group)" || return 0
        tell "remove the $1 $2"
        $dry || "$1del" ${root:+--prefix "$root"} "$2" || fail "$1del $2 did not work; end what runs as $2 and do this again" ;;
    esac
}

take_units() { # FILE
    awk '$1 == "unit"' "$1" | while read -r kind unit was; do
        is=$(state_of "$unit")
        tell "$unit: back to $was"
        $dry && continue
        [ "$is" != masked ] || ctl unmask "$unit"
        case $was in
        enabled) ctl enable "$unit" ;;
        masked) ctl mask "$unit" ;;
        *) [ -n "$root" ] || systemctl stop "$unit" 2>/dev/null || :
           [ "$is" != enabled ] || ctl disable "$unit" ;;
        esac || fail "$unit could not be brought back to $was; see above"
    done
}

# take_away FILE: the lines of a record, newest first; units before their files, users when nothing of theirs is left, folders last
take_away() {
    take_units "$1"
    # folders deepest first: those of the list and those made on the way
    { awk '$1 != "unit" && $1 != "parent" && $1 != "dir" && $1 != "user" && $1 != "group"' "$1" | tac
      awk '$1 == "user"' "$1"; awk '$1 == "group"' "$1"
      awk '$1 == "dir" || $1 == "parent"' "$1" | sort -r -k 2,2; } > "$work/order"
    while read -r kind place word; do take_one "$kind" "$place" "$word"; done < "$work/order"
}

is_installed() { [ -f "$state/made" ] || [ -f "$state/made.new" ] || fail "$device is not installed on ${root:-this machine}"; }

uninstall_all() {
    is_installed
    recorded | awk '!seen[$0]++' > "$work/all"
    data=$(cat -- "$state/data" 2>/dev/null || :)
    take_units "$work/all"
    grep -v '^unit ' "$work/all" > "$work/things" || :
    for place in $data; do
        there "$root$place" || continue
        if $purge; then tell "remove $place"; $dry || rm -rf -- "$root${place:?}"
        else say "left, since it is the device's data (--purge removes it): $place"; fi
    done
    take_away "$work/things"
    $dry && return 0
    rm -rf -- "$state"
    ! $purge || rm -rf -- "$home/edited"
    rmdir -- "$home" 2>/dev/null || :
    [ -n "$root" ] || [ ! -d /run/systemd/system ] || systemctl daemon-reload
    say "$device: taken away. Debian packages stay; remove them with apt-get when nothing else needs them"
}

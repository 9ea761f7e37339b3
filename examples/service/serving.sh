# For scripts that ask a service of their own: to be read by them, after `root` is set to the root of the repository.
#
# `work` is a folder that is gone at the end, as the services are that `serve` started.

work=$(mktemp -d)
started=()
finish() {
    for pid in ${started[@]+"${started[@]}"}; do kill "$pid" 2>/dev/null || true; done
    wait
    rm -rf "$work"
}
trap finish EXIT

# Starts the program $1 as a service named $2, with the arguments that follow, on a port of its own: its address is in `url`, its
# process in `pid`.
serve() {
    local program=$1 name=$2; shift 2
    # Nothing of how a service of this machine may be started.
    unset "${!MAITRE_@}"
    # It is read before the program may have begun to write it.
    : >"$work/$name.log"
    NO_COLOR=1 "$program" --listen 127.0.0.1:0 --profiles "$work/$name.redb" --time-zone America/Sao_Paulo "$@" \
        2>>"$work/$name.log" &
    pid=$!
    started+=("$pid")
    for _ in $(seq 200); do
        url=$(sed -n 's|.*serving on \(http://[0-9.:]*\).*|\1|p' "$work/$name.log")
        [ -z "$url" ] || return 0
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.05
    done
    cat "$work/$name.log" >&2
    return 1
}

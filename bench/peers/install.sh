#!/bin/bash
# Installs what the side-by-side benchmark runs: HAProxy, nginx, twemproxy, redis, memcached, wrk, iperf3, curl (Debian, Ubuntu).
# Only what is missing is installed, and no service is started or enabled by it:
# a proxy that somebody measures with must not begin to serve their machine.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

missing=()
need() { # need PACKAGE TEST...
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}
need haproxy command -v haproxy
need nginx-light command -v nginx
need libnginx-mod-stream test -e /usr/lib/nginx/modules/ngx_stream_module.so
need redis-server command -v redis-server
need redis-tools command -v redis-benchmark
need wrk command -v wrk
need iperf3 command -v iperf3
need curl command -v curl
need nutcracker command -v nutcracker
need memcached command -v memcached
need iproute2 command -v ip

if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi

if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "install.sh: needs root (or sudo) to install: ${missing[*]}" >&2; exit 1; }
    exec sudo bash "$0" "$@"
fi

echo "installing: ${missing[*]}" >&2

# Debian asks this file before it starts a service; 101 is "not allowed" (invoke-rc.d(8)).
policy=/usr/sbin/policy-rc.d
saved=
if [ -e $policy ] || [ -L $policy ]; then
    saved=$(mktemp -u /usr/sbin/policy-rc.d.XXXXXX)
    mv $policy "$saved"
fi
restore() {
    rm -f $policy
    if [ -n "$saved" ]; then mv "$saved" $policy; fi
}
trap restore EXIT
printf '#!/bin/sh\nexit 101\n' >$policy
chmod 755 $policy

export DEBIAN_FRONTEND=noninteractive
apt-get update -q >&2
apt-get install -q -y --no-install-recommends "${missing[@]}" >&2

# The policy stops the start, not the enabling for the next boot.
for package in "${missing[@]}"; do
    case $package in
        haproxy | redis-server | iperf3 | nutcracker | memcached) service=$package ;;
        nginx-light) service=nginx ;;
        *) continue ;;
    esac
    if command -v systemctl >/dev/null; then
        systemctl disable --quiet $service 2>/dev/null || true
    elif command -v update-rc.d >/dev/null; then
        update-rc.d $service disable 2>/dev/null || true
    fi
done

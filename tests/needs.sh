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
need prometheus prometheus
[ "${1:-}" = bench ] && { need prometheus-alertmanager prometheus-alertmanager; need wrk wrk; }
[ -z "$want" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing for the tests:$want"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends $want >/dev/null || echo "some of them could not be installed"
else
  echo "not on this machine, so some tests are skipped:$want"
fi
exit 0

#!/real/dash
# Stands in for every program in the box: notes that it was started and with what, then does what the real one would.
name=${0##*/}
read -r number < /log/current
printf '%s\0' "$number" "$name" "$@" "
" >> "/log/starts.$$"
case $name in
bash|sh|dash) exec "/real/$name" "$@" ;;
sudo|doas)
  while [ $# -gt 0 ]; do
    case $1 in
    -u|-g|--user|--group) shift 2 ;;
    --) shift; break ;;
    -*) shift ;;
    *) break ;;
    esac
  done
  [ $# -eq 0 ] || exec /real/env "$@" ;;
ssh)
  while [ $# -gt 0 ]; do
    case $1 in
    -p|-i|-l|-o) shift 2 ;;
    -*) shift ;;
    *) break ;;
    esac
  done
  [ $# -lt 2 ] || { shift; exec "/real/$REMOTE_SHELL" -c "$*"; } ;;
docker|docker-compose|podman|nerdctl|podman-compose|kubectl|oc)
  while [ $# -gt 0 ]; do
    case $1 in
    -n|-f|-p|-c|--context|--namespace|--file|--project-name) shift 2 ;;
    compose|-*) shift ;;
    *) break ;;
    esac
  done
  [ "$1" = exec ] || { echo "abc-1 ok"; exit 0; }
  shift
  while [ $# -gt 0 ]; do
    case $1 in
    -u|-w|-n|-c|--user|--workdir|--index|--namespace|--container) shift 2 ;;
    -*) shift ;;
    *) break ;;
    esac
  done
  [ $# -eq 0 ] || shift
  [ "$1" != -- ] || shift
  [ $# -eq 0 ] || exec "$@"
  echo "abc-1 ok" ;;
watch)
  while [ $# -gt 0 ]; do
    case $1 in
    -n|--interval) shift 2 ;;
    -*) shift ;;
    *) break ;;
    esac
  done
  [ $# -eq 0 ] || exec /real/dash -c "$*" ;;
time) [ $# -eq 0 ] || exec "$@" ;;
# What could write, start, or open something by a way of its own is the real one; the others only have to be noted.
env|nice|ionice|timeout|xargs|stdbuf|sort|uniq|sed|find|diff|date|git|gzip|hostname|openssl|curl|wget)
  [ ! -x "/real/$name" ] || exec "/real/$name" "$@"
  echo "1 ok" ;;
awk|gawk|mawk) # the name alone is a link that leads back here
  for real in gawk mawk; do [ ! -x "/real/$real" ] || exec "/real/$real" "$@"; done ;;
*) echo "abc-1 ok 12" ;;
esac

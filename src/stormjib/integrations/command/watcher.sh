trap "" TERM HUP INT
# Whether something is left of the group. A zombie is nothing, for nobody may be there to reap it; who can't tell says yes.
left() {
  kill -0 "-$1" 2>/dev/null || return 1
  list=$(ps -A -o pgid= -o stat= 2>/dev/null)
  [ -n "$list" ] || return 0
  [ -n "$(echo "$list" | while read -r group state; do [ "$group" = "$1" ] && [ "${state#Z}" = "$state" ] && echo left; done)" ]
}
while IFS= read -r line; do
  case $line in
    TERM) kill -TERM "-$1" ;;
    "KILL "*)
      kill -KILL "-$1"
      tries=0
      while left "$1" && [ "$tries" -lt 40 ]; do sleep 0.1; tries=$((tries + 1)); done
      left "$1" || printf "%s gone\n" "${line#KILL }"
      exit
      ;;
  esac
done
kill -KILL "-$1"

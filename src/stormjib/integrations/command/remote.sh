# The other end of a command over ssh. It comes over standard input behind one line that reads it into $s, so that no command
# line there shows it. Then come a word that only this script and stormjib know ($n), what the command needs up to that word
# again ($d is its directory, $t its time, $x its variables), and "go" once stormjib has read "ready": before, nothing starts.
kill -0 "-$$" 2>/dev/null || exec setsid /bin/sh -c "$s"
nl=$(printf "\nx"); nl=${nl%x}
IFS= read -r n || exit 1
c=
while IFS= read -r l && [ "$l" != "$n" ]; do c=$c$l$nl; done
[ "$l" = "$n" ] || exit 1
eval "$c"
unset c l s
[ -z "$d" ] || cd -- "$d" || exit 1
own=$(command -v setsid)
printf "%s ready\n" "$n"
IFS= read -r l && [ "$l" = go ] || exit 1
exec 3<&0 </dev/null 2>/dev/null
# The watcher has a session of its own, so that it outlives the group that it ends: when it is told to, and when the connection is lost.
$own /bin/sh -c "$w" watcher "$$" <&3 & watcher=$!
# With no word from stormjib at all, such as behind a dead network, the command ends by its own time limit.
limit=
[ -z "$own" ] || { $own /bin/sh -c "$e" limit "$$" "$t" </dev/null >/dev/null 2>&1 & limit=$!; }
trap : TERM HUP
if command -v bash >/dev/null 2>&1; then
  (eval "$x"; exec bash --norc -u -o pipefail -c "$b" 3<&-) 2>&1
else
  (eval "$x"; exec /bin/sh -u -c "$p" 3<&-) 2>&1
fi
code=$?
kill -s KILL "$watcher"
[ -z "$limit" ] || kill -KILL "-$limit" 2>/dev/null || kill -s KILL "$limit"
wait
printf "%s end %s\n" "$n" "$code"

"""The table of the programs that are known here: one line each, with every argument that it may have as a read."""

# One rule per line: level, program and subcommands (`a|b` are alternatives), `:rest`, options, `# why` for a person.
# level    read, change, unknown, disrupt, destroy; `run` and `shell` run another command (`run:unknown`: at least that risky)
# :rest    what may stand beside options: none · one · words · files (paths that get opened) · any · a number for `run` and
#          `shell` (arguments before the command) · the name of a rule in rules.py
# options  -x= takes a value, --x?= takes one only when attached, -x#= attached or a number behind it,
#          -# is a number, -x!change raises the risk, * is any option at all
TABLE = r"""
read echo|true|false|:|pwd|uptime|w|whoami|id|groups|nproc|arch|tty|logname|locale|uname :any *
read ps|pidof|basename|dirname|seq|expr|which|type|lscpu|lsmod|tr|lsblk :any *
read cat|ls|head|wc|stat|du|cut|nl|tac|rev|fold|od|cmp|comm|paste|join|column|expand|hexdump|grep|jq|who|last|pgrep :files *
read cksum|md5sum|sha1sum|sha256sum|sha512sum|realpath|readlink :files *
read exit|return|break|continue :counts *
read printf :format
read date :plus -u -d= -R -I?= -r= --date= --utc --iso-8601?=
read hostname :none -f -i -I -s -d -A --fqdn
read sleep :seconds
read cd :one
read set :options -e -u -x -o=
read read :names -r -p= -t= -n= -d=
read test :words -f= -d= -e= -s= -z= -n= -r= -w= -x= -L= -eq -ne -gt -ge -lt -le -a -o
read tail :files -# -n= -c= -q -v -s= -f -F --lines= --bytes= --follow?= --retry --pid= --quiet
read sort :files -n -r -h -u -k= -t= -f -b -d -g -i -M -R -V -s -z -c --key= --field-separator= --reverse --unique --numeric-sort
read uniq :one -c -d -u -i -D -z -f= -s= -w= --count --repeated --unique
read diff :files -u -q -r -y -b -w -i -B -N -U= -W= --brief --side-by-side --recursive --unified
read sed :sed -n -E -r -e= --quiet --silent --regexp-extended -i?=!change --in-place?=!change
read awk|gawk|mawk :awk -F=
read find :find -H -L -P -name= -iname= -type= -mtime= -mmin= -atime= -ctime= -cmin= -amin= -size= -maxdepth= -mindepth= -path= \
  -ipath= -newer= -user= -group= -perm= -empty -print -print0 -printf= -ls -not -o -a -xdev -mount -prune -readable -writable \
  -executable -regex= -regextype= -links= -nouser -nogroup -delete!destroy -exec!unknown -execdir!unknown -ok!unknown \
  -okdir!unknown -fprint=!change -fprint0=!change -fls=!change -fprintf=!change
read findmnt :words -l -t= -n -o= -T= -D -A --df
read df :files -h -H -T -i -a -l -P -k -m -t= -x= -B= --total --output?= --human-readable --inodes --print-type --local
read free :none -h -m -g -k -b -t -w -l -s= -c= --human --si --total --wide
read vmstat :words -a -s -d -D -n -t -w -S= -m -f
read iostat :words -x -d -k -m -c -h -t -y -z -N
read mpstat :words -P= -u -A
read pidstat :words -u -r -d -p= -t -w -h -l
read sar :words -u -r -n= -d -q -b -B -W -p -A -S
read top :words -b -n= -d= -p= -u= -U= -o= -H -c -i -S -1
read lsof :files -i?= -P -n -p= -u= -t -c= -a -l -b -w -U
read dmesg :none -T -H -k -u -x -r -P -t -l= -f= -w -W --level= --facility= --human --ctime --follow --follow-new --since= \
  --until= --nopager -c!destroy -C!destroy --clear!destroy --read-clear!destroy
read ss :words -t -u -l -n -p -a -s -e -m -o -i -4 -6 -x -r -H -O -w --listening --tcp --udp --numeric --processes --all \
  --summary -K!disrupt --kill!disrupt
read netstat :words -t -u -l -n -p -a -r -s -i -e -c -4 -6 -x -W -g --listening --tcp --udp --numeric --program --continuous
read ip :none -4 -6 -s -d -o -br -c -j -p -brief -json -stats
read ip a|addr|address|r|route|l|link|rule|n|neigh|neighbour :none
read ip a|addr|address|r|route|l|link|rule|n|neigh|neighbour show|list|ls|get :words
disrupt ip a|addr|address|r|route|l|link|rule|n|neigh|neighbour set|add|del|delete|flush|change|replace :any # changes the network
read ping|ping6 :words -c= -w= -W= -i= -n -q -4 -6 -s= -I= -D
read traceroute|tracepath :words -n -m= -q= -w= -4 -6 -I -T -p=
read nc|ncat|netcat :probe -z -v -w= -u -n -4 -6
read dig|host|getent :words -x= -t= -p= -4 -6
read mount :none -l -t= -v
read sysctl :settings -a -n -q -e -N -A
read swapon :none -s --show?=
read crontab :asked -l -u= -r!destroy -e!change
read timedatectl|hostnamectl :none
read nginx :asked -v -V -t!unknown -T!unknown -s=!disrupt
read openssl x509 :none -noout -dates -subject -issuer -enddate -startdate -text -in= -serial -fingerprint -checkend= -inform=
read wget :wget -q -nv -S -O= -T= -t= --spider --quiet --timeout= --tries= --header= --output-document= --server-response --max-redirect=
read pg_isready :none -h= -p= -U= -d= -q -t= --host= --port= --timeout=
read curl :curl -f -s -S -i -I -L -k -v -g -4 -6 --fail --silent --show-error --include --head --location --insecure --verbose \
  --compressed --http1.1 --http2 --fail-with-body --no-progress-meter --retry-connrefused --retry-all-errors -m= --max-time= \
  --connect-timeout= --retry= --retry-delay= --retry-max-time= --max-redirs= -H= --header= -A= --user-agent= -u= --user= -w= \
  --write-out= -X= --request= -o= --output= -e= --referer= -r= --range= --cacert= -d=!change --data=!change \
  --data-raw=!change --data-binary=!change --data-urlencode=!change --json=!change -F=!change --form=!change -T=!change \
  --upload-file=!change -O!change --remote-name!change
run:unknown nohup|setsid|exec|builtin|coproc|parallel|chroot|flock|strace|runuser|systemd-run|unshare|nsenter|caffeinate :0
run sudo|doas :0 -n -E -H -i -s -u= -g= --user= --group= --non-interactive
run env :0 -i -u= --ignore-environment --unset=
run timeout :1 -k= -s= -v --signal= --kill-after= --preserve-status --foreground
run nice :0 -# -n= --adjustment=
run ionice :0 -c= -n= -t
run stdbuf :0 -o= -e= -i=
run time :0 -p -v
run command :0 -p -v -V
run xargs :0 -0 -r -t -x -n= -P= -L= -I= -d= -s= --null --no-run-if-empty --max-args= --max-procs= --delimiter= --replace?=
shell bash|sh|dash :0 -e -u -x -l -o= -c=
shell:unknown zsh|ksh|ash|mksh|fish|csh|tcsh :0 -e -u -x -l -o= -c=
shell ssh :1 -t -p= -i= -l= -q -n -T -x -4 -6 -v -o=
shell watch :0 -n= -d -t -e -g -x -c -w --interval= --differences --no-title --exec --color
shell:unknown eval|trap :0
shell:unknown su :0 -c=
read systemctl :none -l -n= -a -q -t= -p= -o= -r --no-pager --full --lines= --all --quiet --type= --state= --property= --user \
  --system --plain --no-legend --failed --output= --value --recursive
read systemctl status|show|is-active|is-enabled|is-failed|is-system-running|cat|list-units|list-unit-files|list-timers :units
read systemctl list-sockets|list-jobs|list-dependencies|get-default :units
change systemctl start|reload|enable|unmask|daemon-reload|daemon-reexec|reset-failed|set-property|edit|revert :any
change systemctl disable|mask :any --now!disrupt
disrupt systemctl restart|try-restart|reload-or-restart|stop|kill|isolate|rescue|emergency|suspend|hibernate :any
disrupt systemctl reboot|poweroff|halt|kexec|soft-reboot|exit|switch-root :any # takes the machine down
read journalctl :words -u= -n#= -f -e -x -k -b#= -p= -r -o= -S= -U= -t= -g= -q -a --unit= --lines#= --follow --since= --until= \
  --no-pager --priority= --output= --grep= --reverse --boot?= --dmesg --utc --disk-usage --list-boots --no-hostname --no-tail \
  --identifier= --user --system --quiet --vacuum-size=!destroy --vacuum-time=!destroy --vacuum-files=!destroy --rotate!change \
  --flush!change
read service :service
unknown docker :none -H=!unknown --host=!unknown -c= --context= -l= --log-level= -D --debug --config=!unknown
read docker ps|images|ls|list :words -a -q -n= -l -s -f= --all --quiet --filter= --format= --no-trunc --last= --latest --size --digests
read docker image|volume|network|context|node|service|stack|plugin ls|list|ps :words -a -q -f= -n= --all --quiet --filter= \
  --format= --no-trunc --digests
read docker inspect|port|diff|version|info|top|history :any *
read docker image|volume|network|node|service|context|plugin inspect|history :any *
read docker logs :words -f -t -n= --follow --tail= --since= --until= --timestamps --details
read docker stats :words -a --all --no-stream --no-trunc --format=
read docker events :none -f= --filter= --since= --until= --format=
read docker system df :none -v --format=
run docker exec :1 -i -t -u= -w= --user= --workdir= --interactive --tty -e=!unknown --env=!unknown -d!unknown
unknown docker run|create :scan # runs an image, and what is in it is not seen here
change docker pull|push|build|start|tag|login|logout|unpause|rename|update|cp|commit|load|import|save|export :any
disrupt docker restart|stop|kill|pause :any
destroy docker rm|rmi :any
destroy docker image|volume|network|stack|service|secret|config|context rm|remove :any
destroy docker prune :any # deletes stopped containers and their logs
destroy docker system|image|volume|network|builder|buildx prune :any # deletes what is not in use, stopped containers and their \
  logs included
unknown docker compose :none -f= -p= --file= --project-name= --profile= --project-directory= --ansi= --env-file=!unknown
read docker compose ps|ls|images|top|port|version|events|stats :words -a -q --all --quiet --format= --filter= --services \
  --status= --no-trunc --orphans --volumes --images --no-stream --index=
read docker compose config :words -q --quiet --services --volumes --images --profiles --no-interpolate -o=!change --output=!change
read docker compose logs :words -f -t -n= --follow --timestamps --tail= --since= --until= --no-color --no-log-prefix --index=
change docker compose pull|build|push|start|create|unpause|cp|watch|scale :any
change docker compose up :scale -d -V!destroy --scale= --detach --force-recreate!disrupt --remove-orphans!disrupt \
  --renew-anon-volumes!destroy
disrupt docker compose restart|stop|kill|pause :any
disrupt docker compose down :any -v!destroy --volumes!destroy --rmi=!destroy
destroy docker compose rm :any
run docker compose exec :1 -T -i -t -u= -w= --user= --workdir= --index= -e=!unknown --env=!unknown -d!unknown
unknown docker compose run :scan # runs an image, and what is in it is not seen here
unknown kubectl :none -n= -A -o= -l= -c= -L= -w -f= --namespace= --context= --all-namespaces --output= --selector= \
  --kubeconfig=!unknown --server=!unknown --token=!unknown --request-timeout=
read kubectl get|events :words --watch --watch-only --field-selector= --show-labels --sort-by= --no-headers -f=!unknown \
  --raw=!unknown
read kubectl describe|explain|top|api-resources|version :words -f=!unknown --show-events?= --containers --no-headers --sort-by= \
  --client
read kubectl logs :words -f -p --follow --tail= --since= --since-time= --container= --previous --timestamps --all-containers?= \
  --prefix --max-log-requests=
read kubectl cluster-info :none
read kubectl rollout status|history :words --timeout= --watch?= --revision=
run kubectl exec :1 -i -t --stdin --tty --container=
change kubectl apply :any --prune!destroy --force!destroy
change kubectl create|patch|label|annotate|set|expose|autoscale|cordon|uncordon|taint|cp|edit|run :any
change kubectl replace :any --force!destroy
change kubectl scale :scale --replicas=
change kubectl rollout undo|pause|resume :any
disrupt kubectl rollout restart :any
disrupt kubectl drain :any --delete-emptydir-data!destroy --delete-local-data!destroy
disrupt kubectl delete :deletion
unknown helm :none -n= --namespace= --kube-context=
read helm list|ls|status|history :words -a -A -o= --all --all-namespaces --output= --max=
change helm install|upgrade|rollback :any
destroy helm uninstall|delete :any
unknown git :none -C= --no-pager
read git status :files -s -b -sb --short --branch --porcelain?= -uno --ignored
read git log|show|diff|shortlog|whatchanged :words -# -n= -p -s -e -i -S= -G= -U?= -L= --oneline --stat --shortstat --name-only \
  --name-status --graph --all --decorate?= --no-merges --merges --since= --until= --after= --before= --author= --grep= \
  --pretty?= --format= --max-count= --cached --staged --abbrev-commit --first-parent --reverse --follow --no-color --no-pager \
  --date= --patch --summary --no-patch --word-diff --no-ext-diff --check --numbered
read git blame :words -L= -w
read git rev-parse|describe|ls-files|rev-list|cherry|merge-base|ls-tree|diff-tree :words -n= -r -m --short?= --abbrev-ref \
  --verify --tags --always --dirty --abbrev?= --show-toplevel --is-inside-work-tree --count --name-only --name-status --max-count=
read git branch :none -a -r -v -vv --list --show-current --all --remotes --verbose -D!destroy -d!change
read git remote :none -v
read git stash list :none
read git reflog :none -# -n=
read git config :none --list --get= -l --show-origin
change git revert :any # adds a commit that undoes another, and deploys nothing by itself
read git tag :tags -l --list -n -# --sort= --contains= --merged= --points-at= -d!destroy --delete!destroy -a!change -s!change -f!destroy \
  -m=!change
change git add|commit|cherry-pick|merge|rebase|pull|fetch|checkout|switch|restore|stash|am|apply|mv|gc :any
destroy git stash drop|clear :any
destroy git worktree|submodule remove|deinit|prune :any
destroy git reflog expire|delete :any
destroy git update-ref :any
change git push :history -f!destroy --force!destroy --force-with-lease!destroy --delete!destroy --mirror!destroy
destroy git clean|rm|filter-branch|filter-repo :any
change git reset :any --hard!destroy
read redis-cli :redis -h= -p= -n= -a= -u= -s= -r= -i= -2 -3 -c -v --raw --no-raw --csv --json --no-auth-warning --tls --cacert= \
  --user= --pass= --scan --pattern= --count= --bigkeys --memkeys --hotkeys --stat --latency --latency-history --version
read redis-cli ping|echo|info|dbsize|ttl|pttl|get|mget|exists|type|strlen|getrange|hget|hmget|hlen|hexists|llen|lindex|scard|\
sismember|zcard|zscore|zrank|zcount|xlen|scan|sscan|hscan|zscan|time|lastsave|role|randomkey|bitcount|getbit :any *
read redis-cli client list|info|id|getname :any *
read redis-cli config get :any *
read redis-cli slowlog get|len :any *
read redis-cli memory usage|stats|doctor :any *
read redis-cli latency latest|history|doctor :any *
read redis-cli cluster info|nodes|slots|shards|myid|keyslot :any *
read redis-cli object encoding|freq|idletime|refcount :any *
read redis-cli sentinel masters|master|replicas|slaves|sentinels|get-master-addr-by-name|ckquorum :any *
disrupt redis-cli keys :any * # blocks Redis while it walks every key; `--scan --pattern` does not
disrupt redis-cli monitor|save|shutdown|failover|debug :any *
disrupt redis-cli client kill|pause|no-evict :any *
disrupt redis-cli cluster failover|reset|forget|delslots|setslot :any *
destroy redis-cli flushdb|flushall :any * # deletes every key, and nothing brings them back
destroy redis-cli del|unlink|getdel|ltrim|lpop|rpop|spop|hdel|srem|zrem|xdel|xtrim|swapdb|migrate|replicaof|slaveof|restore :any *
change redis-cli set|setex|setnx|mset|getset|append|incr|incrby|decr|decrby|expire|pexpire|persist|rename|lpush|rpush|sadd|zadd|\
hset|xadd|publish|bgsave|bgrewriteaof|copy|move :any *
change redis-cli config set|rewrite|resetstat :any *
read supervisorctl status :units
disrupt supervisorctl restart|stop|reload|shutdown :any
unknown terraform|tofu :any
change terraform|tofu import|refresh :any
destroy terraform|tofu apply|destroy :any # replaces and deletes whatever its plan says
unknown psql|mysql|mariadb|sqlite3|mongo|mongosh|clickhouse-client|cqlsh :any # runs a statement, and none is ever proven to \
  only read
unknown python|python3|perl|ruby|node|php|java|go|make|npm|yarn|uv|ansible|ansible-playbook|source|. :any # runs a program that \
  is not seen here
unknown less|more|most|man|htop|atop|iotop|iftop|nethogs|tcpdump|telnet|vi|vim|nano|emacs|visudo :any # is for a person at a \
  terminal
unknown printenv|export|declare|alias|aws|gcloud|az|nomad|consul|vault|yes|tar|socat|inotifywait|dstat|nload|bmon|perf :any
read gunzip|gzip :compressed -c -d -k -l -v -t -q -f --stdout --to-stdout --decompress --list --test --verbose --quiet -# -r
read zcat :files -f -q -v
read pip|pip3 show|list :words -f -v --files --verbose --format=
change pip|pip3 :any
read apt list :words -a --installed --upgradable --all-versions
read apt|apt-cache show|policy|depends|rdepends :words -a --installed
read dpkg :query -l -s -L -S --list --status --listfiles --search
read ufw status|version :words
read iptables|ip6tables :firewall -L -n -v -x -S -t= -w --list --list-rules --line-numbers --numeric --verbose --table=
read nft list :plain -a -n -nn
disrupt tc :any -s -d -p -j
disrupt tc qdisc|class|filter add|del|delete|change|replace|link|flush :any
read tc qdisc|class|filter :none
read tc qdisc|class|filter show|list|ls :words
read ifconfig :shown -a -s -v
change cp|mv|mkdir|touch|chmod|chown|chgrp|ln|tee|install|rsync|scp|sftp|unzip|zip|apt|apt-get|yum|dnf|apk|useradd :any
destroy rm|rmdir|unlink|shred|dd|mkfs|truncate|wipefs|fdisk|sfdisk|parted|sgdisk|mkswap|lvremove|vgremove|pvremove|userdel|\
dropdb :any
disrupt reboot|shutdown|halt|poweroff|init|telinit :any # takes the machine down
disrupt kill|pkill|killall|swapoff|umount|ifdown|nft|ufw :any
"""

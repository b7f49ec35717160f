"""What single programs are told in words of their own to delete or interrupt, where no verb that all share says so."""

import re

from stormjib.core.risk import Risk
from stormjib.core.shell.arguments import Invocation

# One rule per line: risk, programs (`a|b`), and a pattern that has to match from one word of its arguments to the end of a
# word; without one the program does it whatever it is told.
_TABLE = r"""
destroy git push (?:.* )?(?:-\w*[df]\w*|--de\w*|--for\S*|--mi\w*|--pru\w*|:\S+|\+\S+)
destroy git reset (?:.* )?--h\w*
destroy git checkout (?:.* )?(?:--|\.|-\w*[fB]\w*|--f\w*|--ours|--theirs|--pathspec\S*|:/\S*|\*|\./\S*)
destroy git checkout (?:\S+ )?\S+\.[a-z]{2,4}
destroy git restore (?!(?:-S|--staged?)(?: (?!-W|--worktree|-\w*W)\S+)*$).*
destroy git switch (?:.* )?(?:-\w*[fC]\w*|--discard\S*|--forc?e?\S*)
destroy git branch (?:.* )?(?:-\w*[DfMC]\w*|--force)
destroy git (?:clean|gc --prune\S*|stash (?:drop|clear)|rm|prune|filter-\w+|update-ref|lfs prune|remote (?:rm|remove|prune))
destroy rsync --(?:del|delete\S*|remove-\S+)
destroy zip -\w*[md]\w*|--move|--delete
destroy 7z|7za|7zr|rar d|-sdel|-df
destroy ar d\w*
destroy apt|apt-get|aptitude|yum|dnf|microdnf|zypper|apk|tdnf|brew|snap|flatpak|port|pkg \
  remove|purge|autoremove|autopurge|erase|del|rm|uninstall|--purge|--allow-remove\S*|history (?:undo|rollback) .*
destroy dpkg -\w*[Pr]\w*|--purge|--remove|--force-remove\S*
destroy rpm -\w*e\w*|--erase|--rebuilddb
destroy pacman|yay|paru|pamac -R\w*|--remove|-S\w*cc\w*
destroy npm|pnpm|yarn unpublish|un|unlink|prune
destroy systemctl clean
disrupt systemctl --now (?:.* )?(?:disable|mask)|freeze|condrestart|condstop|force-reload|reload-or-try-restart|try-reload-or-restart|kill|stop|restart
destroy mke2fs|mkfs|mkswap|mkdosfs|mkntfs|blkdiscard|sg_format|sg_sanitize|srm|scrub|sfill|wipe|debugfs|zerofree
destroy pg_resetwal|pg_resetxlog|pg_dropcluster|pg_archivecleanup|dropuser|dropdb|memcflush|memcrm|deluser|delgroup|userdel|groupdel
destroy lvreduce|vgreduce|pvremove|vgremove|lvremove
destroy lvresize -L ?-\S+|--size[ =]-\S+
destroy lvconvert --merge
destroy mdadm --zero-superblock|--create|-\w*C\w*|--remove
disrupt mdadm --stop|-S|--fail|-f|--set-faulty
destroy cryptsetup|cryptdisks_stop (?i:luks(?:Format|Erase|KillSlot|RemoveKey|AddKey --force)|erase|reencrypt)
destroy hdparm --(?:security-erase|trim-|make-bad-sector|dco-re|write-|repair-)\S*
destroy nvme format|sanitize|delete-ns|write\S*
destroy badblocks -\w*[wn]\w*
destroy zfs rollback|destroy|receive .*-\w*F\w*|recv .*-\w*F\w*
destroy zpool labelclear|destroy|create|remove|split
disrupt zpool offline|export|detach
destroy btrfs (?:su\w*|dev\w*|d\w*|q\w*) (?:d|r)\w* .*
destroy xfs_repair -\w*L\w*
destroy hdfs|hadoop|mapred|yarn -rm\S*|-expunge|-delete\S*|(?:namenode|zkfc|journalnode|secondarynamenode) .*-format\S*
destroy zkCli.sh|zkcli|zookeeper-shell|zookeeper-shell.sh (?:rmr|delete(?:all)?)
destroy kafka-configs|kafka-configs.sh .*retention\.(?:ms|bytes)=\d+.*
destroy kafka-topics|kafka-topics.sh|kafka-consumer-groups|kafka-consumer-groups.sh|kafka-acls|kafka-delete-records|kafka-delete-records.sh \
  --(?:delete|remove|reset)\S*|--offset-json-file
destroy rabbitmqctl|rabbitmqadmin force_reset|reset|delete\S*|purge\S*|forget\S*
destroy nodetool clearsnapshot|assassinate|truncatehints|removenode|decommission|resetlocalschema|garbagecollect|cleanup
disrupt nodetool (?:disable|pause|stop)\w*|drain
destroy pg_restore -[aceClOsvx1wW]*c\w*|--clean
disrupt pg_ctl|pg_ctlcluster (?:.* )?(?:stop|restart|kill|promote)
destroy patronictl reinit|remove
destroy gsutil rsync (?:.* )?-\w*d\w*|rm|rb
destroy rclone sync|delete\w*|purge|rmdirs?|cleanup|dedupe|bisync
destroy aws (?:.* )?(?:schedule-key-deletion|close-account|delete-\S+|terminate-\S+|purge-\S+)
destroy aws .*"Delete\w*".*
destroy aws|az|gcloud .*"?[Aa]ction"?\s*[:=]\s*"?DELETE\b.*
disrupt aws .*(?:concurrent-executions|desired-capacity|desired-count|min-size)[ =]0
destroy terragrunt|cdktf|terraspace|terramate (?:.* )?(?:apply|destroy|deploy|down)(?:-all)?
destroy pulumi up|update|destroy|down|stack rm|state delete|cancel
destroy cdk|sls|serverless|sam|copilot|amplify (?:destroy|remove|delete)
destroy ansible|ansible-playbook|ansible-console .*state=["']?absent.*
disrupt ansible|ansible-playbook .*state=["']?(?:stopped|restarted|down).*
destroy rake|rails|bundle (?:.* )?db:(?:drop|reset|schema:load|structure:load|rollback|migrate:(?:reset|down|redo)|purge|truncate_all|setup|seed:replant)\S*
destroy python|python3|django-admin|manage.py|poetry|uv|pipenv (?:.* )?(?:migrate \S+ zero|flush|reset_db|sqlflush|clear_cache|remove_stale_contenttypes)
destroy alembic|flask|aerich|poetry|goose|dbmate|migrate|sql-migrate|tern|yoyo|piccolo (?:.* )?(?:downgrade|down|rollback|reset|drop|force)
destroy flyway (?:.* )?(?:clean|undo)
destroy liquibase (?:.* )?(?:drop-?[aA]ll|rollback\S*)
destroy prisma|npx|pnpx|bunx|yarn|pnpm|npm (?:.* )?(?:--force-reset|--accept-data-loss|migrate reset|(?:db:)?migrate:(?:undo|rollback|reset|fresh|down)\S*|schema:drop|migration:revert|db:drop)
destroy sequelize|sequelize-cli|knex|typeorm|mikro-orm|adonis|ace|node (?:.* )?(?:db:)?(?:migrat\w+|schema):(?:undo|rollback|reset|fresh|down|revert|drop)\S*
destroy sequelize|sequelize-cli db:drop
destroy php|artisan (?:.* )?(?:migrate:(?:fresh|reset|refresh|rollback)|db:wipe|doctrine:(?:database|schema):drop|horizon:clear|queue:(?:clear|flush))
destroy atlas schema (?:clean|apply)
destroy mix (?:.* )?(?:ecto|ash)\w*\.(?:drop|reset|rollback)
destroy diesel|sqlx (?:database|db|migration|migrate) (?:reset|drop|revert|redo)
destroy elasticsearch-node|opensearch-node unsafe-bootstrap|detach-cluster|repurpose|override-version|remove-\S+
destroy helm (?:.* )?(?:un|del|uni\w*|dele?t?e?|rm)
destroy docker|podman system (?:reset|prune)|volume (?:rm|prune)|machine (?:rm|reset)
disrupt docker (?:service |compose )?scale (?:.* )?\S+=0
destroy crictl|ctr|nerdctl (?:.* )?(?:rmp?|rmi|del|delete|rm)
disrupt crictl stopp?
disrupt kubectl taint .*NoExecute
disrupt kubectl cordon|drain|scale .*--replicas[= ]0|autoscale .*--max[= ]0
destroy kubectl patch .*finalizers"?:\s*(?:null|\[\s*\]).*
disrupt kubectl patch .*"replicas"?:\s*0\b.*
disrupt heroku|dokku|cf|fly|flyctl|gigalixir (?:ps:)?scale (?:.* )?\S*(?:=| )0|ps:stop \S+|stop
disrupt nmcli (?:c\w*|d\w*|n\w*|r\w*) (?:.* )?(?:down|off|dis\w*|del\w*|reload)
disrupt ip (?:.* )?(?:down|del|delete|flush)
disrupt ipmitool (?:.* )?(?:chassis )?power (?:off|cycle|reset|soft|diag)
disrupt racadm serveraction (?:power(?:down|cycle)|hardreset|graceshutdown)
disrupt fuser -\w*k\w*|--kill
disrupt killall5|rmmod|skill|slay|xkill|pm-suspend|ifdown|wg-quick
disrupt modprobe -\w*r\w*|--remove
disrupt kexec -\w*e\w*|--exec
disrupt losetup -\w*[dD]\w*|--detach\S*
disrupt dmsetup suspend|remove\S*|wipe_table
disrupt forever|pm2|circusctl|monit|s6-svc|sv|runsv|initctl|god|bluepill (?:stop|kill|delete|quit|restart|reload|down|exit|force-\w+|-d|-k|-t)\w*
disrupt drbdadm down|disconnect|detach|secondary|suspend-io
destroy drbdadm invalidate\S*|wipe-md|create-md|.*--discard-my-data
disrupt mount (?:.* )?(?:-o ?)?\S*remount,ro\S*
disrupt iptables-restore|ip6tables-restore|arptables|ebtables|ipset|conntrack-flush
disrupt conntrack|arp|route -\w*[DFd]|--delete|--flush|del
disrupt ethtool -\w*[srGKLACNXU]|--(?:change|reset|negotiate|set)\S*
disrupt firewall-cmd --(?:remove|panic-on|complete-reload|reload)\S*
disrupt haproxy|nginx|httpd|apachectl|apache2ctl -s ?(?:stop|quit)|-k ?\S*stop|\S*stop|-sf .*|-st .*
disrupt lxc|incus|multipass|vagrant|virsh|qm|pct|xe|VBoxManage stop|halt|shutdown|suspend|poweroff|reset|controlvm .*
destroy vagrant|qm|pct (?:.* )?(?:destroy|rollback)
destroy govc (?:.* )?\w+\.(?:destroy|rm|remove\S*|unregister)
destroy rados|rbd (?:.* )?(?:rmpool|rmsnap|rm|snap (?:rm|purge|rollback)|trash (?:rm|purge|empty|mv)|cleanup|truncate)
destroy ceph (?:.* )?(?:rm|rmfailed|lost|zap|purge\S*|destroy|down --force|mkfs|rm-cluster)
destroy ceph-volume|ceph-deploy zap|purge\w*|lvm zap
destroy ldapdelete|ldapmodrdn|kdestroy|nsupdate-delete
destroy hg strip|purge|update -C|up -C|revert|clean
destroy tilt|skaffold|garden|devspace|kubefirst down|delete|cleanup|purge
destroy postsuper|exim|exim4|postcat -d|-M(?:rm|g)\S*|-r
destroy passwd|certutil|smbpasswd|pdbedit|htpasswd|ssh-keygen -[dDxR]
destroy pgbackrest|barman|wal-g|wal-e|xtrabackup (?:.* )?(?:expire|delete|stanza-delete|restore|backup-push --delete)
destroy rq|rqinfo empty
disrupt vault|consul|nomad|etcdctl (?:.* )?(?:step-down|stepdown|move-leader|transfer-leader\w*|seal|drain|leave|force-leave)
disrupt rabbitmqctl close_\S+|stop\S*|suspend\S*|shutdown|eval .*
disrupt launchctl unload|bootout|stop|kill|kickstart -k.*|disable
disrupt heroku maintenance:on|dyno:\w+|ps:\w*(?:stop|kill|restart)
destroy history -\w*[cd]\w*
destroy sed (?:.* )?(?:-\w*i\S*|--in-place\S*) (?:.* )?(?:1,\$|)d(?: .*)?
destroy logrotate -\w*f\w*|--force
destroy ln -\w*f\w* /dev/null .*
destroy tar (?:.* )?--(?:delete|remove-files|recursive-unlink|unlink-first)
destroy gpg|gpg2 --(?:delete|batch --delete)\S*
destroy influxd|influx (?:.* )?(?:drop|delete|restore)
destroy consul (?:.* )?(?:kv delete|snapshot restore|operator raft remove-peer|acl \S+ delete)
disrupt consul leave|force-leave|maint
destroy vault (?:.* )?(?:delete|destroy|purge|revoke|disable|force-unlock|remove-peer)
destroy etcdctl|etcdutl (?:.* )?(?:del|rmdir|rm|snapshot restore|compact\w*|remove)
destroy mongorestore --drop
destroy mc|s3cmd|s5cmd (?:.* )?(?:rm|rb|del|mirror .*--remove|sync .*--delete\S*|expire)
destroy bin/kafka-storage.sh|kafka-storage.sh|kafka-storage format
destroy cargo|gem|twine yank
destroy make|mvn|gradle|gradlew|just|task|invoke|fab (?:.* )?(?:\w+[-_:])*(?:drop|destroy|wipe|nuke|purge|reset|teardown|undeploy|delete)(?:[-_:]\w+)*
"""
_REDIS = re.compile(
    r"(?:^|(?<= ))(?:flush\w+|del|unlink|getdel|getex|[a-z]*pop\w*|lmpop|zmpop|[lsz]?rem(?:range\w+)?|zrem\w*|hdel|xdel|xtrim|ltrim|migrate|restore\S*|swapdb"
    r"|xgroup (?:destroy|delconsumer)|function (?:flush|delete|restore|load replace)|script flush|acl (?:deluser|load|setuser \S+ reset)"
    r"|\S+\.(?:del\w*|drop\w*|forget|clear|reset|trim)|ft\.(?:drop|del)\w*|shutdown .*nosave|debug (?:flush\w*|reload.*nosave|quicklist|segfault"
    r"|change-repl-id|loadaof)|cluster (?:reset .*hard|flush\w*|forget|delslots\w*)|sentinel (?:remove|reset)|p?expire \S+ (?:-\d+|0+)"
    r"|p?expireat \S+ \d{1,9}|call .*(?:flush\w*|del|unlink)|del-node .*|slaveof \S+ \d+|replicaof \S+ \d+|hexpire .*|config set (?:save|appendonly)\b.*)"
    r"(?: |$)",
    re.IGNORECASE,
)
_REDIS_ENDS = re.compile(
    r"(?:shutdown|failover|client (?:kill|pause)|script kill|function kill|cluster \w+|debug|monitor|wait) ?", re.IGNORECASE
)
# Programs in other languages, in one word: what takes files, tables or keys away.
_CODE = re.compile(
    r"\brm\s+-\w*[rf]|['\"]rm['\"]\s*,|\b(?:rmtree|removedirs|unlink(?:Sync|_missing)?|rmdir(?:Sync)?|rm_r\w*|rmSync|rimraf|remove_tree|remove_dir\w*|delete_all|destroy_all"
    r"|deleteMany|deleteOne|dropDatabase|truncateSync|drop_all|drop_table|drop_database|remove_file|delete_many|emptyDir\w*)\b|\bos\.(?:remove|truncate)\b"
    r"|\b(?:File|FileUtils|Files|Dir|Path)\S*\.(?:delete\w*|rm\w*|unlink|truncate|remove\w*)|\bfs\S*\.rm\(|\.(?:delete|drop|remove|truncate|destroy)(?:!|\(|$)"
    r"|\.drop\w*\(|p?call\(\s*\\?['\"](?:flush|del|unlink|[a-z]*rem|[a-z]*pop)|\b(?:mkfs|wipefs|shred|dropdb)\b|[\"']?(?:dropDatabase|drop)[\"']?\s*:",
    re.IGNORECASE,
)
_CODE_ENDS = re.compile(
    r"\bos\.kill\w*|\bProcess\.kill|\bprocess\.kill|\bkill\s+-?9|\b(?:reboot|poweroff|shutdown)\b|\.terminate\(|\.kill\(",
    re.IGNORECASE,
)
_LANGUAGES = re.compile(
    r"(?:python|pypy|ipython|perl|ruby|node|nodejs|deno|bun|php|lua|rails|bundle|rake|django-admin|java|jshell|scala|groovy|tclsh|Rscript|julia|elixir|iex|erl|mix|awk|gawk|mawk|osascript|uv|poetry|pipenv|npx|pipx|pwsh|powershell)[\d.]*"
)
_VERBS_OF_REQUESTS = re.compile(r"(?:^| )(?:-\w*X ?|--\w+[ =]|-Method )?['\"]?(?:delete|purge|ban)['\"]?(?= |$)", re.IGNORECASE)
_WIPING = re.compile(
    r"_delete_by_query|_?delete_?series|clean_tombstones|/do(?:Delete|WipeOut\w*)|/(?:[\w-]*[-_])?(?:delete|remove|destroy|purge|drop|truncate|wipe|erase|flush|flushall"
    r"|flushdb|prune|expunge|terminate|unregister|deregister)(?:[-_]\w+|All|Job|er)?(?=[/?#\s'\"&]|$)"
    r"|[?&]_method=delete|X-HTTP-Method\S*:\s*DELETE|[\"'](?:action|op|operation|method|cmd|command|type|query|mutation|verb)[\"']\s*:\s*[\"'][^\"']*?"
    r"\b(?:delete|remove|destroy|drop|purge|truncate|flush|wipe|terminate)|\bmutation\b.*\b(?:delete|remove|destroy|drop|purge)\w*|[\"'](?:delete|remove_index|deleteMany|drop)[\"']\s*:"
    r"|(?<=[\w:])/_(?:close|forcemerge|rollover)\b|[?&](?:action|op|cmd|command)=(?:delete|remove|destroy|drop|purge|flush|wipe|terminate)",
    re.IGNORECASE,
)
_HALTING = re.compile(
    r"/(?:[\w-]*[-_])?(?:shutdown|restart|stop|kill|reboot|quit(?:quitquit)?|abort\w*|leave|force-leave|drain|pause|suspend|halt|poweroff|exit|doStop|safeExit|safeRestart|evict(?:ion)?"
    r"|failover|disable|cancel|step-down|seal|refresh-and-restart)(?:All)?(?=[/?#\s'\"&]|$)|[?&](?:action|op|cmd|command)=(?:stop|restart|shutdown|kill|reboot)"
    r"|[\"'](?:action|op|operation|method|cmd|command|type|verb)[\"']\s*:\s*[\"'](?:stop|restart|shutdown|kill|reboot|drain|disable)|[\"']replicas[\"']\s*:\s*0\b",
    re.IGNORECASE,
)
_SENDERS = {"curl", "wget", "http", "https", "xh", "httpie", "aws-curl", "Invoke-RestMethod", "grpcurl"}
_REDIS_CLIENTS = {"redis-cli", "valkey-cli", "keydb-cli"}
_BEFORE_SUBCOMMAND = re.compile(r"^(?:(?:-[cC]|--git-dir|--work-tree|--namespace) \S+ |-\S+ )+")
_TEXT_MAX = 4_000


def _rules() -> dict[str, list[tuple[Risk, re.Pattern[str] | None]]]:
    """The table by program."""
    found: dict[str, list[tuple[Risk, re.Pattern[str] | None]]] = {}
    for line in _TABLE.replace(" \\\n  ", " ").strip().splitlines():
        risk, names, *rest = line.split(" ", 2)
        pattern = re.compile(rf"{'^' if names == 'git' else '(?:^| )'}(?:{rest[0]})(?=[ =]|$)") if rest else None
        for name in names.split("|"):
            found.setdefault(name, []).append((Risk(risk), pattern))
    return found


_RULES = _rules()


def told_to(call: Invocation) -> Risk | None:
    """The gravest thing that a command says in words of its own program; nothing if it says no such thing."""
    text = " ".join(word.text for word in call.words[1:])[:_TEXT_MAX]
    if call.path[0] == "git":  # whose rules begin with the subcommand
        text = _BEFORE_SUBCOMMAND.sub("", text)
    rules = [rule for name in {call.name, call.path[0]} for rule in _RULES.get(name, ())]
    found = [risk for risk, pattern in rules if pattern is None or pattern.search(text)]
    if call.name in _SENDERS:
        found += _requested(text)
    if call.path[0] in _REDIS_CLIENTS:
        command = " ".join((*call.path[1:], *(word.text for word in call.free)))[:_TEXT_MAX]
        if (
            _REDIS.match(command)
            or ((call.strange or not command) and _REDIS.search(text))
            or (re.match(r"(?:eval|fcall|script)", command, re.IGNORECASE) and _CODE.search(command))
        ):
            found.append(Risk.DESTROY)
        elif _REDIS_ENDS.match(command):
            found.append(Risk.DISRUPT)
    found += filter(None, [coded(call.name, text)])
    return max(found, key=lambda risk: risk.rank, default=None)


def coded(name: str, code: str) -> Risk | None:
    """What a text in another language does, that a program of this name is given."""
    if not _LANGUAGES.fullmatch(name):
        return None
    return Risk.DESTROY if _CODE.search(code) else Risk.DISRUPT if _CODE_ENDS.search(code) else None


def _requested(text: str) -> list[Risk]:
    """What a request that is no plain GET asks for, by its method, its path and what it sends."""
    if _VERBS_OF_REQUESTS.search(text) or _WIPING.search(text):
        return [Risk.DESTROY]
    return [Risk.DISRUPT] if _HALTING.search(text) else []

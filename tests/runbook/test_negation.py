"""A negation is a prohibition where it tells its reader not to do something, never where it describes a state."""

import pytest

from stormjib.core.kinds import Demand
from stormjib.core.markdown import compile_runbook
from stormjib.core.runbook import Runbook

STATES = (
    "Dienst startet nicht",
    "Falls Schritt 1 nicht hilft",
    "Backend nicht erreichbar",
    "Wenn das nicht reicht",
    "Keine Verbindung zur Datenbank",
    "Benutzer können sich nicht anmelden",
    "Seite nicht gefunden",
    "Keine Logs vorhanden",
    "Prozesse, die nicht antworten",
    "Pas de connexion",
    "Le service ne démarre pas",
    "Ne répond pas",
    "N'arrive plus à écrire",
    "5. 不要なイメージ削除",
    "Les sauvegardes n'aboutissent jamais",
    "No arranca el servicio",
    "No se puede conectar",
    "No responde",
    "Puede no iniciar",
    "La réplica no puede iniciar",
    "El worker nunca termina",
    "Não inicia",
    "O serviço não responde",
    "Não foi possível conectar",
    "手順1で直らない場合",
    "サーバーが起動しない",
    "データベースに接続できない",
    "画面が表示されない",
    "USBを認識しない",
    "ブラウザでアクセス不可",
    "不能登录",
    "服务完全不可用",
    "P0 故障响应（服务完全不可用）",
    "数据库不可访问",
    "如果不可用，重启",
    "Do not panic: restart",
    "Pods do not start",
    "Cannot connect",
    "Never starts",
    "No user can log in",
    "Wrong version deployed",
    "Nothing works, not even the cache",
)
PROHIBITIONS = (
    "Das Löschen des Volumes ist verboten",
    "Kein Neustart ohne Freigabe",
    "Niemals das Volume löschen",
    "Datenbank nicht neu starten",
    "Bitte nicht von Hand eingreifen",
    "Keine Änderungen am Schema durchführen",
    "Restarting the primary is forbidden",
    "Direct work on the database: forbidden",
    "Never restart the primary.",
    "The primary must not be restarted",
    "No restarts without approval",
    "Está prohibido borrar datos",
    "Operación directa en la base: prohibida",
    "No reiniciar el primario",
    "No reintentar.",
    "No borre los datos",
    "É proibido apagar dados",
    "Não reinicie o primário",
    "Nunca apagar o volume",
    "Il est interdit de supprimer le volume",
    "Ne jamais redémarrer le primaire",
    "Ne redémarrez pas le primaire",
    "Pas de redémarrage sans accord",
    "プライマリを再起動しない",
    "プライマリを再起動しないこと",
    "データを削除してはいけません",
    "手動での再起動は禁止",
    "数据库直接操作：禁止",
    "不要重启主库",
    "生产环境严禁删除数据",
    "2. DO NOT START THEM UNTIL THE CAUSE IS KNOWN!",
)


def _read(text: str) -> Runbook:
    return compile_runbook(f"# Shop\n\n## Fix\n\n{text}\n".encode())


def _forbidden(book: Runbook) -> list[str]:
    return [task.text for task in book.tasks if task.demand is Demand.FORBIDS]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("form", ["### {}", "{}:", "- {}:", "{}：", "**{}**"])
def test_what_describes_a_state_forbids_no_command(state: str, form: str) -> None:
    indent = "  " if form.startswith("-") else ""
    fence = "\n".join(indent + line for line in ("```bash", "docker restart shop", "docker logs shop", "```"))
    book = _read(f"{form.format(state)}\n\n{fence}")
    assert [command.text for command in book.commands] == ["docker restart shop", "docker logs shop"]
    assert not _forbidden(book)


@pytest.mark.parametrize("state", STATES)
def test_a_read_below_a_state_in_a_comment_waits_for_nobody(state: str) -> None:
    commands = _read(f"```bash\n# {state}\ndocker logs shop\n```").commands
    assert [(command.text, command.approvals) for command in commands] == [("docker logs shop", None)]


@pytest.mark.parametrize("said", PROHIBITIONS)
def test_nobody_checks_off_what_the_book_forbids(said: str) -> None:
    for form in ("- [ ] {}", "- {}", "1. {}"):
        book = _read(form.format(said))
        asked = [*book.tasks, *(item for checklist in book.checklists for item in checklist.items)]
        assert {one.demand for one in asked} == {Demand.FORBIDS}, form


@pytest.mark.parametrize("said", PROHIBITIONS)
def test_a_comment_of_its_own_forbids_and_is_no_box(said: str) -> None:
    book = _read(f"```bash\ndocker stop web\n# {said}\n# 3. Save what there is\ndocker logs web\n```")
    assert [command.text for command in book.commands] == ["docker stop web", "docker logs web"]
    assert _forbidden(book) == [said]


@pytest.mark.parametrize("said", PROHIBITIONS)
def test_a_fence_below_a_prohibition_is_on_offer_to_nobody(said: str) -> None:
    assert not _read(f"{said}:\n\n```bash\ndocker restart shop\n```").commands

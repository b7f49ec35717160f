"""What a book demands: a deed or a box of a part that answers an incident, and neither what informs nor what is for another time."""

import pytest

from stormjib.core.kinds import Demand
from stormjib.core.markdown import compile_runbook
from stormjib.core.runbook import item_text


def _demanded(book: str) -> str:
    """The first letters of what is required, in the order of the lines: each thing once."""
    runbook = compile_runbook(book.encode())
    asked = [*runbook.tasks, *(item for checklist in runbook.checklists for item in checklist.items)]
    return " / ".join(sorted({item_text(one)[:24] for one in asked if one.demand is Demand.REQUIRED}))


CASES = """# Shop

## First steps
1. Acknowledge the page.

## {0}
### Immediate actions
1. Drain the queue.
### Recovery
- [ ] Verify that the shop sells.

## {1}
### Immediate actions
1. Turn on the old certificate.
### Recovery
- [ ] Verify the padlock.
"""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Playbook 1: Queue full", "Playbook 2: Certificate is over"),
        ("RB-001 Queue full", "RB-002 Certificate is over"),
        ("Scenario A: queue full", "Scenario B: certificate is over"),
        ("Alert: QueueFull", "Alert: CertificateOver"),
        ("Szenario 1: Warteschlange voll", "Szenario 2: Zertifikat abgelaufen"),
        ("シナリオ1:キュー満杯", "シナリオ2:証明書の期限切れ"),
        ("Queue full", "Certificate is over"),
        ("Restart of the queue", "Failover of the certificate"),
    ],
)
def test_what_one_case_among_others_asks_is_asked_where_it_is_picked(first: str, second: str) -> None:
    assert _demanded(CASES.format(first, second)) == "Acknowledge the page."


def test_each_case_has_the_phases_of_its_own_parts() -> None:
    book = compile_runbook(CASES.format("Playbook 1: Audit queue full", "Playbook 2: Detected intruders").encode())
    assert [(phase.line, phase.kind.value) for phase in book.phases] == [
        (3, "respond"),
        *((7, "respond"), (9, "mitigate"), (13, "respond"), (15, "mitigate")),
    ]


def test_parts_below_one_that_lists_cases_are_cases() -> None:
    book = "# Ops\n\n## Incident playbooks\n### 1) Disk full\n1. Run the clean-up.\n### 2) Feed empty\n1. Start the scorer.\n"
    assert not _demanded(book)


def test_phases_with_parts_of_one_name_are_no_cases() -> None:
    book = "# Ops\n\n## Detection\n### Actions\n1. Open the board.\n\n## Mitigation\n### Actions\n1. Drain the queue.\n"
    assert _demanded(book) == "Drain the queue. / Open the board."


@pytest.mark.parametrize(
    "heading",
    [
        "Prevention",
        "Best practices",
        "Principles of the review",
        "Installation and setup",
        "One-time setup",
        "Prerequisites",
        "Requirements",
        "Weekly maintenance",
        "Backup policy",
        "Retention",
        "Drill schedule",
        "Training plan",
        "Response times",
        "Future improvements",
        "Check cadence",
        "RTO / RPO",
        "Vorbeugung",
        "Voraussetzungen",
        "Wartung",
        "Prérequis",
        "Bonnes pratiques",
        "Mesures préventives",
        "Prevención",
        "Mantenimiento",
        "Requisitos previos",
        "Pré-requisitos",
        "Manutenção",
        "Princípios",
        "前提条件",
        "予防保守",
        "定期点検",
        "训练计划",
        "前置条件",
        "预防措施",
    ],
)
def test_what_is_for_another_time_is_offered(heading: str) -> None:
    book = f"# Shop\n\n## Response\n1. Restart the shop.\n\n## {heading}\n1. Rotate the keys.\n- [ ] Test the backup.\n- Update the host.\n"
    assert _demanded(book) == "Restart the shop."


@pytest.mark.parametrize(
    "line",
    [
        "1. Was the key stolen?",
        "- Was the key stolen?",
        "- Grafana, Slack and the pager",
        "- Schedule (root crontab): `0 2 * * *`",
        "- `docs/dr.md`: for SEV1 outages of the region",
        "- ¿Desde cuándo?",
        "- キューは満杯ですか？",
    ],
)
@pytest.mark.parametrize("part", ["Diagnosis", "Escalation", "Response", "Follow-up"])
def test_what_names_no_deed_is_not_demanded(line: str, part: str) -> None:
    assert _demanded(f"# Shop\n\n## {part}\n1. Restart the shop.\n\n{line}\n") == "Restart the shop."


def test_the_points_below_a_deed_are_what_it_is_about() -> None:
    book = "# Shop\n\n## Diagnosis\n1. Identify strange use. Look for:\n   - BIND from elsewhere\n   - a high volume\n2. Restart the shop.\n   - Wait for it to answer.\n"
    assert _demanded(book) == "Identify strange use. Lo / Restart the shop. / Wait for it to answer."


def test_what_proves_the_recovery_needs_no_deed() -> None:
    assert (
        _demanded("# Shop\n\n## Verification\n- Error rate below 1 %\n- All pods ready\n")
        == "All pods ready / Error rate below 1 %"
    )


def test_a_comment_in_a_fence_that_names_no_deed_is_none() -> None:
    book = "# Shop\n\n## Steps\n```bash\nvault status\n# Total Shares 5\n\n# Call the owner of the vault\n\nvault operator unseal\n```\n"
    assert "Shares" not in _demanded(book)


@pytest.mark.parametrize(
    "book",
    [
        "## 2. Classification\n\n### 2.1 Niveaux de gravité\n- **Critique** : plus rien\n- **Cosmétique** : un détail de la page\n",
        "## Proceso\n\n1. **Clasificación**:\n   - S1: caída total\n   - S2: algo degradado\n2. Avisar a la guardia.\n",
        "## Ablauf\n\n1. Einstufung:\n   - Kritisch: nichts geht mehr\n   - Gering: kaum etwas ist zu sehen\n2. Die Leitung anrufen.\n",
    ],
)
def test_levels_in_a_list_below_what_calls_them_so_are_levels(book: str) -> None:
    found = compile_runbook(f"# Manual de la tienda\n\n{book}".encode())
    assert [level.level for level in found.severities] == ["P0", "P1"]


@pytest.mark.parametrize("heading", ["Contacts", "7. Contacts", "7. Contacts d'urgence", "3. Notfallkontakte", "6. Contactos"])
def test_a_list_of_contacts_below_a_number_is_one(heading: str) -> None:
    book = f"# Shop\n\n## {heading}\n\n### 7.1 Support\n- Email: help@example.com\n- **DBA**: +49 30 1234567\n"
    assert [one.value for one in compile_runbook(book.encode()).contacts] == ["help@example.com", "+49 30 1234567"]


def test_a_deed_below_a_number_that_speaks_of_contacts_is_one() -> None:
    book = "# Shop\n\n## 3. Escalation\n- Call the DBA: +49 30 1234567\n- Inform the lead: #shop\n"
    assert _demanded(book) == "Call the DBA: +49 30 123 / Inform the lead: #shop"


def test_the_boxes_of_several_parts_are_not_called_after_the_first() -> None:
    book = compile_runbook(b"# Shop\n\n## Verify\n- [ ] It sells\n\n## Close\n- [ ] Page is green\n")
    whole = book.checklist("P1")
    assert whole is not None
    assert (whole.title, len(whole.items)) == ("Verify / Close", 2)


ONE_WINDOW = """# Shop

## Severity levels
### P1 - Critical
- Nothing sells
### P2 - High
- It is slow

## First response
### 1. Immediate actions (first 5 minutes)
1. Acknowledge the page.

## Escalation matrix
### P1 incidents
- **Immediately**: on-call engineer
- **Within 15 minutes**: CTO, @cto

## Review
### Timeline
- **Hold the review** within 72 hours
"""


def test_one_part_with_a_window_makes_no_book_along_the_clock() -> None:
    book = compile_runbook(ONE_WINDOW.encode())
    assert [contact.name for contact in book.contacts] == ["Immediately", "Within 15 minutes"]
    assert [task.line for task in book.tasks] == [11, 20]


def test_what_a_part_is_measured_by_is_not_what_mends() -> None:
    book = compile_runbook(b"# Shop\n\n## Recovery objectives\n- RTO: 4 h\n\n## Recovery from a verified dump\n1. Restart it.\n")
    assert [phase.kind.value for phase in book.phases] == ["inform", "mitigate"]


def test_a_heading_with_a_measured_time_is_about_its_part() -> None:
    book = "# Shop\n\n## P1 response\n\n### Response time: < 15 min\n\n#### Assess\n- [ ] Open the board\n"
    assert _demanded(book) == "Open the board"


@pytest.mark.parametrize(
    ("text", "duty"),
    [
        ("Notify leadership", "leadership"),
        ("Notify: customers, partners and leadership.", ""),
        ("Geschäftsführung und Kunden informieren", ""),
        ("通知客户和管理层", ""),
        ("Document timeline in incident log", "timeline"),
        ("**Incident Report**: Document timeline, root cause and impact", ""),
    ],
)
def test_a_message_or_a_log_proves_nothing_beside_itself(text, duty):
    book = compile_runbook(f"# X\n\n## Response\n\n- [ ] {text}\n".encode())
    assert {item.duty for one in book.checklists for item in one.items} | {task.duty for task in book.tasks} == {duty}


GERMAN = "Wir sind da, und das ist die Seite, die wir nicht haben, wenn der Dienst nicht läuft."
SMALL_WORDS = {
    **dict.fromkeys(("Einsatz", "Status", "Mit", "Kunden", "Stör", "Gesch", "Alarm", "Unter", "Maß"), GERMAN),
    "Reconocer": "Esta es la página de la tienda y no es para los que no están con el equipo.",
    "Reconhecer": "Esta é a página da loja e não é para os que não estão com a equipe, para o time.",
    "Actualizar": "Esta es la página de la tienda y no es para los que no están con el equipo.",
    "Atualizar": "Esta é a página da loja e não é para os que não estão com a equipe, para o time.",
}
"""By the beginning of a text: what a whole book says by itself, by which its language is known."""


@pytest.mark.parametrize(
    ("text", "duty"),
    [
        ("Assign incident commander", "commander"),
        ("Name an incident lead", "commander"),
        ("Einsatzleitung benennen", "commander"),
        ("Asignar un responsable del incidente", "commander"),
        ("Désigner un responsable de l'incident", "commander"),
        ("Designar um coordenador do incidente", "commander"),
        ("インシデントコマンダーを任命する", "commander"),
        ("指定事件指挥官", "commander"),
        ("Update status page", "status"),
        ("Post an update on the status page", "status"),
        ("Statusseite aktualisieren", "status"),
        ("Actualizar la página de estado", "status"),
        ("Mettre à jour la page de statut", "status"),
        ("Atualizar a página de status", "status"),
        ("ステータスページを更新する", "status"),
        ("更新状态页", "status"),
        ("Coordinate with dependencies", "dependencies"),
        ("Mit Dienstleistern abstimmen und Anbieter kontaktieren", ""),
        ("Contacter les fournisseurs", "dependencies"),
        ("联系供应商", "dependencies"),
        ("Notify customers", "customers"),
        ("Notify customers and partners", ""),
        ("お客様へ通知する", "customers"),
        ("Kunden informieren", "customers"),
        ("Informer les parties prenantes", "stakeholders"),
        ("Update the status of the ticket", ""),
        ("Störungskanal anlegen", "channel"),
        ("Geschäftsleitung informieren", "leadership"),
        ("Alarm quittieren", "acknowledge"),
        ("Alarm im Monitoring quittieren", "acknowledge/source"),
        ("Alarm in PagerDuty quittieren", "acknowledge/pagerduty"),
        ("Alarm bestätigen und in Alertmanager stummschalten", "acknowledge/alertmanager"),
        ("Alarm im Überwachungssystem quittieren", "acknowledge/source"),
        ("Alarm bestätigen in Grafana", ""),
        ("Alarm bestätigen und stummschalten", ""),
        ("Alarm im Monitoring bestätigen", "acknowledge/source"),
        ("Alarm in 5 Minuten bestätigen", "acknowledge"),
        ("Untersuchung beginnen", "investigation"),
        ("Maßnahme umsetzen", "mitigation"),
        ("Acquitter l'alerte dans le monitoring", "acknowledge/source"),
        ("Reconocer la alerta en el sistema de monitorización", "acknowledge/source"),
        ("Reconhecer o alerta no monitoramento", "acknowledge/source"),
        ("監視システムでアラートを承認する", "acknowledge/source"),
        ("在监控系统中确认告警", "acknowledge/source"),
        ("Post an initial update for stakeholders", "stakeholders"),
        ("Send a summary to stakeholders and customers", ""),
    ],
)
def test_what_a_role_a_post_or_a_message_proves_is_known_in_each_language(text, duty):
    lead = next((words for start, words in SMALL_WORDS.items() if text.startswith(start)), "")
    book = compile_runbook(f"# X\n\n{lead}\n\n## P0 Incident Checklist\n\n- [ ] {text}\n".encode())
    assert [item.duty for one in book.checklists for item in one.items] == [duty]


def test_what_proves_the_recovery_is_a_look_and_no_deed():
    """A drill's steps among the checks are on offer: nobody has to stop the primary to resolve an incident."""
    source = """# X

## Manual validation steps

1. Stop the primary (`docker compose stop db-a`).
2. Check the lag with `redis-cli ping`.
3. Look whether the page loads.

```python
import shutil
shutil.rmtree("/srv/app")
```
"""
    asked = {task.line: task.demand for task in compile_runbook(source.encode()).tasks}
    assert asked == {5: Demand.CONDITIONAL, 6: Demand.REQUIRED, 7: Demand.REQUIRED, 9: Demand.CONDITIONAL}


def test_numbered_comments_without_a_command_are_steps():
    source = """# X

## Recovery of the machine

```bash
# 1. Power the machine on from the console
# 2. Give it its address back
# 3. Start the proxy
systemctl start traefik
# 4. Roll out the settings
# a remark of 5. something
```
"""
    book = compile_runbook(source.encode())
    assert [task.line for task in book.tasks] == [6, 7, 10]
    assert [command.label for command in book.commands] == ["3. Start the proxy"]


ESCALATION = """# X

## Escalation

| Level | {} | Response time |
|---|---|---|
| P1 | Outage | 15 minutes |
| P2 | Slow | 1 hour |
"""


def test_chinese_times_may_have_a_word_behind_them():
    table = "| 级别 | 说明 | 响应时间 |\n|---|---|---|\n| P1 | 服务不可用 | 30分钟内 |\n| P2 | 变慢 | 2小时内 |\n"
    book = compile_runbook(f"# 手册\n\n## 故障等级\n\n服务出现故障时请检查。\n\n{table}".encode())
    assert {one.name: one.acknowledge_minutes for one in book.severities} == {"P1": 30.0, "P2": 120.0}


@pytest.mark.parametrize(("head", "levels"), [("Meaning", {"P1": 15.0, "P2": 60.0}), ("Who", {})])
def test_a_table_below_escalation_defines_levels_where_it_says_what_they_mean(head, levels):
    book = compile_runbook(ESCALATION.format(head).encode())
    assert {one.name: one.acknowledge_minutes for one in book.severities} == levels


@pytest.mark.parametrize(
    ("titles", "demand"),
    [
        (("Uplink dead", "Tenant misbehaves"), Demand.CONDITIONAL),
        (("Dienst startet nicht", "Platte voll"), Demand.CONDITIONAL),
        (("网站打不开", "数据库连不上"), Demand.CONDITIONAL),
        (("Tell the hotline", "Tell the press"), Demand.REQUIRED),
    ],
)
def test_parts_that_say_what_is_wrong_are_cases(titles, demand):
    """Nobody has the uplink dead and a tenant who misbehaves in each incident."""
    source = "# X\n\n" + "".join(f"## {title}\n\n1. Call the provider.\n2. Use the other line.\n\n" for title in titles)
    assert {task.demand for task in compile_runbook(source.encode()).tasks} == {demand}


@pytest.mark.parametrize("title", ["Vérification mensuelle", "Reporte diario", "Leitura diária", "Quartalsprüfung", "安全检查"])
def test_what_is_done_every_month_is_not_demanded_of_an_incident(title):
    book = compile_runbook(
        f"# X\n\n## {title}\n\n- [ ] Check the certificate\n\n## Response\n\n- [ ] Call the provider\n".encode()
    )
    demands = {item.line: item.demand for one in book.checklists for item in one.items}
    assert (demands.get(5, Demand.CONDITIONAL), demands[9]) == (Demand.CONDITIONAL, Demand.REQUIRED)

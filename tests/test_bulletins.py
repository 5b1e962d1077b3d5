"""The bulletin through its verbs: drafted from a release, changed on record, made final with a number, replaced with a reason."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col, select

import db
from programme import bulletin_queries, bulletins, settings
from programme.bulletin_blocks import digest
from programme.bulletin_edits import Piece, numbers_changed
from programme.bulletin_queries import Draft, Issued
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError, Unusable
from programme.models import AuditEvent, Bulletin, BulletinChange
from programme.official_paper import Kind
from programme.permissions import Actor
from tests import terminal
from tests.bulletin_values import docx_text, pdf_text
from tests.test_releases import JULY, JUNE, accepted, everybody, make
from tests.test_reviews import SOUND

TODAY = date(2019, 11, 8)


@pytest.fixture(autouse=True)
def _in_november() -> object:
    with settings.standing_at(datetime(2019, 11, 8, 2, tzinfo=UTC)):
        yield


@pytest.fixture
def people(store: str) -> dict[str, Actor]:
    """泸水市's June is out as the first release."""
    return released()


@pytest.fixture
def lone(sqlite_store: str) -> dict[str, Actor]:
    return released()


def released() -> dict[str, Actor]:
    people = everybody()
    accepted(people, SOUND)
    make(people["office"])
    return people


def do(verb: Callable[..., object], actor: Actor, *given: object) -> object:
    with db.transaction() as session:
        return verb(session, actor, *given)


def draft(actor: Actor, release: int = 1) -> Draft:
    with db.reading() as session:
        found = bulletin_queries.draft_of(session, actor, release)
    assert found is not None
    return found


def finals(actor: Actor) -> list[Issued]:
    with db.reading() as session:
        return bulletin_queries.issued(session, actor)


def piece(found: Draft, kind: str = Kind.PARAGRAPH) -> Piece:
    return next(one for one in found.pieces if one.block.kind == kind)


def finish(actor: Actor, reason: str = "", release: int = 1, day: date = TODAY) -> Issued:
    found = draft(actor, release)
    made = do(bulletins.make_final, actor, found.number, found.fingerprint, day, reason)
    assert isinstance(made, Issued)
    return made


def test_a_draft_is_written_from_the_release_and_what_the_office_changes_is_on_record(people: dict[str, Actor]) -> None:
    office = people["office"]
    do(bulletins.make_draft, office, 1)
    found = draft(office)
    first = piece(found)
    assert "2019年6月月报应报110个县，办公室已接收1个县" in first.block.text
    new = first.block.text.replace("已接收1个县", "仅接收1个县")
    do(bulletins.change_block, office, 1, first.id, first.block.text, new)
    added = do(bulletins.add_paragraph, office, 1, first.id, "办公室另行说明。\n第二行。")
    do(bulletins.remove_block, office, 1, piece(found, Kind.TABLE).id, piece(found, Kind.TABLE).block.text)
    changed = draft(office)
    assert [(one.step, one.block, one.old, one.new, one.user_name) for one in changed.changes] == [
        ("changed", first.id, first.block.text, new, office.name),
        ("added", added, "", "办公室另行说明。\n第二行。", office.name),
        ("removed", piece(found, Kind.TABLE).id, piece(found, Kind.TABLE).block.text, "", office.name),
    ]
    texts = [block.text for block in changed.blocks]
    assert texts[texts.index(new) + 1] == "办公室另行说明。\n第二行。"
    assert Kind.TABLE not in {block.kind for block in changed.blocks}
    assert piece(changed).block.source == first.block.source  # an edit does not lose where the figures came from
    with db.reading() as session:
        acts = [one.action for one in session.exec(select(AuditEvent).order_by(col(AuditEvent.id)))]
    assert acts[-4:] == ["bulletin.drafted", *["bulletin.changed"] * 3]


def test_what_was_changed_or_removed_can_be_put_back_as_the_rules_wrote_it(lone: dict[str, Actor]) -> None:
    office = lone["office"]
    do(bulletins.make_draft, office, 1)
    first, table = piece(draft(office)), piece(draft(office), Kind.TABLE)
    do(bulletins.change_block, office, 1, first.id, first.block.text, "改了")
    do(bulletins.restore_block, office, 1, piece(draft(office)))
    do(bulletins.remove_block, office, 1, table.id, table.block.text)
    do(bulletins.restore_block, office, 1, replace(table, removed=True))
    assert [one.block for one in draft(office).pieces] == [
        one.block for one in draft(office).pieces if not one.is_edited
    ]
    assert len(draft(office).changes) == 4
    with pytest.raises(ProgrammeError, match="不需要恢复"):
        do(bulletins.restore_block, office, 1, first)


def test_what_was_changed_meanwhile_is_neither_put_back_nor_written_anew_unseen(lone: dict[str, Actor]) -> None:
    office = lone["office"]
    do(bulletins.make_draft, office, 1)
    seen, first = draft(office).fingerprint, piece(draft(office))
    do(bulletins.change_block, office, 1, first.id, first.block.text, "先到的")
    changed = piece(draft(office))
    for fingerprint in (seen, ""):
        with pytest.raises(Outdated, match="已由别人生成或改动"):
            do(bulletins.make_draft, office, 1, (), fingerprint)
    do(bulletins.remove_block, office, 1, first.id, "先到的")
    with pytest.raises(Outdated, match="已被别人改动"):
        do(bulletins.restore_block, office, 1, changed)
    assert len(draft(office).changes) == 2


def test_two_who_change_the_same_paragraph_do_not_overwrite_each_other(lone: dict[str, Actor]) -> None:
    office = lone["office"]
    do(bulletins.make_draft, office, 1)
    first = piece(draft(office))
    do(bulletins.change_block, office, 1, first.id, first.block.text, "先到的")
    with pytest.raises(Outdated, match="已被别人改动"):
        do(bulletins.change_block, office, 1, first.id, first.block.text, "后到的")
    with pytest.raises(Outdated, match="又有改动"):
        do(bulletins.make_final, office, 1, "", TODAY)


def test_a_text_that_cannot_stand_is_refused(lone: dict[str, Actor]) -> None:
    office = lone["office"]
    do(bulletins.make_draft, office, 1)
    for kind, new, sentence in (
        (Kind.PARAGRAPH, " \n ", "不能为空"),
        (Kind.PARAGRAPH, "字" * 3001, "最多3000个字"),
        (Kind.TITLE, "|", "不能为空"),
        (Kind.NUMBER, "通报1号", "由数据生成"),
        (Kind.TABLE, "另一个表", "由数据生成"),
    ):
        one = piece(draft(office), kind)
        with pytest.raises(ProgrammeError, match=sentence):
            do(bulletins.change_block, office, 1, one.id, one.block.text, new)
    assert draft(office).changes == ()


def test_the_number_cannot_be_removed_nor_a_paragraph_added_above_the_title(lone: dict[str, Actor]) -> None:
    office = lone["office"]
    do(bulletins.make_draft, office, 1)
    number = piece(draft(office), Kind.NUMBER)
    with pytest.raises(ProgrammeError, match="不能删去"):
        do(bulletins.remove_block, office, 1, number.id, number.block.text)
    with pytest.raises(ProgrammeError, match="不能增加段落"):
        do(bulletins.add_paragraph, office, 1, number.id, "上面")
    with pytest.raises(NotFound):
        do(bulletins.restore_block, office, 1, replace(number, id=999))
    with pytest.raises(NotFound):
        do(bulletins.change_block, office, 9, 1, "", "x")


def test_a_final_bulletin_has_a_number_of_the_year_a_date_and_a_digest_and_changes_no_more(
    people: dict[str, Actor],
) -> None:
    office = people["office"]
    do(bulletins.make_draft, office, 1)
    made = finish(office)
    assert (made.document_number, made.day, made.superseded_by) == ("通报〔2019〕1号", TODAY, "")
    assert [block.text for block in made.blocks if block.kind in (Kind.NUMBER, Kind.DATE)] == [
        "通报〔2019〕1号",
        "2019年11月8日",
    ]
    with db.reading() as session:
        row = session.exec(select(Bulletin)).one()
        assert bulletin_queries.verify(session, people["county"], 1) == []
    assert digest(row.content) == made.sha256 == row.sha256
    first = piece(draft(office))
    for verb, given in (
        (bulletins.change_block, (first.id, first.block.text, "改")),
        (bulletins.remove_block, (first.id, first.block.text)),
        (bulletins.add_paragraph, (first.id, "加")),
        (bulletins.make_final, ("x", TODAY)),
    ):
        with pytest.raises(Outdated, match="已经定稿"):
            do(verb, office, 1, *given)
    for table in ("bulletin", "bulletin_draft"):
        with pytest.raises(DatabaseError, match="append-only"), db.transaction() as session:
            session.connection().execute(text(f"UPDATE {table} SET user_name = 'x'"))


def test_a_further_bulletin_takes_the_place_of_the_first_with_a_reason_that_it_prints(lone: dict[str, Actor]) -> None:
    office = lone["office"]
    do(bulletins.make_draft, office, 1)
    finish(office)
    do(bulletins.make_draft, office, 1)
    with pytest.raises(ProgrammeError, match="已有通报〔2019〕1号，再次定稿将替换它，请写明原因"):
        finish(office)
    second = finish(office, "正文有误")
    assert (second.document_number, second.supersedes) == ("通报〔2019〕2号", "通报〔2019〕1号")
    assert [(one.document_number, one.superseded_by) for one in finals(lone["leader"])] == [
        ("通报〔2019〕2号", ""), ("通报〔2019〕1号", "通报〔2019〕2号"),
    ]  # fmt: skip
    assert "本通报印发后，通报〔2019〕1号停止使用。原因：正文有误" in [block.text for block in second.blocks]


def test_a_bulletin_whose_release_was_superseded_says_so_wherever_it_goes_out(
    lone: dict[str, Actor], tmp_path: Path
) -> None:
    office, file = lone["office"], tmp_path / "通报.docx"
    do(bulletins.make_draft, office, 1)
    assert finish(office).replaced == ""
    accepted(lone, SOUND | {"online_sales": "11"}, reason="退货两笔")
    make(office, reason="更正")
    (final,) = finals(office)
    assert (final.superseded_by, final.replaced) == ("", "所依据的第1期已被第2期替换")
    answer = terminal.here("release", "bulletin", "1", "-o", str(file))
    assert "通报〔2019〕1号_所依据的第1期已被第2期替换" in answer.out
    assert answer.err == "注意：所依据的第1期已被第2期替换。\n"
    do(bulletins.make_draft, office, 2)
    finish(office, "数据更正", release=2)
    assert [one.replaced for one in finals(office)] == ["", "已被通报〔2019〕2号替换"]


def test_a_superseded_release_gets_no_bulletin_and_the_next_one_says_what_was_corrected(
    lone: dict[str, Actor], tmp_path: Path
) -> None:
    office = lone["office"]
    do(bulletins.make_draft, office, 1)
    accepted(lone, SOUND | {"online_sales": "11"}, reason="退货两笔")
    make(office, reason="更正")
    with pytest.raises(ProgrammeError, match="第1期已被第2期替换"):
        do(bulletins.make_draft, office, 1)
    with pytest.raises(ProgrammeError, match="第1期已被第2期替换"):
        finish(office)
    refused = terminal.here("release", "bulletin", "1", "-o", str(tmp_path / "通报.docx"))
    assert (refused.code, refused.err) == (1, "第1期已被第2期替换，请按第2期编写通报。\n")
    do(bulletins.make_draft, office, 2)
    rows = (
        piece(draft(office, 2), Kind.TABLE),
        [one for one in draft(office, 2).pieces if one.block.rule == "corrections-table"],
    )
    assert rows[1][0].block.rows[1:] == (("泸水市", "2019年6月", "农产品网络销售额", "12.3万元", "11万元", "退货两笔"),)


def test_the_release_before_is_the_one_that_was_in_force_then(lone: dict[str, Actor]) -> None:
    office = lone["office"]
    accepted(lone, SOUND, JULY)
    make(office, JULY)
    accepted(lone, SOUND | {"online_sales": "11"}, reason="退货")
    make(office, JUNE, reason="更正6月")
    with db.reading() as session:
        found = [bulletin_queries.before(session, number) for number in (1, 2, 3)]
        with pytest.raises(NotFound):
            bulletin_queries.before(session, 9)
    assert [held and held.number for held in found] == [None, 1, 1]


def test_a_draft_is_not_written_twice_without_a_change_and_a_new_one_leaves_the_old_on_record(
    lone: dict[str, Actor],
) -> None:
    office = lone["office"]
    do(bulletins.make_draft, office, 1)
    with pytest.raises(ProgrammeError, match="没有变化"):
        do(bulletins.make_draft, office, 1)
    first = piece(draft(office))
    do(bulletins.change_block, office, 1, first.id, first.block.text, "改了")
    do(bulletins.make_draft, office, 1, (), draft(office).fingerprint)
    assert (draft(office).number, piece(draft(office)).block.text) == (2, first.block.text)
    with pytest.raises(Outdated, match="已重新生成"):
        do(bulletins.change_block, office, 1, first.id, "改了", "再改")
    with db.reading() as session:
        assert session.exec(select(BulletinChange.new)).all() == ["改了"]


def test_a_bulletin_is_dated_between_its_release_and_today(lone: dict[str, Actor]) -> None:
    do(bulletins.make_draft, lone["office"], 1)
    for day in (date(2019, 11, 7), date(2019, 11, 9)):
        with pytest.raises(ProgrammeError, match="成文日期应在"):
            finish(lone["office"], day=day)


def test_what_cannot_be_printed_is_not_made_final(lone: dict[str, Actor]) -> None:
    office = lone["office"]
    do(bulletins.make_draft, office, 1)
    first = piece(draft(office))
    do(bulletins.change_block, office, 1, first.id, first.block.text, "县한")
    with pytest.raises(Unusable, match="没有可用的字形"):
        finish(office)
    assert finals(office) == []


def test_only_the_office_makes_bulletins_and_whoever_sees_totals_reads_the_final_ones(people: dict[str, Actor]) -> None:
    do(bulletins.make_draft, people["office"], 1)
    first = piece(draft(people["office"]))
    attempts: tuple[tuple[Callable[..., object], tuple[object, ...]], ...] = (
        (bulletins.make_draft, (1,)),
        (bulletins.change_block, (1, first.id, first.block.text, "改")),
        (bulletins.remove_block, (1, first.id, first.block.text)),
        (bulletins.restore_block, (1, first)),
        (bulletins.add_paragraph, (1, first.id, "加")),
        (bulletins.make_final, (1, "", TODAY)),
        (bulletin_queries.draft_of, (1,)),
    )
    for name, actor in people.items():
        for verb, given in attempts if name != "office" else ():
            with pytest.raises(NotAllowed):
                do(verb, actor, *given)
    finish(people["office"])

    def read(session: Session, actor: Actor) -> object:
        return bulletin_queries.issued(session, actor)

    readers = set()
    for name, actor in people.items():
        try:
            do(read, actor)
            readers.add(name)
        except NotAllowed:
            pass
    assert readers == {"county", "neighbour", "province", "office", "leader"}


def test_the_terminal_writes_the_draft_until_there_is_a_final_one(lone: dict[str, Actor], tmp_path: Path) -> None:
    word, pdf = tmp_path / "通报.docx", tmp_path / "通报.pdf"
    assert terminal.here("release", "bulletin", "1", "-o", str(word)).code == 0
    assert docx_text(word.read_bytes()).startswith("草稿(未定稿)示例数据")
    refused = terminal.here("release", "bulletin", "1", "-o", str(pdf), "--as", lone["county"].username)
    assert (refused.code, refused.err) == (2, "第1期还没有定稿的通报。\n")
    do(bulletins.make_draft, lone["office"], 1)
    do(bulletins.add_paragraph, lone["office"], 1, piece(draft(lone["office"])).id, "办公室加的一段。")
    assert terminal.here("release", "bulletin", "1", "-o", str(word)).code == 0
    assert "办公室加的一段。" in docx_text(word.read_bytes())
    finish(lone["office"])
    answer = terminal.here("release", "bulletin", "1", "-o", str(pdf), "--as", lone["county"].username)
    assert (answer.code, "通报〔2019〕1号" in answer.out) == (0, True)
    assert "草稿" not in pdf_text(pdf.read_bytes())
    assert terminal.here("release", "bulletin", "1", "-o", str(tmp_path / "通报.txt")).code == 2
    assert terminal.here("release", "bulletin", "9", "-o", str(pdf)).code == 2


def test_the_terminal_tells_a_final_bulletin_that_was_tampered_with(lone: dict[str, Actor]) -> None:
    order, reader = ("release", "bulletin-verify"), ("--as", lone["county"].username)
    assert [(answer.code, answer.err) for number in "19" if (answer := terminal.here(*order, number, *reader))] == [
        (2, "第1期还没有定稿的通报。\n"),
        (2, "没有第9期。\n"),
    ]
    do(bulletins.make_draft, lone["office"], 1)
    made = finish(lone["office"])
    sound = terminal.here(*order, "1", *reader)
    assert (sound.code, sound.out, sound.err) == (0, "第1期的通报核对无误。\n", "")
    with db.transaction() as session:
        session.connection().execute(text("DROP TRIGGER bulletin_no_update"))
        session.connection().execute(text("UPDATE bulletin SET content = content || ' '"))
    altered = terminal.here(*order, "1", *reader)
    sentence = f"通报〔2019〕1号的内容与定稿时的指纹（SHA-256 {made.sha256}）不符。\n"
    assert (altered.code, altered.out, altered.err) == (1, "", sentence)


def test_an_edit_s_new_and_lost_figures_are_named() -> None:
    written, now = "销售额422.9万元，完成率42.3%，3个月。", "销售额430万元，完成率42.3%，3个月、3个月。"
    assert numbers_changed(written, now) == (["422.9万"], ["430万", "3"])


def test_the_record_says_what_was_made_final(lone: dict[str, Actor]) -> None:
    do(bulletins.make_draft, lone["office"], 1)
    made = finish(lone["office"])
    with db.reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "bulletin.finished")).one()
    assert (event.subject, json.loads(event.detail)["sha256"]) == ("通报〔2019〕1号", made.sha256)

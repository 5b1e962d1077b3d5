"""The map page, opened as each role: what is shown of whom, and what is said with it."""

import json
import re
from collections.abc import Callable

import pytest
from sqlalchemy import delete
from streamlit.testing.v1 import AppTest

import db
from programme import audit, standings
from programme.catalogue import catalogue
from programme.models import Membership
from programme.permissions import Actor, Permission, Role, refusal
from programme.standings import Chain, kpi_codes
from tests.factories import a_user, insert_return
from tests.opening import Open

YEAR = catalogue().years[0]
JUNE = YEAR.months[1]
OWN, NEIGHBOUR, ABROAD = 533301, 532929, 653121
SALES = {OWN: 80_000_000, NEIGHBOUR: 4_321_000, ABROAD: 1_234_000}
BOUNDS = {Role.COUNTY: {"county": "533301"}, Role.PROVINCE: {"province": "53"}}
SEEING = [role for role in Role if refusal(Actor(1, "x", "x", role), Permission.SEE_TOTALS) is None]
Visit = Callable[..., AppTest]


@pytest.fixture
def visit(open_page: Open) -> Visit:
    """Opens the map as a new account of a role; `query` is what stands in the address."""
    for county, sales in SALES.items():
        row = [sales if code == "online_sales" else None for code in kpi_codes()]
        with db.transaction() as store:
            revision = insert_return(store, county, JUNE.number, row)
            standings.post(store, YEAR, Chain.of([(county, JUNE.number, revision)], [row]))
            audit.raise_data_version(store)

    def open_map(role: Role | None, **query: str) -> AppTest:
        actor = a_user(role, **BOUNDS.get(role, {})) if role else None
        return open_page(actor, "pages/progress/map.py", **query)

    return open_map


def drawn(app: AppTest) -> str:
    """The texts of the map's spec, one a line."""
    spec = json.loads(app.get("deck_gl_json_chart")[0].proto.json)
    return "\n".join(_texts(spec))


def _texts(part: object) -> list[str]:
    if isinstance(part, dict):
        part = list(part.values())
    if isinstance(part, list):
        return [text for inner in part for text in _texts(inner)]
    return [part] if isinstance(part, str) else []


def words(app: AppTest) -> list[str]:
    kinds = ("title", "subheader", "caption", "markdown", "info", "error")
    return [str(element.value) for kind in kinds for element in app.get(kind)]


def counties_in_table(app: AppTest) -> list[str]:
    shown = [*app.dataframe, *app.table]
    return list(shown[-1].value["县"])


def test_a_stranger_sees_the_sign_in_and_no_map(visit: Visit) -> None:
    app = visit(None)
    assert [box.label for box in app.text_input] == ["用户名", "密码"]
    assert len(app.get("deck_gl_json_chart")) == 0


@pytest.mark.parametrize("role", SEEING)
def test_every_role_that_sees_totals_gets_a_map_with_its_source(visit: Visit, role: Role) -> None:
    app = visit(role)
    assert len(app.get("deck_gl_json_chart")) == 1
    assert [text for text in words(app) if "GS(2024)0650号" in text] == [
        "审图号：GS(2024)0650号；数据来源：天地图行政区划（2024年版），边界经简化。"
    ]
    assert "底图边界经简化并叠加业务数据，仅供内部工作使用；公开展示前须按规定送审。" in words(app)


def test_the_office_sees_all_counties_and_what_they_are_to_be_read_with(visit: Visit) -> None:
    app = visit(Role.OFFICE)
    assert [header.value for header in app.subheader] == [
        "网络销售额：110个县中0个达到县均份额，107个未报。",
        "同样的数，列成表",
    ]
    assert len(counties_in_table(app)) == 110
    assert counties_in_table(app)[-3:] == ["疏附县", "泸水市", "云龙县"]
    assert re.findall("[0-9.]+万元", drawn(app)) == ["4.32万元", "80万元", "1.23万元"]
    basis = next(text.value for text in app.markdown if "工作口径" in text.value)
    assert basis.startswith(
        ":gray-badge[:material/science: 示例数据] :small[:gray[截至2019年6月底 · 工作口径（已报送、未经发布） · 本月已报3/110个县"
    )


def test_a_province_sees_figures_of_its_own_counties_only(visit: Visit) -> None:
    app = visit(Role.PROVINCE)
    assert app.subheader[0].value == "网络销售额：12个县中0个达到县均份额，10个未报。"
    assert re.findall("[0-9.]+万元", drawn(app)) == ["4.32万元", "80万元"]
    assert len(counties_in_table(app)) == 12


def test_a_county_sees_its_own_figure_only(visit: Visit) -> None:
    app = visit(Role.COUNTY)
    assert app.subheader[0].value == "泸水市网络销售额累计80万元，完成县均份额的80.0%。"
    assert re.findall("[0-9.]+(?:万元|%)", drawn(app)) == ["80万元", "80.0%", "80.0%"]
    assert counties_in_table(app) == ["泸水市"]


def test_a_county_pointing_at_another_is_told_its_name_and_nothing_else(visit: Visit) -> None:
    app = visit(Role.COUNTY, at="532929")
    assert "云龙县" in [header.value for header in app.subheader]
    assert "这个县不在所选或您可查看的范围内，不显示数据。" in words(app)
    assert re.findall(r"4\.32万|86\.4%|4321000", drawn(app) + "".join(words(app))) == []


def test_pointing_at_a_county_draws_its_group_and_leads_to_its_page(visit: Visit) -> None:
    app = visit(Role.OFFICE, at="532929")
    assert [header.value for header in app.subheader] == [
        "泸水市组网络销售额：11个县中0个达到县均份额，9个未报。",
        "云龙县",
        "同样的数，列成表",
    ]
    link = app.main.get("page_link")[-1].proto
    assert (link.label, link.query_string) == ("打开该县页面", "county=532929&month=2019-06")
    assert len(counties_in_table(app)) == 11


@pytest.mark.parametrize("code", ["", "999999", "110101", "<b>", "泸水市"])
def test_an_address_that_points_at_no_member_shows_the_country(visit: Visit, code: str) -> None:
    app = visit(Role.OFFICE, at=code)
    assert app.subheader[0].value == "网络销售额：110个县中0个达到县均份额，107个未报。"


def test_the_filter_for_a_core_group_draws_the_group(visit: Visit) -> None:
    app = visit(Role.OFFICE)
    app.selectbox(key="core").select("533301").run()
    assert app.subheader[0].value == "泸水市组网络销售额：11个县中0个达到县均份额，9个未报。"


def test_a_county_of_another_group_is_not_pointed_at_once_a_group_is_chosen(visit: Visit) -> None:
    app = visit(Role.OFFICE, at="653121")
    app.selectbox(key="core").select("533301").run()
    assert [header.value for header in app.subheader] == [
        "泸水市组网络销售额：11个县中0个达到县均份额，9个未报。",
        "同样的数，列成表",
    ]


def test_the_state_of_returns_can_be_asked_for(visit: Visit) -> None:
    app = visit(Role.OFFICE)
    app.selectbox(key="show").select("本月报送情况").run()
    assert app.subheader[0].value == "2019年6月月报：110个县中3个已提交，107个逾期未报。"
    assert re.findall("[0-9.]+万元", drawn(app)) == []


def test_every_indicator_can_be_asked_for(visit: Visit) -> None:
    app = visit(Role.OFFICE)
    for option in app.selectbox(key="show").options:
        app.selectbox(key="show").select(option).run()
        assert not app.exception
        assert len(app.get("deck_gl_json_chart")) == 1


def test_a_click_is_looked_up_once_and_then_forgotten(visit: Visit) -> None:
    """The callback of the map leaves a mark in the address; without a county under it, nothing is pointed at."""
    app = visit(Role.OFFICE, at="532929", clicked="1")
    assert {name: app.query_params[name] for name in ("at", "clicked") if name in app.query_params} == {}
    assert app.subheader[0].value == "网络销售额：110个县中0个达到县均份额，107个未报。"


def test_without_a_list_of_counties_the_page_says_what_to_do(visit: Visit) -> None:
    with db.transaction() as store:
        store.connection().execute(delete(Membership))
        audit.raise_data_version(store)
    app = visit(Role.OFFICE)
    assert [info.value for info in app.info] == ["还没有县名单。请办公室先导入县名单，地图上才有县。"]
    assert len(app.get("deck_gl_json_chart")) == 0

"""县 as its readers see it."""

from programme import settings
from programme.permissions import Role
from tests.factories import a_user
from tests.opening import Open
from tests.warning_acts import LUSHUI, YUNLONG, at, report


def test_months_without_a_return_are_told_up_to_the_month_in_view(open_page: Open) -> None:
    with settings.standing_at(at(8)):
        report({LUSHUI: {"trainees": [0, 10]}, YUNLONG: {"trainees": [0, 10, 20, 30, 40, 50]}})
        office = a_user(Role.OFFICE)
        whole = open_page(office, "pages/progress/county.py", county="533301", kpi="线上线下培训学员")
        july = open_page(office, "pages/progress/county.py", county="533301", kpi="线上线下培训学员", month="2019-07")
    told = [caption.value for app in (whole, july) for caption in app.main.caption if "个月已报" in caption.value]
    assert told == [
        "本月数，单位：人次。6个月中2个月已报；最近一次是2019年6月，10。",
        "本月数，单位：人次。3个月中2个月已报；最近一次是2019年6月，10。",
    ]
    assert july.main.table[1].value.to_dict("list") == {
        "2019年5月": ["0人次"], "2019年6月": ["10人次"], "2019年7月": ["未报"],
    }  # fmt: skip

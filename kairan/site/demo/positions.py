# SPDX-License-Identifier: Apache-2.0
"""The seats of ひのくに市: the office's desk and nineteen chairs of made-up school districts."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from kairan.audit.actors import PROGRAM
from kairan.municipalities.models import Area, Department
from kairan.people.models import Person
from kairan.people.positions import actions
from kairan.people.positions.codes import FreshCode
from kairan.people.positions.models import Position, SignInCode, Tenure

WARD = "南区"
DESK = "自治推進課"
CLERKS = ("縁 結", "市川 あかり", "土田 課長")
# (school district, its chair); the last has not come in yet. The first two sign in once more.
CHAIRS = [
    ("月木", "堀江 正治"),
    ("若葉台", "三宅 和子"),
    ("泉北", "大川 茂"),
    ("桜坂", "岡崎 悦子"),
    ("光が丘", "谷口 勝"),
    ("水鏡", "西尾 節子"),
    ("竹の内", "平野 実"),
    ("美空台", "村上 清"),
    ("松籟", "今井 久美子"),
    ("高瀬川", "小島 昭夫"),
    ("花園東", "中島 幸雄"),
    ("花園西", "野田 文子"),
    ("緑町", "河野 弘"),
    ("里山", "藤本 千代"),
    ("城下", "杉本 進"),
    ("夕凪", "古川 洋子"),
    ("鶴見", "久保 隆"),
    ("亀井", "服部 恵子"),
    ("星の原", "安田 豊"),
]
NOT_IN_YET = (18,)
VACANT = "南区自治連合協議会 事務局長"
BEFORE = ("吉田 武", "桑原 光子", "児玉 利夫", "池田 常雄", "松永 春江", "有働 誠", "宮本 信子")
SUCCESSOR = "上田 美代子"


def make_positions() -> None:
    """Inside the entered town, after its departments and staff."""
    _make_desk()
    ward = Area.objects.get(kind=Area.Kind.WARD, name=WARD)
    chairs = [_make_chair(number, ward, *chair) for number, chair in enumerate(CHAIRS)]
    for number, tenure in enumerate(chairs):
        if number not in NOT_IN_YET:
            _came_in(tenure, number)
    actions.create_position(
        acting=PROGRAM, kind=Position.Kind.POST, name=VACANT, title="事務局長", area=ward, place=90
    )
    _plan(chairs[12])


def ready_codes() -> dict[str, dict[str, str]]:
    """A code each for the first two chairs, made anew at every start: only hashes are kept."""
    found = {}
    for said, number in (("chair", 0), ("second_chair", 1)):
        name = f"{CHAIRS[number][0]}校区 会長"
        tenure = Tenure.objects.open().filter(position__name=name).first()
        if tenure is not None:
            found[said] = _said(tenure, actions.issue_code(acting=PROGRAM, tenure=tenure))
    return found


def _said(tenure: Tenure, code: FreshCode) -> dict[str, str]:
    return {
        "name": tenure.person.name,
        "position": tenure.position.name,
        "code": code.digits,
        "secret_path": code.path,
    }


def _make_desk() -> None:
    desk = actions.create_position(
        acting=PROGRAM,
        kind=Position.Kind.DESK,
        name=DESK,
        department=Department.objects.get(name=DESK),
        place=100,
    )
    for name in CLERKS:
        clerk = Person.objects.get(name=name)
        actions.appoint(acting=PROGRAM, position=desk, person=clerk)


def _make_chair(number: int, ward: Area, district: str, name: str) -> Tenure:
    """Each third one came after somebody else."""
    area = Area.objects.create(
        kind=Area.Kind.DISTRICT, code=f"S{number + 1:02d}", name=f"{district}校区", parent=ward
    )
    post = actions.create_position(
        acting=PROGRAM,
        kind=Position.Kind.POST,
        name=f"{area.name} 会長",
        title="会長",
        area=area,
        place=number + 1,
    )
    began = _spring(years=1 + number % 3)
    phone = f"090-0000-{1001 + number * 37:04d}"
    person = actions.add_holder(acting=PROGRAM, name=name, phone=phone)
    if number % 3 == 0:
        before = actions.add_holder(acting=PROGRAM, name=BEFORE[number // 3])
        actions.appoint(
            acting=PROGRAM,
            position=post,
            person=before,
            starts_on=_spring(years=5),
            with_code=False,
        )
        handed = actions.hand_over(
            acting=PROGRAM, position=post, successor=person, last_day=began - timedelta(days=1)
        )
        assert handed.tenure is not None  # noqa: S101  (a day that is over)
        return handed.tenure
    return actions.appoint(acting=PROGRAM, position=post, person=person, starts_on=began).tenure


def _came_in(tenure: Tenure, number: int) -> None:
    """As if with the sheet, some months ago."""
    used = timezone.now() - timedelta(days=150 - number, hours=number)
    codes = SignInCode.objects.filter(tenure=tenure)
    codes.update(
        issued_at=used - timedelta(days=2), expires_at=used + timedelta(days=5), used_at=used
    )
    Person.objects.filter(pk=tenure.person_id).update(last_login=used)


def _plan(tenure: Tenure) -> None:
    """The office has agreed on the next spring with one of them."""
    successor = actions.add_holder(acting=PROGRAM, name=SUCCESSOR, phone="090-0000-2001")
    actions.hand_over(
        acting=Person.objects.get(name=CLERKS[1]),
        position=tenure.position,
        successor=successor,
        last_day=_spring(years=-1) - timedelta(days=1),
        reads_on_days=30,
    )


def _spring(*, years: int) -> date:
    """The first of April of so many years ago, counted from the one before today."""
    today = timezone.localdate()
    last = today.year if today >= date(today.year, 4, 1) else today.year - 1
    return date(last - years + 1, 4, 1) if years > 0 else date(last - years, 4, 1)

# SPDX-License-Identifier: Apache-2.0
"""Every chart is a table: rows with a name, numbers, and the list that they count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from kairan.lib.sheets import Row
from kairan.municipalities.models import Area, Department
from kairan.municipalities.places import areas_at
from kairan.people.models import Person
from kairan.reports.figures import Figures, Handled, Now, Scope, Took, next_month
from kairan.reports.models import ReportKind
from kairan.reports.models.cases import TILES_PER_DEGREE, TILES_PER_ROW, Channel

WEEKDAYS = "月火水木金土日"
# A square of the map, in degrees; half its diagonal, about, in metres.
SIDE = 1 / TILES_PER_DEGREE
SPOT_METRES = 700
MOST_SPOTS = 20
DONE = "resolved,no_action,referred"


@dataclass(frozen=True)
class Line:
    """``cells`` as people read them, ``raw`` as files hold them; ``share`` 0–100 draws a bar.

    ``url``: the list of the whole line, which its first number counts; ``urls``: those of its
    other numbers by their place.
    """

    label: str
    cells: list[str]
    raw: list[Any]
    url: str = ""
    share: float | None = None
    urls: Mapping[int, str] = field(default_factory=dict)

    @property
    def linked(self) -> list[tuple[str, str]]:
        """(cell, address); a zero leads nowhere."""
        urls = {0: self.url, **self.urls}
        return [
            (cell, urls.get(place, "") if cell != "0" else "")
            for place, cell in enumerate(self.cells)
        ]


@dataclass(frozen=True)
class Table:
    key: str
    title: str
    columns: list[str]
    lines: list[Line]
    note: str = ""
    has_bars: bool = True

    @property
    def rows(self) -> Iterable[Row]:
        yield self.columns
        for line in self.lines:
            yield [line.label, *line.raw]


@dataclass(frozen=True)
class Names:
    """What ids are called today."""

    kinds: Mapping[int, str] = field(default_factory=dict)
    areas: Mapping[int, str] = field(default_factory=dict)
    departments: Mapping[int, str] = field(default_factory=dict)
    persons: Mapping[int, str] = field(default_factory=dict)


def names() -> Names:
    return Names(
        kinds=dict(ReportKind.objects.in_order().values_list("pk", "name")),
        areas=dict(Area.objects.in_order().values_list("pk", "name")),
        departments=dict(Department.objects.in_order().values_list("pk", "name")),
        persons=dict(Person.objects.values_list("pk", "name")),
    )


def list_url(scope: Scope, **chosen: object) -> str:
    """The list of the cases that a number counts."""
    last = next_month(scope.until) - timedelta(days=1)
    query: dict[str, object] = {"status": "all", "since": scope.since, "until": last}
    query |= {"kind": list(scope.kinds), "area": list(scope.areas)}
    if scope.department is not None:
        query["department"] = scope.department
    return f"{reverse('reports:list')}?{urlencode(query | chosen, doseq=True)}"


def tables(scope: Scope, found: Figures, called: Names) -> list[Table]:
    return [
        by_month(scope, found),
        _shares("kind", _("種類"), scope, found.by_kind, called.kinds, "kind"),
        by_channel(scope, found),
        _shares("area", _("区域"), scope, found.by_area, called.areas, "area"),
        by_weekday(scope, found),
        by_hour(scope, found),
        _handled("kinds", _("種類ごとの対応"), _("種類"), scope, found.kinds, called.kinds, "kind"),
        _handled(
            "departments", _("課ごとの対応"), _("課"), scope, found.departments,
            called.departments, "department",
        ),
        _handled(
            "clerks", _("担当者ごとの対応"), _("担当者"), scope, found.clerks,
            called.persons, "assignee",
        ),
    ]  # fmt: skip


def by_month(scope: Scope, found: Figures) -> Table:
    most = max([*found.by_month.values(), 1])
    lines = []
    for month, count in found.by_month.items():
        before = found.by_month_before[month]
        last = next_month(month) - timedelta(days=1)
        lines.append(
            Line(
                month_name(month),
                [f"{count:,}", f"{before:,}", change(count, before)],
                [count, before, _change_raw(count, before)],
                list_url(scope, since=month, until=last),
                100 * count / most,
                {1: list_url(scope, **_year_before(month, month))},
            )
        )
    columns = [_("月"), _("通報"), _("前の年"), _("増減")]
    return Table("month", _("月ごとの通報"), columns, lines)


def by_channel(scope: Scope, found: Figures) -> Table:
    """LINE against the phone, this year against the last."""
    total = sum(found.by_channel.values()) or 1
    lines = [
        Line(
            str(channel.label),
            [f"{(n := found.by_channel[channel.value]):,}", percent(n / total),
             f"{(before := found.channels_before[channel.value]):,}", change(n, before)],
            [n, round(100 * n / total, 1), before, _change_raw(n, before)],
            list_url(scope, channel=channel.value),
            100 * n / total,
            {2: list_url(scope, channel=channel.value, **_year_before(scope.since, scope.until))},
        )
        for channel in Channel
        if found.by_channel[channel.value] or found.channels_before[channel.value]
    ]  # fmt: skip
    columns = [_("受付方法"), _("通報"), _("割合"), _("前の年"), _("増減")]
    return Table("channel", _("受付方法"), columns, lines)


def _year_before(since: date, until: date) -> dict[str, date]:
    """The same months a year earlier; both are firsts of a month."""
    last = next_month(until.replace(year=until.year - 1)) - timedelta(days=1)
    return {"since": since.replace(year=since.year - 1), "until": last}


def by_weekday(scope: Scope, found: Figures) -> Table:
    counts = [sum(day) for day in found.week]
    most = max([*counts, 1])
    lines = [
        Line(name, [f"{n:,}"], [n], list_url(scope, weekday=place), 100 * n / most)
        for place, (name, n) in enumerate(zip(WEEKDAYS, counts, strict=True))
    ]
    return Table("weekday", _("曜日"), [_("曜日"), _("通報")], lines)


def by_hour(scope: Scope, found: Figures) -> Table:
    """The hours of the week as one table: a row for each hour, a column for each day."""
    lines = []
    for hour in range(24):
        days = [day[hour] for day in found.week]
        counts = [sum(days), *days]
        name = _("{hour}時").format(hour=hour)
        urls = {day + 1: list_url(scope, weekday=day, hour=hour) for day in range(7)}
        cells = [f"{n:,}" for n in counts]
        lines.append(Line(name, cells, counts, list_url(scope, hour=hour), urls=urls))
    columns = [_("時刻"), _("合計"), *WEEKDAYS]
    return Table("hour", _("曜日と時刻"), columns, lines, has_bars=False)


@dataclass(frozen=True)
class Spot:
    """A square of the map by its south-western corner, in degrees."""

    south: float
    west: float
    cases: int

    @property
    def middle(self) -> tuple[float, float]:
        """Longitude and latitude."""
        return self.west + SIDE / 2, self.south + SIDE / 2


def spots(counted: Iterable[tuple[int, int]]) -> list[Spot]:
    found = []
    for tile, cases in counted:
        row, column = divmod(tile, TILES_PER_ROW)
        found.append(Spot(row / TILES_PER_DEGREE - 90, column / TILES_PER_DEGREE - 180, cases))
    return found


def spot_url(scope: Scope, spot: Spot) -> str:
    """The list around the square's middle: a circle, so a little more or less than it."""
    longitude, latitude = spot.middle
    return list_url(scope, near=f"{longitude:.4f},{latitude:.4f},{SPOT_METRES}")


def by_spot(scope: Scope, found: Sequence[Spot]) -> Table:
    most = max((spot.cases for spot in found), default=1)
    lines = [
        Line(
            "{area} {latitude:.3f}, {longitude:.3f}".format(
                area="・".join(area.name for area in areas_at(*spot.middle)[:1]),
                latitude=spot.middle[1],
                longitude=spot.middle[0],
            ).strip(),
            [f"{spot.cases:,}"],
            [spot.cases],
            spot_url(scope, spot),
            100 * spot.cases / most,
        )
        for spot in found[:MOST_SPOTS]
    ]
    title = _("件数の多いところ（上位{n}）").format(n=MOST_SPOTS)
    return Table("spot", title, [_("場所のまんなか"), _("案件")], lines)


def right_now(found: list[Now], called: Names) -> Table:
    lines = []
    for row in found:
        whole = {"status": "open", "department": row.department or 0}
        url, late, silent = (
            f"{reverse('reports:list')}?{urlencode(whole | more)}"
            for more in ({}, {"due": "overdue"}, {"unanswered": 1})
        )
        lines.append(
            Line(
                called.departments.get(row.department or 0, _("課が未定")),
                [f"{row.open:,}", f"{row.overdue:,}", f"{row.unanswered:,}"],
                [row.open, row.overdue, row.unanswered],
                url,
                urls={1: late, 2: silent},
            )
        )
    columns = [_("課"), _("未完了"), _("期限切れ"), _("まだ返信していない")]
    return Table("now", _("いまの案件"), columns, lines, has_bars=False)


def month_name(month: date) -> str:
    return _("{year}年{month}月").format(year=month.year, month=month.month)


def percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.1f}%"


def change(now: int, before: int) -> str:
    return "—" if not before else f"{100 * (now - before) / before:+.1f}%"


def _change_raw(now: int, before: int) -> float | None:
    return round(100 * (now - before) / before, 1) if before else None


def duration(length: timedelta | None) -> str:
    """Rounded as people say it."""
    if length is None:
        return "—"
    minutes = length.total_seconds() / 60
    if minutes < 60:
        return _("約{n}分").format(n=max(1, round(minutes)))
    if minutes < 36 * 60:
        return _("約{n}時間").format(n=round(minutes / 60))
    return _("約{n}日").format(n=round(minutes / 1440, 1 if minutes < 2.5 * 1440 else None))


def _shares(
    key: str,
    title: str,
    scope: Scope,
    counts: Mapping[Any, int],
    called: Mapping[int, str],
    filtered_by: str,
) -> Table:
    total = sum(counts.values()) or 1
    rows = sorted(counts.items(), key=lambda row: -row[1])
    lines = [
        Line(
            called.get(one, _("不明")),
            [f"{n:,}", percent(n / total)],
            [n, round(100 * n / total, 1)],
            list_url(scope, **{filtered_by: one}) if one else "",
            100 * n / total,
        )
        for one, n in rows
    ]
    return Table(key, title, [title, _("通報"), _("割合")], lines)


def _handled(
    key: str,
    title: str,
    heading: str,
    scope: Scope,
    rows: Iterable[Handled],
    called: Mapping[int, str],
    filtered_by: str,
) -> Table:
    lines = [
        Line(
            called.get(row.key or 0, _("不明")),
            [
                f"{row.cases:,}", f"{row.closed:,}", *_times(row.answered), *_times(row.completed),
                percent(row.kept_share), f"{row.reopened:,}",
            ],
            [
                row.cases, row.closed, *_days(row.answered), *_days(row.completed),
                None if row.kept_share is None else round(100 * row.kept_share, 1), row.reopened,
            ],
            list_url(scope, **{filtered_by: row.key}) if row.key else "",
            urls=_handled_urls(scope, {filtered_by: row.key}) if row.key else {},
        )
        for row in rows
        if row.cases
    ]  # fmt: skip
    columns = [
        heading, _("案件"), _("終わった"), _("最初の返信まで（中央値）"), _("（9割）"),
        _("終わるまで（中央値）"), _("（9割）"), _("期限内"), _("再開"),
    ]  # fmt: skip
    return Table(key, title, columns, lines, has_bars=False)


def _handled_urls(scope: Scope, chosen: Mapping[str, object]) -> dict[int, str]:
    """Of what is done, and of what was opened again."""
    return {
        1: list_url(scope, **{**chosen, "status": DONE}),
        7: list_url(scope, **{**chosen, "reopened": 1}),
    }


def _times(took: Took) -> list[str]:
    return [duration(took.median), duration(took.p90)]


def _days(took: Took) -> list[float | None]:
    return [
        None if length is None else round(length.total_seconds() / 86_400, 2)
        for length in (took.median, took.p90)
    ]

# SPDX-License-Identifier: Apache-2.0
"""Made-up content for the gallery: every component in every state, no database."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone

from kairan.design import icons, statuses
from kairan.design.navigation import MenuEntry, NavEntry

TILES = {
    "url": "https://cyberjapandata.gsi.go.jp/xyz/pale/{z}/{x}/{y}.png",
    "credit": "国土地理院",
    "credit_url": "https://maps.gsi.go.jp/development/ichiran.html",
}
TONES = ("gray", "blue", "cyan", "green", "yellow", "orange", "red", "purple")
WORDS = {
    "received": "受付",
    "under_review": "確認中",
    "in_progress": "対応中",
    "resolved": "完了",
    "no_action": "対応不要",
    "referred": "他機関へ引継",
}


class SampleForm(forms.Form):
    """One field of each sort."""

    name = forms.CharField(label="お名前", help_text="姓と名のあいだは空けなくて構いません。")
    phone = forms.CharField(label="電話番号", required=False, help_text="返事が要るときだけ")
    email = forms.EmailField(label="メールアドレス")
    kind = forms.ChoiceField(
        label="種類",
        choices=[("", "選んでください"), ("lamp", "照明灯の不具合"), ("road", "道路の損傷")],
    )
    day = forms.DateField(label="見つけた日", widget=forms.DateInput(attrs={"type": "date"}))
    days = forms.IntegerField(label="目標の日数", initial=14, required=False)
    where = forms.ChoiceField(
        label="場所",
        widget=forms.RadioSelect,
        choices=[("road", "車道"), ("walk", "歩道"), ("park", "公園の中")],
        help_text="いちばん近いものを選んでください。",
    )
    topics = forms.MultipleChoiceField(
        label="受け取るお知らせ",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("waste", "ごみの日"), ("safety", "防災"), ("event", "催し")],
    )
    text = forms.CharField(
        label="くわしい様子",
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 300}),
        help_text="いつから、どこが、どうなっているか",
    )
    photo = forms.FileField(label="写真", required=False)
    agree = forms.BooleanField(
        label="個人情報の扱いを読みました", help_text="送る前に読んでください。"
    )


class PositionForm(forms.Form):
    """The two fields behind the position picker."""

    latitude = forms.DecimalField(label="緯度", required=False)
    longitude = forms.DecimalField(label="経度", required=False)


def _filled() -> SampleForm:
    given = QueryDict(mutable=True)
    given.update({"email": "hanako@", "days": "1000", "where": "walk", "text": "消えたまま"})
    return SampleForm(given, prefix=None, auto_id="wrong_%s")


def _cases() -> list[dict[str, Any]]:
    now = timezone.now()
    rows = []
    for number, (state, words) in enumerate(WORDS.items()):
        rows.append(
            {
                "id": number,
                "number": f"R8-{123 + number:06}",
                "title": [
                    "照明灯が消えている",
                    "歩道に穴が開いている",
                    "公園のベンチの板が割れている",
                ][number % 3],
                "place": ["中央区水前寺6丁目", "西区春日3丁目", "北区植木町岩野"][number % 3],
                "state": state,
                "words": words,
                "assignee": ["", "田上 修", "緒方 美穂"][number % 3],
                "reported": now - timedelta(minutes=3) * 9**number,
                "due": timezone.localdate() + timedelta(days=3 - number * 2),
                "overdue": number == 2,
            }
        )
    return rows


def _areas() -> dict[str, object]:
    def square(name: str, west: float, south: float) -> dict[str, object]:
        east, north = west + 0.06, south + 0.05
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        return {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }

    squares = [square("西区", 130.64, 32.77), square("中央区", 130.70, 32.77)]
    return {"type": "FeatureCollection", "features": squares}


def _map(points: int) -> dict[str, object]:
    tones = ("blue", "orange", "green")
    return {
        "tiles": TILES,
        "areas": _areas(),
        "points": [
            {
                "id": n,
                # The last ones stand at the same lamp.
                "lat": 32.79 + 0.004 * min(n, 5),
                "lon": 130.69 + 0.012 * (min(n, 5) % 3),
                "label": f"R8-{123 + n:06} 照明灯が消えている",
                "tone": tones[n % 3],
                "url": f"#case-{n}",
            }
            for n in range(points)
        ],
    }


def content(request: HttpRequest) -> dict[str, Any]:
    """Everything the gallery's pages show, with the frame's own variables."""
    return {
        "town_name": "ひのくに市",
        "town_phone": "096-000-0000",
        "home_url": reverse("gallery:staff"),
        "help_url": "#help",
        "privacy_url": "#privacy",
        "search_url": reverse("gallery:staff"),
        "person_name": "田上 修",
        "person_note": "土木総務課（担当者）",
        "person_menu": [
            MenuEntry("自分の設定", "#me", "settings"),
            MenuEntry("サインアウト", "#sign-out", "sign-out", post=True),
        ],
        "nav": _nav(),
        "form": SampleForm(),
        "wrong_form": _filled(),
        "position_form": PositionForm(initial={"latitude": 32.79, "longitude": 130.72}),
        "states": [(state, WORDS.get(state, state)) for state in statuses.LOOKS],
        "tones": TONES,
        "icons": sorted(icons.PATHS),
        "cases": _cases(),
        "page": Paginator(range(12345), 50).get_page(request.GET.get("page")),
        "map_data": _map(8),
        "one_place": _map(1),
        "moments": _moments(),
    }


def _nav() -> list[NavEntry]:
    return [
        NavEntry("ホーム", "#home", "home"),
        NavEntry("案件", reverse("gallery:staff"), "case", 38, current=True),
        NavEntry("シナリオ", "#scenarios", "question-list"),
        NavEntry("LINE", "#line", "line"),
        NavEntry("部署", "#departments", "department"),
        NavEntry("人", "#people", "people", 0),
        NavEntry("記録", "#audit", "history"),
    ]


def _moments() -> list[object]:
    now = timezone.now()
    ages = (timedelta(seconds=20), timedelta(minutes=14), timedelta(hours=3), timedelta(days=1))
    return [
        *(now - age for age in ages),
        now + timedelta(days=2),
        date(2019, 5, 1),
        date(1989, 1, 7),
    ]

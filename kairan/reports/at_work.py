# SPDX-License-Identifier: Apache-2.0
"""What a case's page shows of the work on it: who has to say yes, from where it came, its tags."""

from __future__ import annotations

from dataclasses import dataclass

from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.reports import notices, wording
from kairan.reports.access import may
from kairan.reports.actions.closing import may_confirm, open_proposal
from kairan.reports.actions.handing import handed_over
from kairan.reports.actions.proposing import needs_second
from kairan.reports.models import CallBack, Case, CaseEntry, ClosingProposal, DefectKind, Tag

Kind = CaseEntry.Kind
# Languages by the name that their own readers know (and staff can guess), Japanese first.
LANGUAGES = {
    "ja": "日本語",
    "ja-simple": "やさしい日本語",
    "en": "English（英語）",
    "zh-Hans": "简体中文（中国語 簡体字）",
    "zh-Hant": "繁體中文（中国語 繁体字）",
    "ko": "한국어（韓国語）",
    "vi": "Tiếng Việt（ベトナム語）",
    "ne": "नेपाली（ネパール語）",
    "pt": "Português（ポルトガル語）",
    "tl": "Tagalog（タガログ語）",
    "id": "Bahasa Indonesia（インドネシア語）",
    "th": "ไทย（タイ語）",
}


@dataclass(frozen=True)
class AtWork:
    tags: list[Tag]
    all_tags: list[str]
    defects: list[DefectKind]
    proposal: ClosingProposal | None
    proposed_text: str
    may_confirm: bool
    # The closing that was sent back last, while nothing has happened since.
    sent_back: CaseEntry | None
    handed: CaseEntry | None
    # Whether this person's own closing would wait for another's yes.
    only_proposes: bool
    # Languages of the residents who can be written to, by their codes.
    reader_languages: list[str]
    # Residents who wait to be phoned.
    call_backs: list[CallBack]


def at_work(person: Person, case: Case) -> AtWork:
    tags = list(Tag.objects.order_by("name"))
    own = set(case.tagged.values_list("tag", flat=True))
    proposal = open_proposal(case) if case.confirm_since else None
    said = wording.Said(proposal.message, proposal.texts) if proposal else None
    last = CaseEntry.objects.filter(case=case, kind=Kind.SENT_BACK).order_by("id").last()
    return AtWork(
        tags=[tag for tag in tags if tag.pk in own],
        all_tags=[tag.name for tag in tags if tag.pk not in own],
        defects=defects_for(case),
        proposal=proposal,
        proposed_text=said.to(case) if said else "",
        may_confirm=bool(proposal and may_confirm(person, case, proposal)),
        sent_back=last if last and last.version == case.version else None,
        handed=handed_over(case),
        only_proposes=may(person, case, Permission.HANDLE_CASES) and needs_second(person, case),
        reader_languages=reader_languages(case),
        call_backs=list(CallBack.objects.waiting().filter(report__case=case).in_order()),
    )


def defects_for(case: Case) -> list[DefectKind]:
    """Those in use, and the one the case has."""
    rows = DefectKind.objects.filter(kind=case.kind_id).order_by("position", "id")
    return [row for row in rows if row.is_active or row.pk == case.defect_kind_id]


def reader_languages(case: Case) -> list[str]:
    told = notices.reachable(case).values()
    return list(dict.fromkeys(r.resident.language for r, _friend in told if r.resident))


def language_name(code: str) -> str:
    return LANGUAGES.get(code, code)

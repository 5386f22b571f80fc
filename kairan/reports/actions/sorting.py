# SPDX-License-Identifier: Apache-2.0
"""Priority, kind of defect and tags of a case, and the town's tags themselves."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.lib.folding import fold
from kairan.lib.plain import plain
from kairan.reports import events, timeline
from kairan.reports.actions.changing import change
from kairan.reports.actions.errors import Refused
from kairan.reports.actions.handling import locked
from kairan.reports.models import Case, CaseEntry, CaseTag, DefectKind, Tag
from kairan.reports.models.cases import Priority

Kind = CaseEntry.Kind
MAX_TAG = 30
MAX_TAGS = 20


class WrongDefect(Refused):
    def __init__(self) -> None:
        super().__init__(_("その不具合の種類は、この案件の種類にはありません。"))


class TooManyTags(Refused):
    def __init__(self) -> None:
        super().__init__(_("1つの案件につけられる札は{most}枚までです。").format(most=MAX_TAGS))


class TagExists(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(_("「{name}」という札は、もうあります。").format(name=name))


def set_priority(*, acting: Actor, case: Case, to: str, version: int | None = None) -> Case:
    """Raises ``ValueError`` for what is no priority, ``CaseChanged``."""
    new = Priority(to)
    with transaction.atomic():
        row = locked(case, version=version, acting=acting)
        if row.priority == new:
            return row
        old, row.priority = Priority(row.priority), new
        data = timeline.exchange_choice(old, new)
        change(acting, row, Kind.PRIORITY, ["priority"], data)
        events.case_changed(row)
    return row


def set_defect(
    *, acting: Actor, case: Case, to: DefectKind | None, version: int | None = None
) -> Case:
    """What is wrong, among the defects of the case's kind. Raises ``WrongDefect``."""
    with transaction.atomic():
        row = locked(case, version=version, acting=acting)
        if to is not None and to.kind_id != row.kind_id:
            raise WrongDefect
        if row.defect_kind_id == (to.pk if to else None):
            return row
        data = timeline.exchange(row.defect_kind, to)
        row.defect_kind = to
        change(acting, row, Kind.DEFECT, ["defect_kind"], data)
        events.case_changed(row)
    return row


def change_tags(
    *,
    acting: Actor,
    case: Case,
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
    version: int | None = None,
) -> Case:
    """By their names; a tag that the town has not had yet is made. Raises ``TooManyTags``."""
    with transaction.atomic():
        row = locked(case, version=version, acting=acting)
        tagged = CaseTag.objects.filter(case=row)
        have = {kept.tag_id: kept.tag for kept in tagged.select_related("tag")}
        new = [tag for tag in tags_named(acting, add) if tag.pk not in have]
        unwanted = {fold(name) for name in remove}
        gone = [tag for tag in have.values() if fold(tag.name) in unwanted]
        if not new and not gone:
            return row
        if len(have) + len(new) - len(gone) > MAX_TAGS:
            raise TooManyTags
        tagged.filter(tag__in=gone).delete()
        CaseTag.objects.bulk_create(CaseTag(case=row, tag=tag) for tag in new)
        after = [tag for tag in have.values() if tag not in gone] + new
        data = {
            "added": [tag.pk for tag in new],
            "removed": [tag.pk for tag in gone],
            "from": sorted(have),
            "to": sorted(tag.pk for tag in after),
            "from_name": _listed(have.values()),
            "to_name": _listed(after),
        }
        change(acting, row, Kind.TAGS, [], data)
        events.case_changed(row)
    return row


def tags_named(acting: Actor, names: Iterable[str]) -> list[Tag]:
    """The town's tags of these names, each once; missing ones are made. ＡＢＣ and abc are one."""
    known = {fold(tag.name): tag for tag in Tag.objects.all()}
    found: dict[str, Tag] = {}
    for name in names:
        words = " ".join(plain(name, MAX_TAG).lstrip("#＃").split())
        if not words:
            continue
        key = fold(words)
        if key not in known:
            known[key] = Tag.objects.create(name=words)
            record(acting=acting, verb="tag.added", target=known[key], summary=words)
        found[key] = known[key]
    return list(found.values())


def rename_tag(*, acting: Actor, tag: Tag, name: str) -> Tag:
    """Raises ``TagExists`` where another one has that name: then ``merge_tags`` is meant."""
    words = " ".join(plain(name, MAX_TAG).lstrip("#＃").split())
    if not words:
        raise Refused(_("名前を書いてください。"))
    with transaction.atomic():
        others = Tag.objects.select_for_update().exclude(pk=tag.pk)
        if any(fold(other.name) == fold(words) for other in others):
            raise TagExists(words)
        old, tag.name = tag.name, words
        tag.save(update_fields=["name"])
        changes = {"name": (old, words)}
        record(acting=acting, verb="tag.renamed", target=tag, summary=words, changes=changes)
    return tag


def merge_tags(*, acting: Actor, tag: Tag, into: Tag) -> int:
    """All cases of one tag get the other, and the first is gone. Returns how many cases."""
    if tag == into:
        raise Refused(_("同じ札はまとめられません。"))
    with transaction.atomic():
        cases = CaseTag.objects.filter(tag=tag)
        count = cases.count()
        have = CaseTag.objects.filter(tag=into).values("case")
        cases.exclude(case__in=have).update(tag=into)
        name = tag.name
        tag.delete()
        summary = f"{name} → {into.name} {count}件"
        record(acting=acting, verb="tag.merged", target=into, summary=summary)
    return count


def delete_tag(*, acting: Actor, tag: Tag) -> int:
    """Returns how many cases had it."""
    with transaction.atomic():
        count = CaseTag.objects.filter(tag=tag).count()
        summary = f"{tag.name} {count}件"
        record(acting=acting, verb="tag.deleted", target=tag, summary=summary)
        tag.delete()
    return count


def _listed(tags: Iterable[Tag]) -> str:
    return "、".join(sorted(tag.name for tag in tags))

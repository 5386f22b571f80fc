# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail, signing
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from kairan.audit.models import Entry
from kairan.municipalities.tenancy import town
from kairan.people import actions
from kairan.people.actions import LastAdministrator, RoleIn
from kairan.people.models import Membership, Person, Role
from kairan.people.notices import mail_change, mail_invitation
from tests.cast import PASSWORD, Cast

SignIn = Callable[[Person], Client]


def lines(*roles: tuple[str, object]) -> dict[str, object]:
    """The role lines of a form, as a browser posts them."""
    form: dict[str, object] = {"roles-TOTAL_FORMS": len(roles), "roles-INITIAL_FORMS": 0}
    for number, (role, department) in enumerate(roles):
        form[f"roles-{number}-role"] = role
        form[f"roles-{number}-department"] = getattr(department, "pk", "")
    return form


def invite(client: Client, email: str = "new@example.jp", *roles: tuple[str, object]) -> Any:
    form = {"email": email, "name": "新人 さくら", **lines(*(roles or [("clerk", None)]))}
    return client.post("/console/people/invite/", form)


def invited(cast: Cast) -> Person:
    return actions.invite(
        acting=cast.administrator,
        email="new@example.jp",
        name="新人 さくら",
        roles=[RoleIn(Role.CLERK, cast.roads.pk)],
    )


def link_in_mail(person: Person) -> str:
    mail_invitation(person)
    found = re.search(r"http://localhost:8000(/\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


def test_the_list_shows_the_town_and_is_searched(hinokuni: Cast, sign_in: SignIn) -> None:
    client = sign_in(hinokuni.administrator)
    page = client.get("/console/people/").content.decode()
    assert "土木 健" in page
    assert "隣町" not in page
    found = client.get("/console/people/", {"q": "WASTE@"}).content.decode()
    assert "減量 みどり" in found
    assert "土木 健" not in found


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [
        ({"role": "viewer"}, {"閲覧 しおり"}),
        ({"state": "suspended"}, set()),
        ({"state": "invited"}, set()),
        ({"role": "nonsense", "q": "土木"}, {"土木 課長", "土木 健"}),
    ],
)
def test_the_list_is_filtered_by_its_address(
    hinokuni: Cast, sign_in: SignIn, wanted: dict[str, str], seen: set[str]
) -> None:
    page = sign_in(hinokuni.administrator).get("/console/people/", wanted)
    assert {person.name for person in page.context["page"]} == seen


def test_htmx_gets_the_list_alone(hinokuni: Cast, sign_in: SignIn) -> None:
    page = sign_in(hinokuni.administrator).get("/console/people/", headers={"HX-Request": "true"})
    assert "<html" not in page.content.decode()


def test_inviting_queues_the_mail_and_records(hinokuni: Cast, sign_in: SignIn) -> None:
    answer = invite(sign_in(hinokuni.administrator), "New@Example.jp", ("clerk", hinokuni.roads))
    assert answer.status_code == 302
    person = Person.objects.get(email="new@example.jp")
    assert [m.department for m in person.memberships.all()] == [hinokuni.roads]
    job = ProcrastinateJob.objects.get(task_name="kairan.people.tasks.mail_invitation")
    assert job.args == {"municipality_id": hinokuni.hinokuni.pk, "person_id": person.pk}
    assert Entry.objects.get(verb="person.invited").target_id == person.pk


@pytest.mark.parametrize(
    ("email", "roles", "said"),
    [
        ("ROADS@example.jp", [("clerk", None)], "もういます"),
        ("no address", [("clerk", None)], "メール"),
        ("new@example.jp", [("", None)], "1つ以上"),
        ("new@example.jp", [("clerk", None), ("viewer", None)], "2回"),
    ],
)
def test_a_wrong_invitation_says_what_to_mend(
    hinokuni: Cast, sign_in: SignIn, email: str, roles: list[tuple[str, object]], said: str
) -> None:
    answer = invite(sign_in(hinokuni.administrator), email, *roles)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Person.objects.filter(name="新人 さくら").exists()


def test_an_administrator_of_one_department_is_refused(hinokuni: Cast, sign_in: SignIn) -> None:
    answer = invite(
        sign_in(hinokuni.administrator), "new@example.jp", ("administrator", hinokuni.roads)
    )
    assert "管理者は「全庁」だけです" in answer.content.decode()


def test_a_department_of_the_neighbour_is_refused(hinokuni: Cast, sign_in: SignIn) -> None:
    with town(hinokuni.neighbour):
        theirs = Membership.objects.get(person=hinokuni.neighbour_clerk).department
    answer = invite(sign_in(hinokuni.administrator), "new@example.jp", ("clerk", theirs))
    assert answer.status_code == 422


def test_the_link_lets_the_person_choose_a_password_and_in(hinokuni: Cast, client: Client) -> None:
    link = link_in_mail(invited(hinokuni))
    assert "新人 さくら" in client.get(link).content.decode()
    answer = client.post(link, {"password": PASSWORD, "again": PASSWORD})
    assert answer.headers["Location"] == "/console/"
    assert client.get("/console/me/").status_code == 200
    assert Entry.objects.filter(verb="person.invitation_accepted").exists()


def test_a_link_works_once(hinokuni: Cast, client: Client) -> None:
    link = link_in_mail(invited(hinokuni))
    client.post(link, {"password": PASSWORD, "again": PASSWORD})
    assert Client().get(link).status_code == 410
    other = {"password": "another long password", "again": "another long password"}
    assert Client().post(link, other).status_code == 410


def test_a_newer_invitation_ends_the_older(hinokuni: Cast, client: Client) -> None:
    person = invited(hinokuni)
    old = link_in_mail(person)
    actions.resend_invitation(acting=hinokuni.administrator, person=person)
    person.refresh_from_db()
    assert client.get(old).status_code == 410
    assert client.get(link_in_mail(person)).status_code == 200


def test_a_link_ends_after_seven_days(
    hinokuni: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_in_mail(invited(hinokuni))
    real = signing.time.time  # type: ignore[attr-defined]
    monkeypatch.setattr(signing.time, "time", lambda: real() + 7 * 86400 + 60)  # type: ignore[attr-defined]
    assert client.get(link).status_code == 410


def test_a_suspended_invitation_and_a_made_up_link_are_closed(
    hinokuni: Cast, client: Client
) -> None:
    person = invited(hinokuni)
    link = link_in_mail(person)
    actions.suspend(acting=hinokuni.administrator, person=person)
    assert client.get(link).status_code == 410
    assert client.get("/accounts/invitation/abc:def/").status_code == 410


def test_an_invitation_of_the_neighbour_is_closed_at_our_host(
    hinokuni: Cast, client: Client
) -> None:
    with town(hinokuni.neighbour):
        person = actions.invite(
            acting=hinokuni.neighbour_administrator,
            email="n@tonari.example.jp",
            name="隣の新人",
            roles=[RoleIn(Role.VIEWER, None)],
        )
        mail_invitation(person)
    link = re.search(r"http://tonari.localhost:8000(/\S+)", mail.outbox[-1].body)
    assert link
    assert client.get(link[1]).status_code == 200  # an address without a town serves all
    hinokuni.hinokuni.__class__.objects.filter(pk=hinokuni.hinokuni.pk).update(host="testserver")
    assert Client().get(link[1]).status_code == 410


def test_passwords_that_differ_or_are_weak_are_refused(hinokuni: Cast, client: Client) -> None:
    link = link_in_mail(invited(hinokuni))
    assert client.post(link, {"password": PASSWORD, "again": "x"}).status_code == 422
    assert client.post(link, {"password": "short", "again": "short"}).status_code == 422


def test_resending_to_who_has_a_password_is_refused(hinokuni: Cast, sign_in: SignIn) -> None:
    page = f"/console/people/{hinokuni.viewer.pk}/"
    answer = sign_in(hinokuni.administrator).post(f"{page}resend/", follow=True)
    assert "招待はいりません" in answer.content.decode()
    assert not ProcrastinateJob.objects.filter(task_name__endswith="mail_invitation").exists()


def test_roles_and_name_are_changed_and_recorded(hinokuni: Cast, sign_in: SignIn) -> None:
    page = f"/console/people/{hinokuni.roads_clerk.pk}/"
    form = {"name": "土木 健太", **lines(("manager", hinokuni.waste), ("", None))}
    assert sign_in(hinokuni.administrator).post(page, form).status_code == 302
    person = Person.objects.get(pk=hinokuni.roads_clerk.pk)
    assert [(m.role, m.department) for m in person.memberships.all()] == [
        ("manager", hinokuni.waste)
    ]
    entry = Entry.objects.get(verb="person.changed")
    assert entry.changes["roles"] == [["担当者 / 土木総務課"], ["課長 / ごみ減量推進課"]]
    assert entry.changes["name"] == ["土木 健", "土木 健太"]


def test_saving_without_a_change_records_nothing(hinokuni: Cast, sign_in: SignIn) -> None:
    page = f"/console/people/{hinokuni.roads_clerk.pk}/"
    sign_in(hinokuni.administrator).post(
        page, {"name": "土木 健", **lines(("clerk", hinokuni.roads))}
    )
    assert not Entry.objects.filter(verb="person.changed").exists()


def test_suspending_ends_every_session_at_once_and_restoring_revives_none(
    hinokuni: Cast, sign_in: SignIn
) -> None:
    clerk = sign_in(hinokuni.roads_clerk)
    administrator = sign_in(hinokuni.administrator)
    page = f"/console/people/{hinokuni.roads_clerk.pk}/"
    assert clerk.get("/console/me/").status_code == 200
    administrator.post(f"{page}suspend/")
    assert clerk.get("/console/me/").status_code == 302
    administrator.post(f"{page}restore/")
    assert clerk.get("/console/me/").status_code == 302
    assert (
        sign_in(Person.objects.get(pk=hinokuni.roads_clerk.pk)).get("/console/me/").status_code
        == 200
    )
    verbs = list(Entry.objects.order_by("number").values_list("verb", flat=True))
    assert verbs == ["person.suspended", "person.restored"]


def test_the_last_administrator_cannot_be_suspended_or_changed(
    hinokuni: Cast, sign_in: SignIn
) -> None:
    client = sign_in(hinokuni.administrator)
    page = f"/console/people/{hinokuni.administrator.pk}/"
    assert "最後の管理者" in client.post(f"{page}suspend/", follow=True).content.decode()
    answer = client.post(page, {"name": "市長室 あかり", **lines(("viewer", None))})
    assert "最後の管理者" in answer.content.decode()
    assert Person.objects.administrators().exists()


def test_an_invited_administrator_does_not_count_as_another(hinokuni: Cast) -> None:
    actions.invite(
        acting=hinokuni.administrator,
        email="second@example.jp",
        name="二人目",
        roles=[RoleIn(Role.ADMINISTRATOR, None)],
    )
    with pytest.raises(LastAdministrator):
        actions.suspend(acting=hinokuni.administrator, person=hinokuni.administrator)


def test_resetting_the_second_factor_forgets_it_and_signs_out(
    hinokuni: Cast, sign_in: SignIn
) -> None:
    TOTP.activate(hinokuni.roads_clerk, "A" * 32)
    clerk = sign_in(hinokuni.roads_clerk)
    page = f"/console/people/{hinokuni.roads_clerk.pk}/"
    sign_in(hinokuni.administrator).post(f"{page}reset-second-factor/")
    assert not Authenticator.objects.filter(user=hinokuni.roads_clerk).exists()
    assert clerk.get("/console/me/").status_code == 302


@pytest.mark.parametrize(
    "verb", ["", "suspend/", "restore/", "resend/", "reset-second-factor/", "unlock/"]
)
def test_people_of_the_neighbour_are_not_found(hinokuni: Cast, sign_in: SignIn, verb: str) -> None:
    page = f"/console/people/{hinokuni.neighbour_clerk.pk}/{verb}"
    assert sign_in(hinokuni.administrator).post(page).status_code == 404


def test_verbs_answer_posts_alone(hinokuni: Cast, sign_in: SignIn) -> None:
    page = f"/console/people/{hinokuni.viewer.pk}/suspend/"
    assert sign_in(hinokuni.administrator).get(page).status_code == 405


def test_everybody_changes_their_own_settings(hinokuni: Cast, sign_in: SignIn) -> None:
    client = sign_in(hinokuni.viewer)
    client.post("/console/me/", {"name": "閲覧 詩織", "language": "en"})
    person = Person.objects.get(pk=hinokuni.viewer.pk)
    assert (person.name, person.language) == ("閲覧 詩織", "en")
    assert 'lang="en"' in client.get("/console/me/").content.decode()
    assert client.post("/console/me/", {"name": ""}).status_code == 422


def test_a_change_of_sign_in_is_told_by_mail(hinokuni: Cast) -> None:
    mail_change(hinokuni.viewer, "totp_activated")
    assert mail.outbox[0].to == ["viewer@example.jp"]
    assert "確認アプリが登録されました" in mail.outbox[0].body


def test_a_failed_invitation_leaves_nothing(hinokuni: Cast) -> None:
    with pytest.raises(actions.AddressTaken):
        actions.invite(acting=hinokuni.administrator, email="VIEWER@example.jp", name="x", roles=[])
    assert not Entry.objects.filter(verb="person.invited").exists()
    assert not ProcrastinateJob.objects.filter(task_name__endswith="mail_invitation").exists()

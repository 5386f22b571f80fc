# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoCaptureOnCommitCallbacks
from structlog.testing import capture_logs

from kairan.audit.models import Entry
from kairan.municipalities.models import Municipality
from kairan.municipalities.tenancy import town
from kairan.people.models import Person
from kairan.people.notices import mail_reset
from tests.cast import PASSWORD, Cast

SignIn = Callable[[Person], Client]


def enter(client: Client, email: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post("/accounts/login/", {"login": email, "password": password}, **extra)


def with_app(person: Person) -> str:
    """The person has a TOTP app; its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    return str(secret)


def code_of(secret: str) -> str:
    return str(
        totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    )


def test_address_and_password_let_in(cast: Cast, client: Client) -> None:
    assert enter(client, "ADMIN@example.jp").headers["Location"] == "/console/"
    assert client.get("/console/people/").status_code == 200


def test_signing_in_is_recorded(hinokuni: Cast, client: Client) -> None:
    enter(client, "admin@example.jp")
    entry = Entry.objects.get(verb="person.signed_in")
    assert entry.actor_id == hinokuni.administrator.pk


@pytest.mark.parametrize(
    ("email", "password"), [("admin@example.jp", "wrong"), ("nobody@example.jp", PASSWORD)]
)
def test_wrong_password_and_unknown_address_look_the_same(
    cast: Cast, client: Client, email: str, password: str
) -> None:
    answer = enter(client, email, password)
    assert "メールアドレスかパスワードが違います" in answer.content.decode()
    assert client.get("/console/people/").status_code == 302


def test_a_failure_is_logged_without_what_was_typed(cast: Cast, client: Client) -> None:
    with capture_logs() as lines:
        enter(client, "admin@example.jp", "wrong")
    assert "sign_in.failed" in [line["event"] for line in lines]
    assert "admin@" not in str(lines)


def test_an_address_is_locked_after_five_failures_and_the_administrator_lifts_it(
    hinokuni: Cast, client: Client, sign_in: SignIn
) -> None:
    for _ in range(5):
        enter(client, "roads@example.jp", "wrong")
    assert "しばらくサインインできません" in enter(client, "roads@example.jp").content.decode()
    administrator = sign_in(hinokuni.administrator)
    page = f"/console/people/{hinokuni.roads_clerk.pk}/"
    assert "ロックされています" in administrator.get(page).content.decode()
    administrator.post(f"{page}unlock/")
    assert "ロックされています" not in administrator.get(page).content.decode()
    assert enter(client, "roads@example.jp").status_code == 302


def test_failures_with_one_address_do_not_lock_another(cast: Cast, client: Client) -> None:
    for _ in range(6):
        enter(client, "roads@example.jp", "wrong")
    assert enter(client, "waste@example.jp").status_code == 302


def test_a_suspended_person_reads_why(hinokuni: Cast, client: Client) -> None:
    Person.objects.filter(pk=hinokuni.viewer.pk).update(is_active=False)
    answer = enter(client, "viewer@example.jp", follow=True)
    assert "管理者が、あなたの利用を停止しました" in answer.content.decode()


def test_nobody_signs_up(cast: Cast, client: Client) -> None:
    form = {"email": "new@example.jp", "password1": PASSWORD}
    assert "招待された人だけ" in client.post("/accounts/signup/", form).content.decode()


def test_the_neighbour_enters_by_an_address_without_a_town_and_sees_only_theirs(
    cast: Cast, client: Client
) -> None:
    enter(client, "admin@tonari.example.jp")
    page = client.get("/console/people/").content.decode()
    assert "隣町 花代" in page
    assert "ひのくに" not in page
    assert "市長室" not in page


@pytest.mark.parametrize(
    "written", ["tonari.localhost", "Tonari.Localhost:80", "tonari.localhost."]
)
def test_the_host_of_a_town_lets_only_its_own_people_in(
    cast: Cast, client: Client, written: str
) -> None:
    host = {"host": written}
    assert enter(client, "admin@example.jp", headers=host).status_code == 200
    assert enter(client, "admin@tonari.example.jp", headers=host).status_code == 302


def test_one_address_in_two_towns_goes_by_its_password(cast: Cast, client: Client) -> None:
    with town(cast.neighbour):
        twin = Person.objects.create_user("admin@example.jp", "another long password", name="双子")
        twin.memberships.create(role="administrator")
    enter(client, "admin@example.jp", "another long password")
    assert "双子" in client.get("/console/people/").content.decode()


def test_signing_in_as_somebody_else_changes_the_town(cast: Cast, client: Client) -> None:
    enter(client, "admin@example.jp")
    client.post("/accounts/logout/")
    enter(client, "admin@tonari.example.jp")
    assert "隣町 花代" in client.get("/console/people/").content.decode()


def test_the_second_factor_is_asked_for_where_there_is_one(hinokuni: Cast, client: Client) -> None:
    secret = with_app(hinokuni.administrator)
    assert (
        enter(client, "admin@example.jp").headers["Location"]
        == "/accounts/second-factor/authenticate/"
    )
    assert client.get("/console/people/").status_code == 302
    wrong = client.post("/accounts/second-factor/authenticate/", {"code": "000000"})
    assert "確認コードが違います" in wrong.content.decode()
    client.post("/accounts/second-factor/authenticate/", {"code": code_of(secret)})
    assert client.get("/console/people/").status_code == 200


def test_the_neighbours_second_factor_is_found_in_their_town(cast: Cast, client: Client) -> None:
    with town(cast.neighbour):
        secret = with_app(cast.neighbour_administrator)
    enter(client, "admin@tonari.example.jp")
    assert client.get("/console/people/").status_code == 302
    client.post("/accounts/second-factor/authenticate/", {"code": code_of(secret)})
    assert "隣町 花代" in client.get("/console/people/").content.decode()


def test_a_recovery_code_works_once(hinokuni: Cast, client: Client) -> None:
    with_app(hinokuni.administrator)
    code = RecoveryCodes.activate(hinokuni.administrator).generate_codes()[0]
    for status in (200, 302):
        enter(client, "admin@example.jp")
        client.post("/accounts/second-factor/authenticate/", {"code": code})
        assert client.get("/console/people/").status_code == status
        client.post("/accounts/logout/")


def test_secrets_are_sealed_at_rest(hinokuni: Cast) -> None:
    secret = with_app(hinokuni.administrator)
    stored = Authenticator.objects.get(user=hinokuni.administrator).data
    assert secret not in str(stored)


def test_a_town_may_ask_everybody_for_a_second_factor(hinokuni: Cast, client: Client) -> None:
    Municipality.objects.filter(pk=hinokuni.hinokuni.pk).update(second_factor_required=True)
    enter(client, "admin@example.jp")
    answer = client.get("/console/people/")
    assert answer.headers["Location"] == "/accounts/second-factor/needed/"
    assert "二段階認証を登録してください" in client.get(answer.headers["Location"]).content.decode()
    with_app(hinokuni.administrator)
    assert client.get("/console/people/").status_code == 200


def test_the_app_is_registered_by_its_own_code(
    hinokuni: Cast,
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    enter(client, "admin@example.jp")
    page = client.get("/accounts/second-factor/app/activate/").content.decode()
    secret = re.search(r"<code>(\w+)</code>", page)
    assert secret
    assert "data:image/svg+xml" in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/second-factor/app/activate/", {"code": code_of(secret[1])})
    assert Authenticator.objects.filter(user=hinokuni.administrator, type="totp").exists()
    assert Entry.objects.filter(verb="person.totp_added").exists()
    assert "個が残っています" in client.get("/accounts/second-factor/").content.decode()


def link_to_reset(client: Client, email: str, **extra: Any) -> str:
    """The path in the mail that the worker sends to who forgot the password."""
    client.post("/accounts/password/reset/", {"email": email}, **extra)
    job = ProcrastinateJob.objects.filter(task_name="kairan.people.tasks.mail_reset").latest("id")
    with town(job.args["municipality_id"]):
        mail_reset(Person.objects.get(pk=job.args["person_id"]))
    body = str(mail.outbox[-1].body)
    found = re.search(r"http://(?:localhost|tonari.localhost):8000(/\S+)", body)
    assert found
    return str(found[1])


def test_the_password_is_reset_by_mail_in_the_persons_town(cast: Cast, client: Client) -> None:
    link = link_to_reset(client, "Clerk@tonari.example.jp")
    assert "隣町" in mail.outbox[-1].body
    assert "http://tonari.localhost:8000/" in mail.outbox[-1].body
    form = client.get(link, follow=True)
    assert "新しいパスワード" in form.content.decode()
    new = "a new and long password"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert enter(client, "clerk@tonari.example.jp", new).status_code == 302


def test_a_reset_link_works_once(cast: Cast, client: Client) -> None:
    link = link_to_reset(client, "admin@example.jp")
    new = "a new and long password"
    page = client.get(link, follow=True).request["PATH_INFO"]
    client.post(page, {"password1": new, "password2": new})
    assert "このリンクは使えません" in client.get(link, follow=True).content.decode()


def test_the_asker_does_not_choose_where_the_link_leads(cast: Cast, client: Client) -> None:
    link_to_reset(client, "admin@example.jp", headers={"host": "anything.localhost"})
    assert "anything" not in mail.outbox[-1].body
    assert "http://localhost:8000/" in mail.outbox[-1].body


def test_a_link_of_another_town_signs_nobody_out(
    cast: Cast, client: Client, sign_in: SignIn
) -> None:
    link = link_to_reset(client, "clerk@tonari.example.jp")
    signed_in = sign_in(cast.administrator)
    assert signed_in.get(link).status_code == 302
    assert "市長室" in signed_in.get("/console/people/").content.decode()


def test_an_unknown_address_gets_no_mail_and_the_same_answer(cast: Cast, client: Client) -> None:
    answer = client.post("/accounts/password/reset/", {"email": "nobody@example.jp"}, follow=True)
    assert "メールを確かめてください" in answer.content.decode()
    assert mail.outbox == []
    assert not ProcrastinateJob.objects.filter(task_name="kairan.people.tasks.mail_reset").exists()


def test_a_new_password_ends_the_other_sessions(hinokuni: Cast, sign_in: SignIn) -> None:
    here, there = sign_in(hinokuni.viewer), sign_in(hinokuni.viewer)
    new = "a new and long password"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/accounts/password/change/", form).status_code == 302
    assert here.get("/console/me/").status_code == 200
    assert there.get("/console/me/").status_code == 302


@pytest.mark.parametrize("weak", ["short", "password1234", "viewer@example.jp"])
def test_weak_passwords_are_refused(hinokuni: Cast, sign_in: SignIn, weak: str) -> None:
    client = sign_in(hinokuni.viewer)
    form = {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    assert client.post("/accounts/password/change/", form).status_code == 200


def test_other_devices_are_listed_and_signed_out(hinokuni: Cast, client: Client) -> None:
    other = Client(headers={"user-agent": "ふるい端末"})
    enter(other, "viewer@example.jp")
    enter(client, "viewer@example.jp")
    assert "ふるい端末" in client.get("/accounts/sessions/").content.decode()
    client.post("/accounts/sessions/")
    assert other.get("/console/me/").status_code == 302
    assert client.get("/console/me/").status_code == 200


@pytest.mark.parametrize("verb", ["remove", "edit"])
def test_nobody_touches_the_passkey_of_another(hinokuni: Cast, client: Client, verb: str) -> None:
    theirs = Authenticator.objects.create(
        user=hinokuni.viewer, type="webauthn", data={"name": "鍵"}
    )
    for email in ("admin@example.jp", "admin@tonari.example.jp"):
        enter(client, email)
        assert client.post(f"/accounts/passkeys/{theirs.pk}/{verb}/").status_code == 404
        client.post("/accounts/logout/")
    assert Authenticator.objects.filter(pk=theirs.pk).exists()

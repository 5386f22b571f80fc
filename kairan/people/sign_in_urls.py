# SPDX-License-Identifier: Apache-2.0
"""The pages of allauth that we use, under ``accounts/``: no sign-up, no addresses of one's own."""

from allauth.account import views as account
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as socialaccount
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from allauth.usersessions import views as usersessions
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from kairan.people import own_views

_to_own_settings = RedirectView.as_view(pattern_name="people:me")

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    # allauth's sign-in page looks this name up; it answers that nobody signs up here.
    path("signup/", account.signup, name="account_signup"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        own_views.reset_password,
        name="account_reset_password_from_key",
    ),
    path("second-factor/", include("allauth.mfa.base.urls")),
    path("second-factor/app/", include("allauth.mfa.totp.urls")),
    path("second-factor/codes/", include("allauth.mfa.recovery_codes.urls")),
    path("passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("passkeys/login/", own_views.sign_in_by_passkey, name="mfa_login_webauthn"),
    path(
        "passkeys/reauthenticate/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("passkeys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("passkeys/<int:pk>/edit/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("sessions/", usersessions.list_usersessions, name="usersessions_list"),
    path("oidc/<slug:provider_id>/login/", openid_connect.login, name="openid_connect_login"),
    path(
        "oidc/<slug:provider_id>/login/callback/",
        openid_connect.callback,
        name="openid_connect_callback",
    ),
    path("oidc/cancelled/", socialaccount.login_cancelled, name="socialaccount_login_cancelled"),
    path("oidc/error/", socialaccount.login_error, name="socialaccount_login_error"),
    path("oidc/signup/", account.signup, name="socialaccount_signup"),
    path("oidc/", _to_own_settings, name="socialaccount_connections"),
]

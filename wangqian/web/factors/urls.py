"""Addresses of the second factors. The names are allauth's where it leads to them."""

from __future__ import annotations

from django.urls import path

from wangqian.web.factors import again, app, codes, keys, login, lost, overview, stage

urlpatterns = [
    path("login/passkey/", login.passkey_login, name="mfa_login_webauthn"),
    path("login/second/", stage.authenticate, name="mfa_authenticate"),
    path("account/again/", again.reauthenticate, name="account_reauthenticate"),
    path("account/again/send/", again.send_kept, name="send-kept"),
    path("account/factors/", overview.index, name="mfa_index"),
    path("account/factors/passkey/", keys.add, name="mfa_add_webauthn"),
    path("account/factors/passkey/<int:pk>/", keys.edit, name="mfa_edit_webauthn"),
    path("account/factors/passkey/<int:pk>/remove/", keys.remove, name="mfa_remove_webauthn"),
    path("account/factors/app/", app.activate, name="mfa_activate_totp"),
    path("account/factors/app/picture.svg", app.picture, name="mfa_totp_picture"),
    path("account/factors/app/remove/", app.deactivate, name="mfa_deactivate_totp"),
    path("account/factors/codes/", codes.view, name="mfa_view_recovery_codes"),
    path("account/factors/codes/show/", codes.show_codes, name="mfa_show_recovery_codes"),
    path("account/factors/codes/new/", codes.renew, name="mfa_generate_recovery_codes"),
    path("account/factors/codes/download/", codes.download, name="mfa_download_recovery_codes"),
    path("resets/", lost.resets, name="resets"),
    path("resets/new/<uuid:pk>/", lost.request_reset, name="request-reset"),
    path("resets/<uuid:pk>/confirm/", lost.confirm_reset, name="confirm-reset"),
    path("resets/<uuid:pk>/withdraw/", lost.withdraw_reset, name="withdraw-reset"),
]

"""Logging in with another service (OpenID Connect), as towns and states offer it.

The library reads what a service tells of a person as plain JSON. Some send it signed (a JWT), and must: a signature
that comes is checked, and so is that of the token that names the person. Both must speak of the same one (OpenID
Connect Core 1.0, 3.1.3.7 and 5.3.2). Of what is told we keep the number there, the address and the name.
"""

from __future__ import annotations

from typing import Any

import jwt
from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from requests import RequestException

from .refusals import ServiceAway

# Signatures that only the service can make. With a shared secret, whoever reads our settings could make them too.
SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
KEPT = ("sub", "email", "email_verified", "name")


class Adapter(OpenIDConnectOAuth2Adapter):
    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Raises OAuth2Error for whatever cannot be believed; the library shows its page of a failed log-in."""
        named = self._verified(kwargs["response"].get("id_token") or "")
        told = self._fetch_user_info(token.token)
        if told.get("sub") != named["sub"]:
            raise OAuth2Error("the service speaks of two persons")
        kept = {name: told[name] for name in KEPT if name in told}
        return self.get_provider().sociallogin_from_response(request, {"userinfo": kept})

    def _fetch_user_info(self, access_token: str) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.profile_url, headers={"Authorization": f"Bearer {access_token}"})
            answer.raise_for_status()
        if answer.headers.get("Content-Type", "").split(";")[0].strip() == "application/jwt":
            return self._verified(answer.text)
        told = answer.json()
        if not isinstance(told, dict):
            raise OAuth2Error("the service tells nothing that can be read")
        return told

    def _verified(self, token: str) -> dict[str, Any]:
        """The claims of a token that this service signed for us. Raises OAuth2Error."""
        try:
            key = self._keys()[jwt.get_unverified_header(token)["kid"]]
            return jwt.decode(
                token,
                key,
                algorithms=SIGNATURES,
                audience=self.get_provider().app.client_id,
                issuer=self.openid_config["issuer"],
                options={"require": ["sub", "iss", "aud"]},
                leeway=30,
            )
        except (jwt.PyJWTError, KeyError) as error:
            raise OAuth2Error("the service's signature does not hold") from error

    def _keys(self) -> jwt.PyJWKSet:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        return jwt.PyJWKSet.from_dict(answer.json())


def _answer(request: HttpRequest, provider_id: str, view: type[OAuth2LoginView]) -> HttpResponse:
    try:
        return view.adapter_view(Adapter(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    except RequestException as error:
        raise ServiceAway from error


@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _answer(request, provider_id, OAuth2LoginView)


@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _answer(request, provider_id, OAuth2CallbackView)

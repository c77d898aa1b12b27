"""What our installation tells django-allauth: where a request comes from, and how a second factor is kept."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.http import HttpRequest

from server.ledger.installation import secret_file
from server.web.address import client_address


class AccountAdapter(DefaultAccountAdapter):
    def get_client_ip(self, request: HttpRequest) -> str:
        """What tries are counted by. Row X16: a forwarded address is believed of trusted proxies alone."""
        return client_address(request) or "unknown"


def _cipher() -> Fernet:
    return Fernet(secret_file("second-factor", Fernet.generate_key))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps lie encrypted in the database: a stolen copy of it alone opens nothing."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

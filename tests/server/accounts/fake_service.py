"""Another service to log in with, over real HTTP, honest or not: discovery, keys, tokens, what it tells of a person."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from base64 import urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

CLIENT = "parvis-of-the-town"


class FakeService:
    """``person`` is told as JSON, or signed where ``is_signed``. The rest are ways of being dishonest or ill."""

    def __init__(self) -> None:
        self.key, self.signer = (ec.generate_private_key(ec.SECP256R1()),) * 2
        self.person: dict[str, Any] = {
            "sub": "7",
            "email": "lou@villeneuve.example",
            "email_verified": True,
            "name": "Lou",
        }
        self.is_signed, self.is_down, self.audience, self.sub_of_token = False, False, CLIENT, "7"
        self.challenge = ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.issuer = self.url
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def sign(self, claims: dict[str, Any]) -> str:
        now = int(time.time())
        whole = {"iss": self.issuer, "aud": self.audience, "iat": now, "exp": now + 60, **claims}
        return jwt.encode(whole, self.signer, algorithm="ES256", headers={"kid": "k1"})

    def discovery(self) -> dict[str, Any]:
        names = ("authorization", "token", "userinfo")
        ends = {f"{name}_endpoint": f"{self.url}/{name}" for name in names}
        methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        return {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **ends, **methods}

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "k1", "use": "sig", "alg": "ES256"}]}

    def token(self, asked: dict[str, list[str]]) -> dict[str, Any] | None:
        """None for a code that is not ours, or that somebody else redeems (PKCE)."""
        verifier = hashlib.sha256(asked["code_verifier"][0].encode()).digest()
        if asked["code"] != ["good"] or urlsafe_b64encode(verifier).rstrip(b"=").decode() != self.challenge:
            return None
        return {"access_token": "open", "token_type": "Bearer", "id_token": self.sign({"sub": self.sub_of_token})}

    def _handler(service) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler's own self is another
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_words: object) -> None:
                """Tests are quiet."""

            def answer(self, content: Any, status: int = 200, type_: str = "application/json") -> None:
                body = content.encode() if isinstance(content, str) else json.dumps(content).encode()
                self.send_response(503 if service.is_down else status)
                self.send_header("Content-Type", type_)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                if self.path.endswith("openid-configuration"):
                    self.answer(service.discovery())
                elif self.path == "/keys":
                    self.answer(service.keys())
                elif self.headers.get("Authorization") != "Bearer open":
                    self.answer({"error": "invalid_token"}, 401)
                elif service.is_signed:
                    self.answer(service.sign(service.person), type_="application/jwt")
                else:
                    self.answer(service.person)

            def do_POST(self) -> None:
                asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                told = service.token(asked)
                self.answer(told or {"error": "invalid_grant"}, 200 if told else 400)

        return Handler

"""A small OpenID provider on loopback, which says what a test tells it to."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "desk", "the client's secret"


@dataclass(slots=True)
class OpenId:
    """A running provider. `says` is what the next ID token claims, over what is usual."""

    now: datetime
    issuer: str = ""
    says: dict[str, object] = field(default_factory=dict)
    info: dict[str, object] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    signs_with: RSAKey | None = None
    token: str = ""
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def approve(self, address: str) -> Mapping[str, str]:
        """Log in at the address that somebody was sent to; return what they are sent back with."""
        asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"]
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def id_token(self, asked: Mapping[str, str]) -> str:
        """Return the ID token of a login."""
        at = int(self.now.timestamp())
        claims = {
            "iss": self.issuer,
            "sub": "248289761001",
            "aud": CLIENT,
            "iat": at,
            "exp": at + 300,
            "nonce": asked["nonce"],
            "email": "maria@northwind.example",
            "email_verified": True,
            **self.says,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        key = self.signs_with or self.key
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)

    async def metadata(self, _: Request) -> Response:
        """Say where everything is."""
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/keys",
            }
        )

    async def keys(self, _: Request) -> Response:
        """Say by which keys tokens are signed."""
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def exchange(self, request: Request) -> Response:
        """Give a token for a code, once, to whoever has the secret and the verifier."""
        form = await request.form()
        named = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(str(form["code"]), None)
        verifier = hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        right = (
            asked is not None
            and challenge == asked["code_challenge"]
            and form["redirect_uri"] == asked["redirect_uri"]
            and request.headers["authorization"] == f"Basic {named}"
        )
        if asked is None or not right:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(
            {
                "access_token": "of no use but here",
                "token_type": "Bearer",
                "id_token": self.token or self.id_token(asked),
            }
        )

    async def userinfo(self, request: Request) -> Response:
        """Say more of who logged in."""
        assert request.headers["authorization"] == "Bearer of no use but here"
        return JSONResponse(self.info)


@asynccontextmanager
async def openid(now: datetime) -> AsyncIterator[OpenId]:
    """Run a provider."""
    provider = OpenId(now)
    app = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", provider.metadata),
            Route("/keys", provider.keys),
            Route("/token", provider.exchange, methods=["POST"]),
            Route("/userinfo", provider.userinfo),
        ]
    )
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    provider.issuer = f"http://127.0.0.1:{listening.getsockname()[1]}"
    serving = asyncio.create_task(server.serve([listening]))
    try:
        yield provider
    finally:
        server.should_exit = True
        await serving
        listening.close()

"""An OpenID provider: where it sends people to log in, and who it says that they are.

Source: OpenID Connect Core 1.0 sections 3.1 (code flow) and 3.1.3.7 (validation of ID tokens),
RFC 7636 (PKCE), RFC 9207 (the issuer in the answer), OpenID Connect Discovery 1.0.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from triage.config.secrets import read_secret
from triage.config.settings import OidcSettings
from triage.errors import NotPossible

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import (  # type: ignore[import-untyped]
        AsyncOAuth2Client,
    )

PATIENCE = timedelta(minutes=10)
"""How long somebody may take to log in at the provider."""

_KNOWN = timedelta(hours=1)
_MOST = 1000
_TIMEOUT = 10.0
_LEEWAY = 60
_SCOPE = "openid email profile"
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Never `none`, and none with a shared key: that one every program of the desk would know."""

_METADATA = "/.well-known/openid-configuration"
_MUST_HAVE = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class NotLoggedIn(NotPossible):
    """The provider did not say who somebody is, or not so that it can be believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    """Somebody who was sent to the provider."""

    state: str
    nonce: str
    verifier: str
    onward: str
    until: datetime


@dataclass(slots=True)
class Provider:
    """One provider. It forgets who was sent there when it is made anew: they try once more."""

    settings: OidcSettings
    back: str
    _pending: OrderedDict[str, _Pending] = field(default_factory=OrderedDict)
    _known: tuple[datetime, Mapping[str, Any], Mapping[str, Any]] | None = None
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def begin(self, onward: str, now: datetime) -> tuple[str, str]:
        """Return a name for this try, for the browser alone, and where to send it.

        Raises: NotLoggedIn: the provider cannot be asked.
        """
        metadata, _ = await self._about(now)
        tried, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        nonce, state = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        async with await self._client() as client:
            address, _ = client.create_authorization_url(
                metadata["authorization_endpoint"], state, verifier, nonce=nonce
            )
        self._pending[tried] = _Pending(
            state=state, nonce=nonce, verifier=verifier, onward=onward, until=now + PATIENCE
        )
        while len(self._pending) > _MOST:
            self._pending.popitem(last=False)
        return tried, str(address)

    async def end(self, tried: str, answer: Mapping[str, str], now: datetime) -> tuple[str, str]:
        """Return who it is, by the claim of the settings, and where to go on.

        A try ends with its first answer, whatever that is. Raises: NotLoggedIn.
        """
        pending = self._pending.pop(tried, None)
        if pending is None or pending.until < now:
            raise NotLoggedIn("this try is over: begin anew")
        if not compare_digest(answer.get("state", "").encode(), pending.state.encode()):
            raise NotLoggedIn("the answer belongs to another try")
        if answer.get("iss", self.settings.issuer) != self.settings.issuer:
            raise NotLoggedIn("the answer comes from another provider")
        if "code" not in answer:
            raise NotLoggedIn("the provider did not agree")
        try:
            return await self._claimed(pending, answer["code"], now), pending.onward
        except NotLoggedIn:
            raise
        except Exception as exc:
            # Whatever the provider sends, or how its library takes it: nobody is let in by it.
            raise NotLoggedIn(
                f"the provider's answer cannot be used: {type(exc).__name__}"
            ) from exc

    async def _claimed(self, pending: _Pending, code: str, now: datetime) -> str:
        metadata, _ = await self._about(now)
        async with await self._client() as client:
            token = await client.fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=pending.verifier,
            )
            claims = await self._verified(str(token["id_token"]), pending, now)
            if self.settings.claim not in claims and "userinfo_endpoint" in metadata:
                said = await client.get(metadata["userinfo_endpoint"])
                said.raise_for_status()
                if said.json().get("sub") != claims["sub"]:
                    raise NotLoggedIn("the provider speaks of two people")
                claims = {**said.json(), **claims}
        return _named(claims, self.settings.claim)

    async def _verified(self, id_token: str, pending: _Pending, now: datetime) -> Mapping[str, Any]:
        """Return the claims of an ID token that is the provider's, ours, new, and of this try."""
        from joserfc import jwt  # noqa: PLC0415 - an extra: only a desk that has it imports it
        from joserfc.errors import InvalidKeyIdError  # noqa: PLC0415
        from joserfc.jwk import KeySet  # noqa: PLC0415

        _, keys = await self._about(now)
        try:
            token = jwt.decode(id_token, KeySet.import_key_set(dict(keys)), _ALGORITHMS)  # type: ignore[arg-type]
        except (InvalidKeyIdError, ValueError):  # it signs by a new key by now
            _, keys = await self._about(now, anew=True)
            token = jwt.decode(id_token, KeySet.import_key_set(dict(keys)), _ALGORITHMS)  # type: ignore[arg-type]
        claims, ours = token.claims, self.settings.client_id
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": self.settings.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": ours},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": pending.nonce},
        ).validate(claims)
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != ours:
            raise NotLoggedIn("the provider speaks to another program")
        return claims

    async def _about(
        self, now: datetime, *, anew: bool = False
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return what the provider says of itself, and its keys. Raises: NotLoggedIn."""
        async with self._one:
            if self._known is None or anew or now - self._known[0] > _KNOWN:
                try:
                    self._known = now, *await self._asked()
                except NotLoggedIn:
                    raise
                except Exception as exc:
                    # An adapter's own errors and those of what was sent: none of them tells more.
                    raise NotLoggedIn(
                        f"the provider cannot be asked: {type(exc).__name__}"
                    ) from exc
            return self._known[1], self._known[2]

    async def _asked(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        async with await self._client() as client:
            place = self.settings.issuer.rstrip("/") + _METADATA
            answer = await client.request("GET", place, withhold_token=True)
            answer.raise_for_status()
            metadata: Mapping[str, Any] = answer.json()
            if metadata.get("issuer") != self.settings.issuer:
                raise NotLoggedIn("the provider calls itself otherwise than the settings do")
            if missing := [name for name in _MUST_HAVE if name not in metadata]:
                raise NotLoggedIn(f"the provider does not name its {missing[0]}")
            keys = await client.request("GET", metadata["jwks_uri"], withhold_token=True)
            keys.raise_for_status()
            return metadata, keys.json()

    async def _client(self) -> AsyncOAuth2Client:
        from authlib.integrations.httpx_client import AsyncOAuth2Client  # noqa: PLC0415 - as above

        settings = self.settings
        where = "[web.oidc] client_secret"
        secret = await asyncio.to_thread(read_secret, settings.client_secret, where)
        return AsyncOAuth2Client(
            client_id=settings.client_id,
            client_secret=secret or None,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            scope=_SCOPE,
            redirect_uri=self.back,
            code_challenge_method="S256",
            timeout=_TIMEOUT,
            follow_redirects=False,
        )


def _named(claims: Mapping[str, Any], claim: str) -> str:
    """Return the name of an account as the provider claims it. Raises: NotLoggedIn."""
    name = claims.get(claim)
    if not isinstance(name, str) or not name.strip():
        raise NotLoggedIn(f"the provider does not say the claim '{claim}'")
    if claim == "email" and claims.get("email_verified") is not True:
        # Source: OpenID Connect Core 1.0 section 5.7: what anybody can claim names nobody.
        raise NotLoggedIn("the provider has not verified that address")
    return name.strip()

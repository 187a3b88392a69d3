"""What a session needs of a token: the text to send, read anew each time."""

from __future__ import annotations

from typing import Protocol


class TokenSource(Protocol):
    """Gives the token that is valid at this moment; `TokenFile` is the usual one."""

    def read(self) -> str:
        """Return the token.

        Raises:
            TokenError: there is no token, or it cannot be used.
        """

"""Where tokens come from: sources of the token that a session sends."""

from ..http.token_source import TokenSource

__all__ = ["TokenSource"]

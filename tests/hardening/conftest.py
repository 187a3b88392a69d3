"""What the tests of holding out share: a Jupyter server with the extension, clients, a bad peer."""

from __future__ import annotations

from ..hostile import hostile as hostile
from ..hostile import no_names as no_names
from ..pipelines.conftest import make_client as make_client
from ..server.conftest import ask as ask
from ..server.conftest import config as config
from ..server.conftest import environment as environment
from ..server.conftest import jp_server_config as jp_server_config
from ..server.conftest import secrets as secrets

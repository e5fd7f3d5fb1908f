"""In place of the site's gunicorn.conf.py, for all contenders alike."""

from __future__ import annotations

control_socket_disable = True

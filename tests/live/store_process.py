"""A store of one process, to stop and to pause."""

from __future__ import annotations

import signal
import subprocess


class StoreProcess:
    """What is done to a server from outside, whichever it is."""

    process: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        """End it, stopped or not; what it held is gone."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def pause(self) -> None:
        """Let it hang: connections are taken, and nothing is answered."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

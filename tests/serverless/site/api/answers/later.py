from __future__ import annotations

import asyncio


async def GET():
    await asyncio.sleep(0)
    return {"later": True}

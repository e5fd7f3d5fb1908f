"""The same endpoints by FastAPI, all async, with psycopg's pool."""

# Without `from __future__ import annotations`: its signatures are read when they are decorated.
# ruff: noqa: I002, B008
import os
from contextlib import asynccontextmanager
from typing import Any

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel

from benchmarks.cases import AUDIENCE, ISSUER, LISTED, SECRET, items
from benchmarks.contenders.claims import OPTIONS

pool = AsyncConnectionPool(
    f"host=127.0.0.1 user=postgres dbname={os.environ['RACE_DATABASE']}",
    min_size=2,
    max_size=8,
    open=False,
    kwargs={"row_factory": dict_row, "autocommit": True},
)


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with pool:
        yield


app = FastAPI(lifespan=lifespan, docs_url=None, openapi_url=None)


class Feedback(BaseModel):
    feedback: str


class Received(BaseModel):
    status: str
    feedback: str


class ItemOut(BaseModel):
    id: int
    title: str
    author: str
    pages: int
    cents: int


async def query(sql: str, *values: Any) -> list[dict[str, Any]]:
    async with pool.connection() as connection:
        return await (await connection.execute(sql, values)).fetchall()


async def reader(token: HTTPAuthorizationCredentials = Depends(HTTPBearer())):
    try:
        claims = jwt.decode(
            token.credentials, SECRET, ["HS256"], audience=AUDIENCE, issuer=ISSUER, options=OPTIONS
        )
    except jwt.InvalidTokenError:
        raise HTTPException(401) from None
    sql = "SELECT id, email FROM auth_user WHERE id = %s AND is_active"
    found = await query(sql, int(claims["sub"]))
    if not found:
        raise HTTPException(401)
    return found[0]


@app.get("/api/hello")
async def hello():
    return {"message": "Hello, API!"}


@app.get("/api/users/{id}")
async def user(id: int):
    return {"id": id, "name": "Dynamic User"}


@app.post("/api/feedback", status_code=201)
async def feedback(body: dict[str, Any]):
    return {"status": "received", "feedback": body["feedback"]}


@app.post("/api/typed", status_code=201)
async def typed(body: Feedback) -> Received:
    return Received(status="received", feedback=body.feedback)


@app.get("/api/listing")
async def listing():
    return items(LISTED)


@app.get("/api/rows")
async def rows() -> list[ItemOut]:
    return await query("SELECT id, title, author, pages, cents FROM items_item ORDER BY id")


@app.get("/api/guarded")
async def guarded(user=Depends(reader)):
    return user

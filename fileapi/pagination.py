"""Lists, a page at a time: filters, order and cursor as typed query parameters."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import msgspec
from asgiref.sync import sync_to_async
from django.core import signing
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import DataError
from django.db.models import Q, QuerySet
from django.utils.encoding import escape_uri_path

from .http.errors import HttpError, pointer
from .http.request import Request
from .http.response import Response

_OWN = ("limit", "cursor", "order")
_SALT = "fileapi.pagination"

# What Django and its drivers raise for a value that no row of a column can have.
_UNFIT = (ValueError, TypeError, OverflowError, ValidationError, DataError)

Columns = list[tuple[str, Any]]  # "-" or "", and a field of the model


class Page(msgspec.Struct, kw_only=True):
    """What a client may say of a list. Annotate ``query`` with a subclass of it.

    ::

        class Books(Page):
            order: Literal["title", "-published"] = "title"
            author: int | None = None
            title__icontains: str | None = msgspec.field(name="q", default=None)

        def GET(query: Books, req, res) -> list[BookOut]:
            return query.of(Book.objects.all(), req, res)

    ``order`` lists the columns that a client may sort by, ``-`` for descending; without it the
    list goes by its key. Every other field is a look-up of Django's, used where it is not None.
    So both are allow-lists: a name that is not declared reaches no query.

    The cursor is signed, not secret: it shows the columns of ``order`` of the last row.
    """

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    cursor: str = ""

    def of(self, queryset: QuerySet[Any], req: Request, res: Response) -> list[Any]:
        """Return the rows of the page, by one query, and link to the next one (RFC 8288).

        A page goes on behind the last row that was shown, wherever rows have been added or
        removed since. Raises HttpError 422 for a cursor that is none of this list and for a
        filter's value that the column cannot hold, and ImproperlyConfigured for an ``order`` that
        lets in what cannot be sorted by.
        """
        model: Any = queryset.model
        if queryset._fields is not None:  # type: ignore[attr-defined]
            raise ImproperlyConfigured("A page is made of rows: leave out values().")
        order = getattr(self, "order", "pk")
        columns = _orders(type(self), model)[order]
        names = [sign + field.attname for sign, field in columns]
        rows = self._filtered(queryset).order_by(*names)
        if self.cursor:
            rows = rows.filter(_behind(columns, self._position(model, order, columns)))
        try:
            found = list(rows[: self.limit + 1])
        except _UNFIT as error:
            raise _refused("", "A value is outside of what its column holds.") from error
        if len(found) > self.limit:
            found.pop()
            last = [field.value_to_string(found[-1]) for _, field in columns]
            cursor = signing.dumps([model._meta.label, order, *last], salt=_SALT, compress=True)
            res.append_header("Link", f'<{_url(req, cursor)}>; rel="next"')
        return found

    async def aof(self, queryset: QuerySet[Any], req: Request, res: Response) -> list[Any]:
        """Do as ``of`` does, in an async handler."""
        return await sync_to_async(self.of, thread_sensitive=True)(queryset, req, res)

    def _filtered(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        filters: dict[str, Any] = {}
        for name, sent_as in zip(
            self.__struct_fields__, self.__struct_encode_fields__, strict=True
        ):
            value = getattr(self, name)
            if name in _OWN or value is None:
                continue
            try:
                if "\0" in (value if isinstance(value, (str, list)) else ()):
                    raise ValueError("PostgreSQL has no NUL in its texts.")
                queryset.filter(**{name: value})
            except _UNFIT as error:
                raise _refused(pointer([sent_as]), "No row can have this value.") from error
            filters[name] = value
        return queryset.filter(**filters)  # in one, as they may span one relation

    def _position(self, model: Any, order: str, columns: Columns) -> list[Any]:
        try:
            of, by, *texts = signing.loads(self.cursor, salt=_SALT)
            if (of, by, len(texts)) == (model._meta.label, order, len(columns)):
                pairs = zip(columns, texts, strict=True)
                values = [field.to_python(text) for (_, field), text in pairs]
                if None not in values:
                    return values
        except (signing.BadSignature, *_UNFIT):
            pass
        words = "This is no cursor of this list in this order. Start without one."
        raise _refused("/cursor", words)


def _refused(place: str, message: str) -> HttpError:
    fault = {"pointer": place, "message": message, "kind": "value"}
    return HttpError(422, "The input is not valid.", errors=[fault])


@lru_cache(maxsize=256)
def _orders(page: type[Page], model: Any) -> dict[str, Columns]:
    """Return the columns of every order that a page's type lets in."""
    declared: Any = Literal["pk"]
    for field in msgspec.structs.fields(page):
        if field.name == "order":
            declared = field.type
    shape = msgspec.inspect.type_info(declared)
    if not isinstance(shape, msgspec.inspect.LiteralType):
        raise ImproperlyConfigured(
            f"{page.__name__}.order is {declared!r}, which lets a client sort by any column. "
            "List those that it may: Literal['title', '-published']."
        )
    return {str(order): _columns(page, model, str(order)) for order in shape.values}


def _columns(page: type[Page], model: Any, order: str) -> Columns:
    """Return the columns to sort by. The key comes last, so that no two rows tie."""
    meta = model._meta
    sign, name = ("-", order[1:]) if order.startswith("-") else ("", order)
    keys = list(getattr(meta, "pk_fields", None) or [meta.pk])
    if name == "pk":
        return [(sign, key) for key in keys]
    known = {each: field for field in meta.concrete_fields for each in (field.name, field.attname)}
    field = known.get(name)
    if field is None:
        raise ImproperlyConfigured(
            f"{page.__name__}.order has {order!r}, which is no column of {model.__name__}."
        )
    if field.null:
        raise ImproperlyConfigured(
            f"{page.__name__}.order has {order!r}: {model.__name__}.{name} may be NULL, and rows "
            "with NULL would be on no page. Sort by another column."
        )
    return [(sign, field), *((sign, key) for key in keys if key is not field)]


def _behind(columns: Columns, values: list[Any]) -> Q:
    """Return ``(a, b) > (1, 2)`` as every database has it: ``a > 1 OR (a = 1 AND b > 2)``."""
    found, equal = Q(), Q()
    for (sign, field), value in zip(columns, values, strict=True):
        found |= equal & Q(**{f"{field.attname}__{'lt' if sign else 'gt'}": value})
        equal &= Q(**{field.attname: value})
    return found


def _url(req: Request, cursor: str) -> str:
    """Return the URL of the request with another cursor, relative to the host."""
    sent = {**dict(req.GET.lists()), "cursor": cursor}
    return f"{escape_uri_path(req.path)}?{urlencode(sent, doseq=True)}"

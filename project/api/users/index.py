from typing import Annotated, NotRequired, TypedDict

from msgspec import Meta

from fileapi import Config, HttpError
from project.accounts.models import User
from project.accounts.schemas import UserOut
from project.api._accounts import save_new
from project.api._fields import Email, Name, by_hand, text

config = Config(auth=None)

PAGE_SIZE = 100


class Search(TypedDict):
    # Read as text, for what is no number is 400 here.
    after: NotRequired[Annotated[str, Meta(extra_json_schema={"pattern": r"^-?\d+$"})]]


class NewUser(TypedDict):
    name: Name
    email: NotRequired[Email]


def GET(query: Search) -> list[UserOut]:
    """List users by id; ``?after=42`` goes on behind 42."""
    try:
        after = int(query.get("after", 0))
    except ValueError:
        raise HttpError(400, "'after' must be the id of a user.") from None
    users = User.objects.filter(is_active=True, pk__gt=after).order_by("pk")
    return users.values("id", "name")[:PAGE_SIZE]


def POST(body: by_hand(NewUser), res) -> UserOut:
    """Add a user, who cannot log in."""
    user = User(name=text(body, "name", max_length=150))
    if "email" in body:
        user.email = User.objects.normalize_email(text(body, "email", max_length=254))
    user.clean_fields(exclude=["password"])
    user.set_unusable_password()
    save_new(user)
    res.status(201)
    return user

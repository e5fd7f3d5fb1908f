from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager

if TYPE_CHECKING:
    from .models import User


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        if username and "\0" in username:
            raise self.model.DoesNotExist  # nobody has it, and PostgreSQL cannot be asked
        return self.get(email__iexact=username)

    async def aget_by_natural_key(self, username: str | None) -> User:
        if username and "\0" in username:
            raise self.model.DoesNotExist
        return await self.aget(email__iexact=username)

    def create_user(
        self, email: str | None = None, password: str | None = None, **fields: Any
    ) -> User:
        user = self.model(email=self.normalize_email(email) or None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        if not email:
            raise ValueError("A superuser logs in by email, so it needs one.")
        return self.create_user(email, password, **fields, is_staff=True, is_superuser=True)

from django.shortcuts import get_object_or_404

from project.accounts.models import User
from project.accounts.schemas import UserOut


def GET(id: int) -> UserOut:
    """Show a user."""
    return get_object_or_404(User, pk=id, is_active=True)

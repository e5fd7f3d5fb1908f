from django.shortcuts import get_object_or_404

from project.accounts.models import User


def GET(id):
    user = get_object_or_404(User, pk=id, is_active=True)
    return {"id": user.pk, "name": user.name}

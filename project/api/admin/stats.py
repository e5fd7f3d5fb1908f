from project.accounts.models import User
from project.feedback.models import Feedback


def GET():
    return {
        "users": User.objects.count(),
        "active_users": User.objects.filter(is_active=True).count(),
        "feedback": Feedback.objects.count(),
    }

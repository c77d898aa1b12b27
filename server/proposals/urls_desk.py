"""``/desk/<session ref>/ideas/``: the desk writes for somebody."""

from django.urls import re_path

from . import desk_views

app_name = "desk_ideas"
HERE = r"^(?P<ref>[0-9a-f]{16})/ideas/"
COMPONENT = r"(?P<component>\d{1,18})"
urlpatterns = [
    re_path(rf"{HERE}$", desk_views.ideas, name="ideas"),
    re_path(rf"{HERE}{COMPONENT}/write/$", desk_views.write, name="write"),
    re_path(rf"{HERE}{COMPONENT}/(?P<number>\d{{1,9}})/$", desk_views.idea, name="idea"),
]

"""``/desk/<session ref>/``: the desk."""

from django.urls import re_path

from . import (
    desk_challenge_views,
    desk_match_views,
    desk_post_views,
    desk_proxy_views,
    desk_undo_views,
    desk_views,
    desk_walk_in_views,
)

app_name = "desk"
REF = r"(?P<ref>[0-9a-f]{16})"
urlpatterns = [
    re_path(rf"^{REF}/$", desk_views.home, name="home"),
    re_path(rf"^{REF}/search/$", desk_views.search, name="search"),
    re_path(rf"^{REF}/provisional/$", desk_walk_in_views.walk_in, name="walk_in"),
    re_path(rf"^{REF}/mark/(?P<entry>\d{{1,18}})/$", desk_views.mark, name="mark"),
    re_path(rf"^{REF}/elsewhere/$", desk_challenge_views.challenges, name="challenges"),
    re_path(rf"^{REF}/elsewhere/(?P<entry>\d{{1,18}})/$", desk_challenge_views.note, name="challenge"),
    re_path(rf"^{REF}/match/(?P<entry>\d{{1,18}})/$", desk_match_views.match, name="match"),
    re_path(rf"^{REF}/back/(?P<mark>\d{{1,18}})/$", desk_undo_views.give_back, name="give_back"),
    re_path(rf"^{REF}/handed-over/$", desk_views.hand_over, name="hand_over"),
    re_path(rf"^{REF}/one-too-many/$", desk_views.one_too_many, name="one_too_many"),
    re_path(rf"^{REF}/envelopes/$", desk_post_views.envelopes, name="envelopes"),
    re_path(rf"^{REF}/envelopes/(?P<pk>\d{{1,18}})/$", desk_post_views.envelope, name="envelope"),
    re_path(rf"^{REF}/proxy/(?P<entry>\d{{1,18}})/$", desk_proxy_views.proxy, name="proxy"),
    re_path(rf"^{REF}/proxy/(?P<entry>\d{{1,18}})/use/$", desk_proxy_views.proxy_use, name="proxy_use"),
    re_path(rf"^{REF}/proxy/(?P<entry>\d{{1,18}})/revoke/$", desk_proxy_views.proxy_revoke, name="proxy_revoke"),
    re_path(rf"^{REF}/help/$", desk_proxy_views.help_noted, name="help"),
    re_path(rf"^{REF}/exchange/$", desk_views.exchange, name="exchange"),
    re_path(rf"^{REF}/lost/$", desk_views.lost, name="lost"),
    re_path(rf"^{REF}/void/$", desk_views.void, name="void"),
    re_path(rf"^{REF}/spoil/$", desk_views.spoil, name="spoil"),
]

"""``/office/…``: rolls and ballot boxes."""

from django.urls import path, re_path

from . import views_office_boxes as boxes
from . import views_office_challenges as challenges
from . import views_office_desk as desk
from . import views_office_imports as imports
from . import views_office_lines as lines
from . import views_office_lists as lists
from . import views_office_matching as matching
from . import views_office_post as post
from . import views_office_proxies as proxies
from . import views_office_rolls as rolls

app_name = "office_voting"
REF = r"(?P<ref>[0-9a-f]{16})"
urlpatterns = [
    path("<slug:slug>/rolls/", rolls.rolls, name="rolls"),
    path("<slug:slug>/rolls/template.csv", imports.template_file, name="roll_template"),
    path("<slug:slug>/rolls/<int:pk>/", rolls.roll, name="roll"),
    path("<slug:slug>/rolls/<int:pk>/remove/", rolls.roll_remove, name="roll_remove"),
    path("<slug:slug>/rolls/<int:pk>/import/", imports.roll_import, name="roll_import"),
    path("<slug:slug>/rolls/<int:pk>/import/columns/", imports.roll_columns, name="roll_columns"),
    path("<slug:slug>/rolls/<int:pk>/import/confirm/", imports.roll_import_confirm, name="roll_import_confirm"),
    re_path(
        r"^(?P<slug>[-\w]+)/rolls/(?P<pk>\d{1,18})/import/(?P<token>[0-9a-f]{32})/$",
        imports.roll_preview,
        name="roll_preview",
    ),
    path("<slug:slug>/rolls/<int:pk>/versions/", lines.versions, name="roll_versions"),
    path("<slug:slug>/rolls/<int:pk>/versions/<int:number>/list/", lists.roll_list, name="roll_list"),
    path("<slug:slug>/observe/", lists.observed, name="observed"),
    path("<slug:slug>/rolls/<int:pk>/alike/", rolls.look_alikes, name="look_alikes"),
    path("<slug:slug>/rolls/<int:pk>/accounts/", matching.accounts, name="accounts"),
    path("<slug:slug>/rolls/<int:pk>/accounts/file/", matching.match_file, name="match_file"),
    re_path(
        r"^(?P<slug>[-\w]+)/rolls/(?P<pk>\d{1,18})/accounts/file/(?P<token>[0-9a-f]{32})/$",
        matching.match_preview,
        name="match_preview",
    ),
    path("<slug:slug>/rolls/<int:pk>/accounts/file/confirm/", matching.match_confirm, name="match_confirm"),
    path("<slug:slug>/rolls/accounts.csv", matching.template_file, name="match_template"),
    path("<slug:slug>/rolls/<int:pk>/people/add/", lines.line_add, name="line_add"),
    path("<slug:slug>/rolls/<int:pk>/people/<int:entry>/", lines.line, name="line"),
    path("<slug:slug>/rolls/<int:pk>/people/<int:entry>/amend/", lines.line_amend, name="line_amend"),
    path("<slug:slug>/rolls/<int:pk>/people/<int:entry>/strike/", lines.line_strike, name="line_strike"),
    path("<slug:slug>/rolls/<int:pk>/people/<int:entry>/letter/", lines.line_letter, name="line_letter"),
    path("<slug:slug>/rolls/<int:pk>/people/<int:entry>/unmatch/", lines.line_unmatch, name="line_unmatch"),
    path("<slug:slug>/boxes/", boxes.boxes, name="boxes"),
    path("<slug:slug>/boxes/add/", boxes.box_add, name="box_add"),
    re_path(rf"^sessions/{REF}/desk/$", desk.lists, name="desk_lists"),
    re_path(rf"^sessions/{REF}/desk/provisional/(?P<pk>\d{{1,18}})/$", desk.walk_in, name="walk_in"),
    re_path(rf"^boxes/{REF}/$", boxes.box, name="box"),
    re_path(rf"^boxes/{REF}/edit/$", boxes.box_edit, name="box_edit"),
    re_path(rf"^boxes/{REF}/delete/$", boxes.box_delete, name="box_delete"),
    re_path(rf"^boxes/{REF}/keep/$", boxes.box_keep, name="box_keep"),
    re_path(rf"^boxes/{REF}/proxies/$", proxies.proxies, name="proxies"),
    re_path(rf"^boxes/{REF}/proxies/(?P<pk>\d{{1,18}})/$", proxies.proxy, name="proxy"),
    re_path(rf"^boxes/{REF}/twice/$", challenges.challenges, name="challenges"),
    re_path(rf"^boxes/{REF}/twice/(?P<pk>\d{{1,18}})/$", challenges.challenge, name="challenge"),
    re_path(rf"^boxes/{REF}/post/$", post.post, name="post"),
    re_path(rf"^boxes/{REF}/post/(?P<pk>\d{{1,18}})/$", post.envelope, name="envelope"),
    re_path(rf"^boxes/{REF}/post/open/(?P<session_ref>[0-9a-f]{{16}})/$", post.post_open, name="post_open"),
    re_path(rf"^boxes/{REF}/(?P<step>freeze|open|close)/$", boxes.box_step, name="box_step"),
]

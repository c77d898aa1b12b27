"""``/office/boxes/<ref>/closing/``."""

from django.urls import re_path

from . import closing_views as views
from . import views_office_objections as objections
from . import views_office_rereading as rereading
from . import views_office_samples as samples
from . import views_office_trustees as trustees
from . import views_printed as printed

app_name = "office_closing"
BOX = r"^boxes/(?P<ref>[0-9a-f]{16})/"
REF = BOX + "closing/"
LANGUAGE = r"(?P<language>fr|en)"
TRUSTEES = BOX + "trustees/"
urlpatterns = [
    re_path(rf"{REF}$", views.box_closing, name="box"),
    re_path(rf"{REF}(?P<name>online|close|reconcile|open|certify)/$", views.box_deed, name="deed"),
    re_path(rf"{REF}finish/$", views.poll_finish, name="poll_finish"),
    re_path(rf"{BOX}objections/$", objections.objections, name="objections"),
    re_path(rf"{BOX}objections/(?P<number>[0-9]{{1,6}})/$", objections.objection, name="objection"),
    re_path(rf"{BOX}reading/$", rereading.reading, name="reading"),
    re_path(rf"{BOX}addenda/$", objections.addenda, name="addenda"),
    re_path(rf"{BOX}sample/$", samples.sample, name="sample"),
    re_path(rf"{BOX}sample/letters\.pdf$", samples.letters, name="sample_letters"),
    re_path(rf"{BOX}sample/(?P<place>[0-9]{{1,6}})/$", samples.letter, name="sample_letter"),
    re_path(rf"{REF}record\.{LANGUAGE}\.pdf$", printed.record, name="record"),
    re_path(rf"{REF}list/(?P<moment>opening|closing|certified)\.{LANGUAGE}\.pdf$", printed.state, name="state"),
    re_path(rf"{TRUSTEES}$", trustees.trustees, name="trustees"),
    re_path(rf"{TRUSTEES}(?P<number>[123])/card/$", trustees.card, name="trustee_card"),
    re_path(rf"{TRUSTEES}(?P<number>[123])/lost/$", trustees.lost, name="trustee_lost"),
    re_path(rf"{TRUSTEES}prove/$", trustees.prove, name="trustees_prove"),
    re_path(rf"{TRUSTEES}again/$", trustees.again, name="trustees_again"),
    re_path(rf"{TRUSTEES}try/$", trustees.try_two, name="trustees_try"),
    re_path(rf"{TRUSTEES}open/$", trustees.open_by_two, name="trustees_open"),
]

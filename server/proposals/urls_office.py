"""``/office/<space>/proposals/<component>/…``: the list, answers, joining and splitting."""

from django.urls import path

from . import views_office as views
from . import views_office_amending as amending
from . import views_office_files as files
from . import views_office_joining as joining
from . import views_office_states as states
from . import views_office_texts as texts

app_name = "office_proposals"
HERE = "<slug:slug>/proposals/<int:component>/"
urlpatterns = [
    path(HERE, views.proposals, name="proposals"),
    path(f"{HERE}add/", views.add, name="add"),
    path(f"{HERE}import/", files.import_file, name="import"),
    path(f"{HERE}import/confirm/", files.import_confirm, name="import_confirm"),
    path(f"{HERE}projects/", joining.to_projects, name="to_projects"),
    path(f"{HERE}join/", joining.join, name="join"),
    path(f"{HERE}states/", states.states, name="states"),
    path(f"{HERE}states/<int:pk>/", states.state, name="state"),
    path(f"{HERE}states/<int:pk>/change/", states.change, name="state_change"),
    path(f"{HERE}text/", texts.text, name="text"),
    path(f"{HERE}text/bring/", texts.bring, name="text_bring"),
    path(f"{HERE}text/sections/<int:at>/", texts.section, name="section"),
    path(f"{HERE}<int:number>/", views.proposal, name="proposal"),
    path(f"{HERE}<int:number>/amendment/", amending.amendment, name="amendment"),
    path(f"{HERE}<int:number>/split/", joining.split, name="split"),
]

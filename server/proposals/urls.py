"""``/spaces/<space>/proposals/<component>/…``: reading, writing and endorsing proposals."""

from django.urls import path

from . import views, views_amending, views_authors, views_files, views_texts, views_writing

app_name = "proposals"
HERE = "spaces/<slug:slug>/proposals/<int:component>/"
urlpatterns = [
    path(HERE, views.proposals_page, name="proposals"),
    path(f"{HERE}plan/", views.plan_page, name="plan"),
    path(f"{HERE}new/", views_writing.new, name="new"),
    path(f"{HERE}drafts/<slug:ref>/", views_writing.draft, name="draft"),
    path(f"{HERE}drafts/<slug:ref>/edit/", views_writing.draft_edit, name="draft_edit"),
    path(f"{HERE}drafts/<slug:ref>/authors/", views_authors.authors, name="authors"),
    path("sign/<str:code>/", views_authors.sign, name="sign"),
    path(f"{HERE}files/<slug:ref>/", views_files.files, name="files"),
    path(f"{HERE}proposals.<slug:form>", views.export, name="export"),
    path(f"{HERE}amendments.csv", views.export_amendments, name="export_amendments"),
    path(f"{HERE}text/", views_texts.text, name="text"),
    path(f"{HERE}text/changes/", views_texts.text_changes, name="text_changes"),
    path(f"{HERE}text/print/", views_texts.text_print, name="text_print"),
    path(f"{HERE}<int:number>/", views.proposal_page, name="proposal"),
    path(f"{HERE}<int:number>/endorse/", views.endorse, name="endorse"),
    path(f"{HERE}<int:number>/versions/", views.versions_page, name="versions"),
    path(f"{HERE}<int:number>/edit/", views_writing.edit, name="edit"),
    path(f"{HERE}<int:number>/amend/", views_amending.amend, name="amend"),
    path(f"{HERE}amendments/<int:number>/", views.amendment_page, name="amendment"),
    path(f"{HERE}amendments/<int:number>/decide/", views_amending.decide, name="decide"),
    path(f"{HERE}amendments/<int:number>/forward/", views_amending.forward, name="forward"),
    path(f"{HERE}<int:number>/withdraw/", views_writing.withdraw, name="withdraw"),
]

"""The front pages and the reader's display choices."""

from django.urls import path

from . import display, site_pages, style_page, views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("search/", views.search_page, name="search"),
    path("legal/", site_pages.site_text, {"name": "legal"}, name="legal"),
    path("privacy/", site_pages.site_text, {"name": "privacy"}, name="privacy"),
    path("accessibility/", site_pages.site_text, {"name": "accessibility"}, name="accessibility"),
    path("contact/", site_pages.contact, name="contact"),
    path("v/<str:ref>/", views.short_link, name="short_link"),
    path("style/", style_page.style, name="style"),
    path("style/<str:language>/", style_page.style, name="style_in"),
    path("display/", display.set_display, name="display"),
]

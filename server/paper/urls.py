"""``/office/paper/…``: print, scan, review."""

from django.urls import path, re_path

from . import (
    views,
    views_hall,
    views_keying,
    views_letters,
    views_photos,
    views_post,
    views_review,
    views_sample,
    views_scans,
)

app_name = "paper"
REF = r"(?P<ref>[0-9a-f]{16})"
urlpatterns = [
    re_path(rf"^paper/{REF}/$", views.print_runs, name="print_runs"),
    re_path(rf"^paper/{REF}/progress/$", views.progress, name="progress"),
    re_path(rf"^paper/{REF}/sheets/$", views.order_sheets, name="order_sheets"),
    re_path(rf"^paper/{REF}/passes/$", views.order_stack, name="order_passes"),
    re_path(rf"^paper/{REF}/letters/(?P<box_ref>[0-9a-f]{{16}})/$", views.order_post, name="order_letters"),
    re_path(rf"^boxes/{REF}/letters/$", views_letters.letters, name="letters"),
    re_path(rf"^boxes/{REF}/letters/rows/$", views_letters.letter_rows, name="letter_rows"),
    re_path(rf"^boxes/{REF}/post/print/$", views_post.post, name="post"),
    re_path(rf"^boxes/{REF}/post/print/rows/$", views_post.post_rows, name="post_rows"),
    re_path(r"^paper/(?P<kind>sheets|slips)/(?P<pk>\d{1,18})/draw/$", views.draw_again, name="draw_again"),
    re_path(
        rf"^paper/{REF}/hall/(?P<box_ref>[0-9a-f]{{16}})/(?P<kind>poster|label)/$",
        views_hall.hall_print,
        name="hall_print",
    ),
    path("paper/sheets/<int:pk>/unused/", views.unused, name="unused"),
    path("paper/sheets/<int:pk>/file/", views.sheets_file, name="sheets_file"),
    path("paper/slips/<int:pk>/file/", views.slips_file, name="slips_file"),
    re_path(rf"^paper/{REF}/scans/$", views_scans.scans, name="scans"),
    re_path(rf"^paper/{REF}/scans/rows/$", views_scans.scan_rows, name="scan_rows"),
    re_path(rf"^paper/{REF}/photos/$", views_photos.photos, name="photos"),
    re_path(rf"^paper/{REF}/photos/became/$", views_photos.photo_outcomes, name="photo_outcomes"),
    path("paper/scans/<int:pk>/", views_scans.batch_pages, name="batch"),
    path("paper/scans/<int:pk>/read/", views_scans.read_on, name="read_on"),
    re_path(rf"^paper/{REF}/keying/$", views_keying.keying, name="keying"),
    re_path(rf"^paper/{REF}/keying/sheet/$", views_keying.sheet, name="key_sheet"),
    re_path(rf"^paper/{REF}/review/$", views_review.review, name="review"),
    re_path(rf"^paper/{REF}/review/next/$", views_review.next_image, name="next_image"),
    re_path(rf"^paper/{REF}/sample/(?P<box_ref>[0-9a-f]{{16}})/$", views_sample.sample, name="sample"),
    re_path(rf"^paper/{REF}/sample/(?P<box_ref>[0-9a-f]{{16}})/draw/$", views_sample.draw, name="sample_draw"),
    path("paper/sampled/<int:pk>/", views_sample.sampled, name="sampled"),
    path("paper/images/<int:pk>/", views_review.reading_page, name="reading"),
    path("paper/images/<int:pk>/take/", views_review.take, name="take"),
    path("paper/images/<int:pk>/hold/", views_review.hold, name="hold"),
    path("paper/images/<int:pk>/skip/", views_review.skip, name="skip"),
    path("paper/images/<int:pk>/decide/", views_review.decide, name="decide"),
    path("paper/images/<int:pk>/image/", views_review.image, name="image"),
]

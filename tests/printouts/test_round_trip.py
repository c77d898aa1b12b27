"""Drawn, marked, scanned and read: what comes out is what was marked."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from printouts import simulate
from printouts.read.images import open_pages
from printouts.read.interpret import Thresholds, interpret
from printouts.read.page import cut_out, read_page, whole_page
from printouts.read.refusals import ReadingRefused
from tests.printouts.press import DEFINITION, press


def test_no_mark_is_misread_on_three_layouts_mixed_in_one_batch(layouts, lookup):
    """B5, F11: 60 sheets of three layouts, shuffled, through one scanner PDF: no wrong value without a person."""
    rng = np.random.default_rng(2026)
    images, truth = [], {}
    for number, layout in layouts.items():
        serials = [rng.bytes(10) for _ in range(20)]
        for serial, image in zip(
            serials, simulate.rasterise(press(layout, [(s, False) for s in serials])), strict=True
        ):
            truth[serial] = _choose(layout, rng, most=1 if number == 3 else 5)
            simulate.mark(image, layout, 1, truth[serial], rng)
            images.append(simulate.distort(image, rng))
    rng.shuffle(images)
    out = io.BytesIO()
    simulate.scan_pdf(images, out)
    readings = [read_page(page, lookup) for page in open_pages(out.getvalue())]
    assert {reading.code.serial for reading in readings} == set(truth)
    people = sum(_needs_person_or_right(reading, truth[reading.code.serial]) for reading in readings)
    assert people <= 3


@pytest.mark.parametrize("style", ["faint", "dot", "beside"])
def test_weak_marks_go_to_people(layouts, lookup, style):
    """B7: a faint cross, a dot, a cross beside its box: never taken for a blank ballot by itself."""
    rng = np.random.default_rng(11)
    layout = layouts[1]
    sheets = [(rng.bytes(10), False) for _ in range(12)]
    for image in simulate.rasterise(press(layout, sheets)):
        simulate.mark(image, layout, 1, ["p2"], rng, style=style)
        reading = read_page(simulate.distort(image, rng), lookup)
        _needs_person_or_right(reading, {"p2"})


@pytest.mark.parametrize(("dpi", "kind"), [(100, "scanner"), (200, "scanner"), (300, "scanner"), (200, "photo")])
def test_resolutions_and_photographs(layouts, lookup, dpi, kind):
    rng = np.random.default_rng(dpi)
    layout = layouts[2]
    sheets = [(rng.bytes(10), False) for _ in range(4)]
    for image in simulate.rasterise(press(layout, sheets), dpi=dpi):
        wanted = _choose(layout, rng)
        simulate.mark(image, layout, 1, wanted, rng)
        seen = cv2.imdecode(np.frombuffer(simulate.jpeg(simulate.distort(image, rng, kind=kind)), np.uint8), 0)
        _needs_person_or_right(read_page(seen, lookup), wanted)


def test_blank_sheets_score_nothing(layouts, lookup):
    rng = np.random.default_rng(3)
    for image in simulate.rasterise(press(layouts[2], [(rng.bytes(10), False) for _ in range(5)])):
        reading = read_page(simulate.distort(image, rng), lookup)
        assert max(reading.scores["budget"].values()) < 0.01
        assert max(reading.around["budget"].values()) < 0.01


def test_test_sheets_say_so_in_code_and_print(layouts, lookup):
    """B4: a test sheet carries its bit, and shows a word that others do not."""
    pages = list(simulate.rasterise(press(layouts[1], [(b"serial-001", True), (b"serial-001", False)])))
    assert read_page(pages[0], lookup).code.is_test
    assert not read_page(pages[1], lookup).code.is_test
    specimen = layouts[1].pages[0].specimen
    y, x = (specimen.y - 2_000) * 150 // 25_400, specimen.x * 150 // 25_400
    band = (slice(y - 15, y + 15), slice(x - 60, x + 60))
    assert pages[0][band].min() < 60 < 250 < pages[1][band].min()


def test_a_sheet_of_another_box_is_refused(layouts, lookup):
    """B4, B5: another definition, or a layout number we do not hold."""
    other = press(layouts[1], [(b"serial-001", False)], definition=b"\x77" * 32)
    [page] = simulate.rasterise(other)
    with pytest.raises(ReadingRefused) as refusal:
        read_page(page, lookup)
    assert refusal.value.code == "unknown_definition"
    assert refusal.value.sheet.serial == b"serial-001"


@pytest.mark.parametrize("place", range(8))
def test_every_way_to_lay_a_page_on_the_glass(sheet, lookup, place):
    """B10: four turns are read alike; four mirror images are refused by name."""
    image = np.ascontiguousarray(np.rot90(sheet[:, ::-1] if place >= 4 else sheet, place % 4))
    if place >= 4:
        with pytest.raises(ReadingRefused) as refusal:
            read_page(image, lookup)
        assert refusal.value.code == "mirrored"
        assert refusal.value.sheet.serial == b"sheet-0001"
    else:
        reading = read_page(image, lookup)
        assert reading.quality.turn == (0, 270, 180, 90)[place]
        assert _marked(reading) == {"p0", "p3"}


@pytest.mark.parametrize("place", range(8))
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_obeyed_then_gone(sheet, lookup, orientation, place):
    """B10, X4: whichever way a camera stored the page, it is seen as the camera showed it, turned or mirrored."""
    laid = np.ascontiguousarray(np.rot90(sheet[:, ::-1] if place >= 4 else sheet, place % 4))
    stored = Image.fromarray(laid)
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}.get(orientation)  # Image.Transpose: what EXIF will undo
    if undo is not None:
        stored = stored.transpose(Image.Transpose(undo))
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    stored.save(out, "JPEG", exif=exif)
    [page] = open_pages(out.getvalue(), "photo.jpg")
    assert page.grey.shape == laid.shape
    if place < 4:
        assert _marked(read_page(page, lookup)) == {"p0", "p3"}
        return
    with pytest.raises(ReadingRefused) as refusal:
        read_page(page, lookup)
    assert refusal.value.code == "mirrored"


@pytest.mark.parametrize("kind", ["pdf", "TIFF", "JPEG", "PNG"])
def test_every_kind_of_file_reads_the_same(sheet, lookup, kind):
    out = io.BytesIO()
    if kind == "pdf":
        simulate.scan_pdf([sheet, sheet], out)
    else:
        more = {"save_all": True, "append_images": [Image.fromarray(sheet)]} if kind == "TIFF" else {}
        Image.fromarray(sheet).save(out, kind, dpi=(150, 150), **more)
    pages = list(open_pages(out.getvalue(), "anything.bin"))
    assert len(pages) == (2 if kind in ("pdf", "TIFF") else 1)


@pytest.mark.parametrize("kind", ["pdf", "TIFF", "JPEG", "PNG"])
def test_the_true_size_is_measured(sheet, lookup, kind):
    """B6: the markers tell the printed scale where the file tells its resolution."""
    out = io.BytesIO()
    if kind == "pdf":
        simulate.scan_pdf([sheet], out)
    else:
        Image.fromarray(sheet).save(out, kind, dpi=(150, 150))
    [reading] = [read_page(page, lookup) for page in open_pages(out.getvalue())]
    assert _marked(reading) == {"p0", "p3"}
    assert reading.quality.scale == pytest.approx(1, abs=0.01)


def test_a_page_that_is_more_than_one_image_is_rendered(layouts, lookup):
    """B15: the printed PDF itself, given back unmarked, is read as a blank ballot."""
    [reading] = [read_page(page, lookup) for page in open_pages(press(layouts[1], [(b"serial-001", False)]))]
    assert _marked(reading) == set()
    assert reading.code.definition == DEFINITION[:8]


def test_two_sheets_in_view_are_refused(sheet, lookup):
    """B14: one sheet at a time."""
    with pytest.raises(ReadingRefused) as refusal:
        read_page(np.hstack([sheet, sheet]), lookup)
    assert refusal.value.code == "two_sheets"


def test_pages_that_are_no_ballot_are_named(sheet, lookup):
    rng = np.random.default_rng(1)
    torn = sheet.copy()
    torn[-250:] = 255
    smeared = cv2.GaussianBlur(sheet, (0, 0), 6)
    cases = {
        "blank_page": np.full((1754, 1240), 250, np.uint8),
        "no_code": rng.integers(0, 255, (900, 700), dtype=np.uint8),
        "no_corners": torn,
        "too_few_pixels": sheet[:100, :100],
    }
    for code, image in cases.items():
        with pytest.raises(ReadingRefused) as refusal:
            read_page(image, lookup)
        assert refusal.value.code == code
    with pytest.raises(ReadingRefused) as refusal:
        read_page(smeared, lookup)
    assert refusal.value.code in ("too_blurred", "no_code", "no_corners", "blank_page")


def test_another_qr_code_is_not_a_sheet(sheet, lookup):
    """B3: a forged or foreign code over ours."""
    import zxingcpp

    code = zxingcpp.create_barcode("HELLO WORLD", zxingcpp.BarcodeFormat.QRCode)
    foreign = np.array(code.to_image(scale=6))
    image = sheet.copy()
    y, x = 19 * 150 * 10 // 254, 156 * 150 * 10 // 254
    image[y : y + 190, x : x + 190] = 255
    image[y + 20 : y + 20 + foreign.shape[0], x + 20 : x + 20 + foreign.shape[1]] = foreign
    with pytest.raises(ReadingRefused) as refusal:
        read_page(image, lookup)
    assert refusal.value.code == "not_a_sheet"


def test_the_same_sheet_twice_is_alike_and_a_copy_with_other_marks_is_not(layouts, lookup):
    """B2: the fingerprint tells a second scan from a photocopy."""
    rng = np.random.default_rng(5)
    layout = layouts[1]
    [first] = simulate.rasterise(press(layout, [(b"serial-001", False)]))
    copy = first.copy()
    simulate.mark(first, layout, 1, ["p1"], rng)
    simulate.mark(copy, layout, 1, ["p1", "p2"], rng)
    one, again, other = (read_page(simulate.distort(i, rng), lookup).fingerprint for i in (first, first, copy))
    assert one.exact != again.exact
    assert one.unlikeness(again) < 0.15 < one.unlikeness(other)


def test_people_see_the_row_they_decide(sheet, lookup):
    turned = np.ascontiguousarray(np.rot90(sheet))
    reading = read_page(turned, lookup)
    row = cv2.imdecode(np.frombuffer(cut_out(turned, reading, "p3"), np.uint8), 0)
    assert row.shape[1] > 5 * row.shape[0]
    assert row.min() < 80
    page = cv2.imdecode(np.frombuffer(whole_page(turned, reading), np.uint8), 0)
    assert page.shape[0] > page.shape[1]


def test_each_step_can_show_what_it_saw(sheet, lookup):
    seen = {}
    read_page(sheet, lookup, watch=lambda name, picture: seen.setdefault(name, picture))
    assert {"corners", "code", "straight", "mark p0"} <= set(seen)


def _choose(layout, rng, most=5):
    ids = [box.choice for box in layout.pages[0].marks]
    return set(rng.choice(ids, int(rng.integers(0, most + 1)), replace=False).tolist())


def _marked(reading):
    return set(interpret(reading.scores["budget"], Thresholds(), min=0, max=40).choices)


def _needs_person_or_right(reading, wanted):
    """Return 1 if a person must look, 0 if the automatic value is right; fail if it is wrong."""
    scores, around = reading.scores["budget"], reading.around["budget"]
    said = interpret(scores, Thresholds(), min=0, max=40, around=around)
    assert said.needs_person or set(said.choices) == wanted, (wanted, scores)
    return int(said.needs_person)

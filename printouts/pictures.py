"""The small drawings of a form: corner markers, mark boxes, examples, the paper door.

Coordinates are a layout's: micrometres from the top left, turned upside down
for PDF here.
"""

from __future__ import annotations

from reportlab.pdfgen.canvas import Canvas

from printouts.geometry import Marker, Picture

POINTS = 72 / 25_400

# The inner 4 x 4 cells of the corner markers, row by row, 1 is white: OpenCV's
# DICT_4X4_50, written out so that printing needs no OpenCV.
MARKER_CELLS = {
    7: ("1100", "0100", "1111", "0010"),
    23: ("1101", "1101", "1000", "0010"),
    26: ("1010", "1100", "1110", "0100"),
    40: ("0001", "0111", "0001", "1000"),
}


def draw_marker(canvas: Canvas, marker: Marker, page_height: int) -> None:
    """Draw a black square of 6 x 6 cells whose inner cells are the marker's."""
    x, y, size = marker.x * POINTS, (page_height - marker.y) * POINTS, marker.size * POINTS
    cell = size / 6
    canvas.rect(x, y - size, size, size, stroke=0, fill=1)
    canvas.setFillGray(1)
    for row, cells in enumerate(MARKER_CELLS[marker.id]):
        start = 0
        while start < 4:
            end = start
            while end < 4 and cells[end] == "1":
                end += 1
            if end > start:
                canvas.rect(
                    x + (start + 1) * cell, y - (row + 2) * cell, (end - start) * cell, cell * 1.02, stroke=0, fill=1
                )
            start = max(end, start + 1)
    canvas.setFillGray(0)


def outline(canvas: Canvas, shape: str, x: int, y: int, size: int, line: int, page_height: int) -> None:
    """Draw an empty box whose line lies inside its square."""
    canvas.setLineWidth(line * POINTS)
    canvas.setLineJoin(0)
    inset = (x + line / 2) * POINTS
    foot = (page_height - y - size + line / 2) * POINTS
    side = (size - line) * POINTS
    if shape == "round":
        canvas.circle(inset + side / 2, foot + side / 2, side / 2)
    else:
        canvas.rect(inset, foot, side, side)


def draw_picture(canvas: Canvas, picture: Picture, page_height: int) -> None:
    """Draw an example mark or a sign at its place."""
    if picture.kind in _SIGNS:
        canvas.saveState()
        _enter(canvas, picture, page_height, 24)
        canvas.setLineWidth(2)
        _SIGNS[picture.kind](canvas)
        canvas.restoreState()
        return
    outline(canvas, picture.shape, picture.x, picture.y, picture.size, picture.size * 2 // 25, page_height)
    canvas.saveState()
    _enter(canvas, picture, page_height, 20)
    canvas.setLineWidth(2.6)
    if picture.kind == "cross":
        canvas.lines([(3.5, 4, 16.5, 16.5), (16.5, 3.5, 4, 16.5)])
    elif picture.kind == "tick":
        _line(canvas, (4, 10), (9, 16), (16.5, 4))
    elif picture.kind == "fill" and picture.shape == "round":
        canvas.circle(10, 10, 9.2, stroke=0, fill=1)
    elif picture.kind == "fill":
        canvas.rect(0.8, 0.8, 18.4, 18.4, stroke=0, fill=1)
    else:
        canvas.circle(10, 10, 2.2, stroke=0, fill=1)
    canvas.restoreState()


def _enter(canvas: Canvas, picture: Picture, page_height: int, units: float) -> None:
    """Take coordinates of ``units`` to the picture's size, y downwards."""
    scale = picture.size * POINTS / units
    canvas.transform(scale, 0, 0, -scale, picture.x * POINTS, (page_height - picture.y) * POINTS)


def _paper_door(canvas: Canvas) -> None:
    _line(canvas, (12.5, 2.5), (17, 7), (17, 22), (3, 22), (3, 2.5), (12.5, 2.5), (12.5, 7.5), (17.5, 7.5))
    canvas.setLineWidth(1.8)
    canvas.lines([(6, 11, 9.6, 14.6), (9.6, 11, 6, 14.6), (11.8, 13, 14.5, 13), (6, 18.2, 14.5, 18.2)])


def _next(canvas: Canvas) -> None:
    canvas.setLineWidth(2.8)
    canvas.lines([(2, 12, 21, 12)])
    _line(canvas, (13.5, 4.5), (21, 12), (13.5, 19.5))


def _next_leftwards(canvas: Canvas) -> None:
    canvas.transform(-1, 0, 0, 1, 24, 0)
    _next(canvas)


def _read(canvas: Canvas) -> None:
    """A sheet with lines, one of them long, and its boxes still empty."""
    canvas.setLineWidth(1.5)
    canvas.rect(3, 1.5, 17, 21)
    for y in (6, 12, 18):
        canvas.rect(5.6, y - 1.7, 3.4, 3.4)
        canvas.lines([(11.2, y, 17.4, y)])


def _pen(canvas: Canvas) -> None:
    """A pen that has just made a cross in a box."""
    canvas.setLineWidth(1.5)
    canvas.rect(1.5, 9, 13, 13)
    canvas.setLineWidth(2)
    canvas.lines([(4.4, 12, 11.6, 19), (11.6, 12, 4.4, 19)])
    canvas.setLineWidth(1.5)
    _line(canvas, (13.2, 11.6), (13.9, 7.6), (20.2, 1.3), (23.2, 4.3), (16.9, 10.6), (13.2, 11.6))
    canvas.lines([(18.2, 3.3, 21.2, 6.3)])


def _urn(canvas: Canvas) -> None:
    """A sheet on its way into the slot of the box."""
    canvas.setLineWidth(1.5)
    canvas.rect(2.5, 12, 19, 10.5)
    _line(canvas, (8, 12), (8, 2), (16, 2), (16, 12))
    canvas.lines([(10, 5, 14, 9), (14, 5, 10, 9)])
    canvas.setLineWidth(2.4)
    canvas.lines([(6, 12, 18, 12)])


def _line(canvas: Canvas, *points: tuple[float, float]) -> None:
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    canvas.drawPath(path)


_SIGNS = {
    "paper": _paper_door,
    "next": _next,
    "next-rtl": _next_leftwards,
    "read": _read,
    "pen": _pen,
    "urn": _urn,
}

"""Dimensions as ink: extension lines, arrows, texts, leaders; what would cover something else is left out."""

from __future__ import annotations

import math
from dataclasses import dataclass

from training.sheets.canvas import Canvas, width_mm
from training.sheets.dimensions import Dimensions, Leader, Linear
from training.sheets.drafting import Placed
from training.sheets.house import House
from training.sheets.label_ink import arrowhead, draw_label, label_width_mm
from training.sheets.primitives import BoxMm, Point, inflated, inside

LONG_REACH_MM = 28.0  # from a hole to the view's edge: farther texts stand inside the view
TURNS_DEG = (0.0, 30.0, -30.0, 90.0, 180.0, 60.0, -90.0, 150.0)


def draw_dimensions(
    canvas: Canvas, placed: Placed, dimensions: Dimensions, house: House, area: BoxMm
) -> list[Point | None]:
    """Draws what fits into `area`; the middle of each linear dimension's text, None where it was left out."""
    annotator = Annotator(canvas, placed, house, area)
    places = [annotator.draw_linear(line) for line in dimensions.linear]
    for leader in dimensions.leaders:
        annotator.draw_leader(leader)
    return places


@dataclass(frozen=True, slots=True)
class Spot:
    """middle: of the text's base line. tail_mm: how far the dimension line runs on past its end to carry the text."""

    middle: Point
    box: BoxMm
    tail_mm: float


@dataclass(frozen=True, slots=True)
class Annotator:
    """Draws the dimensions of one placed view. area: what texts may not leave."""

    canvas: Canvas
    placed: Placed
    house: House
    area: BoxMm

    def draw_linear(self, line: Linear) -> Point | None:
        a, b = self._line_ends(line)
        if line.ordinate:
            return self._draw_ordinate(line, b)
        spot = self._text_spot(a, b, line)
        if spot is None or not self._room(spot.box, 0.2 * self.house.text_mm):
            return None
        self.canvas.take(spot.box)
        self._extension_line(line, a, of_b=False)
        self._extension_line(line, b, of_b=True)
        self._dimension_line(a, b, line, spot.tail_mm)
        angle = 90.0 if line.axis == 1 and not self._upright(line) else 0.0
        draw_label(self.canvas, line.label, spot.middle, angle, self.house)
        return spot.middle

    def draw_leader(self, leader: Leader) -> None:
        wide = label_width_mm(leader.label, self.house)
        if leader.through and 2 * leader.radius * self.placed.scale > wide + 3 * self.house.arrow_mm:
            self._draw_across(leader)
            return
        for turn in TURNS_DEG:
            angle = leader.angle + math.radians(turn)
            knee, box = self._leader_spot(leader, angle)
            if self._room(box, 0.3):
                self.canvas.take(box)
                self._draw_pointer(leader, angle, knee)
                return

    def _room(self, box: BoxMm, margin_mm: float) -> bool:
        return inside(box, self.area) and self.canvas.free(inflated(box, margin_mm))

    def _upright(self, line: Linear) -> bool:
        return self.house.upright and line.axis == 1

    def _text_on_line(self, line: Linear) -> bool:
        return self.house.text_above and not self._upright(line)

    def _line_ends(self, line: Linear) -> tuple[Point, Point]:
        """Ends of the dimension line on paper."""
        x0, y0, x1, y1 = self.placed.box_mm
        off = self.house.first_mm + line.level * self.house.step_mm
        paper = self.placed.paper
        if line.axis == 0:
            y = y0 - off if line.side == "top" else y1 + off
            return (paper(line.a.at, 0)[0], y), (paper(line.b.at, 0)[0], y)
        x = x0 - off if line.side == "left" else x1 + off
        return (x, paper(0, line.a.at)[1]), (x, paper(0, line.b.at)[1])

    def _text_spot(self, a: Point, b: Point, line: Linear) -> Spot | None:
        """Where the text stands: on the line, or past its end where it is too short."""
        length = abs(b[0] - a[0]) + abs(b[1] - a[1])
        if length < 0.3:
            return None
        wide, height, arrow = label_width_mm(line.label, self.house), self.house.text_mm, self.house.arrow_mm
        needed = height if self._upright(line) else wide
        outside = needed + 0.6 * height > length - (0.0 if self.house.arrow in ("tick", "dot") else arrow)
        tail = needed + 1.6 * arrow + 0.6 * height if outside else 0.0
        along = length + tail - needed / 2 - 0.2 * height if outside else length / 2
        lift = 0.3 * height if self.house.text_above else -0.5 * height
        if outside and not self._text_on_line(line):
            tail -= needed + 0.5 * height
        left, low = min(a[0], b[0]), max(a[1], b[1])
        if line.axis == 1 and not self._upright(line):
            x, y = a[0] - lift, low - along
            return Spot((x, y), (x - height, y - wide / 2, x, y + wide / 2), tail)
        x, y = (left + along, a[1] - lift) if line.axis == 0 else (a[0], low - along + height / 2)
        return Spot((x, y), (x - wide / 2, y - height, x + wide / 2, y), tail)

    def _extension_line(self, line: Linear, end: Point, *, of_b: bool) -> None:
        over, gap, pen = 0.5 * self.house.text_mm, self.house.gap_mm, self.house.pens.dimension
        station = line.b if of_b else line.a
        reach = station.low if line.side in ("bottom", "left") else station.high
        if line.axis == 0:
            _, start = self.placed.paper(station.at, reach)
            sign = 1.0 if end[1] > start else -1.0
            self.canvas.line((end[0], start + sign * gap), (end[0], end[1] + sign * over), pen)
        else:
            start, _ = self.placed.paper(reach, station.at)
            sign = 1.0 if end[0] > start else -1.0
            self.canvas.line((start + sign * gap, end[1]), (end[0] + sign * over, end[1]), pen)

    def _dimension_line(self, a: Point, b: Point, line: Linear, tail_mm: float) -> None:
        if (b[0] - a[0]) - (b[1] - a[1]) < 0:  # towards the right or up
            a, b = b, a
        length = abs(b[0] - a[0]) + abs(b[1] - a[1])
        ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
        house, pen = self.house, self.house.pens.dimension
        if tail_mm:
            stub = 1.6 * house.arrow_mm
            self.canvas.line((a[0] - stub * ux, a[1] - stub * uy), (b[0] + tail_mm * ux, b[1] + tail_mm * uy), pen)
            arrowhead(self.canvas, a, (a[0] - ux, a[1] - uy), house)
            arrowhead(self.canvas, b, (b[0] + ux, b[1] + uy), house)
            return
        if self._text_on_line(line):
            self.canvas.line(a, b, pen)
        else:
            needed = house.text_mm if self._upright(line) else label_width_mm(line.label, house)
            half = (length - needed) / 2 - 0.3 * house.text_mm
            self.canvas.line(a, (a[0] + half * ux, a[1] + half * uy), pen)
            self.canvas.line((b[0] - half * ux, b[1] - half * uy), b, pen)
        arrowhead(self.canvas, a, b, house)
        arrowhead(self.canvas, b, a, house)

    def _draw_ordinate(self, line: Linear, end: Point) -> Point | None:
        """One extension line with the value at its end."""
        height, wide = self.house.text_mm, width_mm(line.label.main, self.house.font, self.house.text_mm)
        x0, y0, x1, y1 = self.placed.box_mm
        reach = line.b.low if line.side in ("bottom", "left") else line.b.high
        sign = -1.0 if line.side in ("top", "left") else 1.0
        edge = {"top": y0, "bottom": y1, "left": x0, "right": x1}[line.side]
        stop = edge + sign * 1.2 * height
        middle = stop + sign * (0.5 * height + wide / 2)
        pen, gap = self.house.pens.dimension, sign * self.house.gap_mm
        if line.axis == 0:
            spot = (end[0] + height / 2, middle)
            box = (end[0] - height / 2, middle - wide / 2, end[0] + height / 2, middle + wide / 2)
            start, stop_at = (end[0], self.placed.paper(line.b.at, reach)[1] + gap), (end[0], stop)
        else:
            spot = (middle, end[1] + height / 2)
            box = (middle - wide / 2, end[1] - height / 2, middle + wide / 2, end[1] + height / 2)
            start, stop_at = (self.placed.paper(reach, line.b.at)[0] + gap, end[1]), (stop, end[1])
        if not self._room(box, 0.0):
            return None
        self.canvas.take(box)
        self.canvas.line(start, stop_at, pen)
        draw_label(self.canvas, line.label, spot, 90.0 if line.axis == 0 else 0.0, self.house)
        return spot

    def _leader_spot(self, leader: Leader, angle: float) -> tuple[Point, BoxMm]:
        """(knee, box of the text) for a direction of the pointer, just outside the view where that is near."""
        house, label = self.house, leader.label
        cx, cy = self.placed.paper(*leader.centre)
        ux, uy = math.cos(angle), -math.sin(angle)
        x0, y0, x1, y1 = inflated(self.placed.box_mm, 1.5 * house.text_mm)
        sides = ((x1 if ux > 0 else x0, cx, ux), (y1 if uy > 0 else y0, cy, uy))
        reach = min((side - centre) / u for side, centre, u in sides if abs(u) > 1e-6)
        radius = leader.radius * self.placed.scale
        if reach > radius + LONG_REACH_MM:
            reach = radius + 3.5 * house.text_mm
        knee = (cx + reach * ux, cy + reach * uy)
        below = [width_mm(text, house.font, house.text_mm) for text in label.below]
        wide = max(label_width_mm(label, house), *below, 0.0)
        side = 1.0 if ux >= 0 else -1.0
        start = knee[0] + side * 0.8 * house.text_mm
        low = knee[1] + len(label.below) * 1.6 * house.text_mm
        left, right = sorted((start, start + side * wide))
        return knee, (left, knee[1] - 1.4 * house.text_mm, right, low)

    def _draw_pointer(self, leader: Leader, angle: float, knee: Point) -> None:
        house, size = self.house, self.house.text_mm
        cx, cy = self.placed.paper(*leader.centre)
        radius, side = leader.radius * self.placed.scale, 1.0 if math.cos(angle) >= 0 else -1.0
        tip = (cx + radius * math.cos(angle), cy - radius * math.sin(angle))
        wide = label_width_mm(leader.label, house)
        shelf = 0.8 * size + wide if house.text_above else 0.6 * size
        self.canvas.polyline([tip, knee, (knee[0] + side * shelf, knee[1])], house.pens.dimension)
        arrowhead(self.canvas, tip, knee, house)
        drop = 0.3 * size if house.text_above else -0.5 * size
        middle = (knee[0] + side * (0.8 * size + wide / 2), knee[1] - drop)
        draw_label(self.canvas, leader.label, middle, 0.0, house)
        for number, text in enumerate(leader.label.below, start=1):
            at = (middle[0], middle[1] + number * 1.6 * size)
            self.canvas.text(text, at, size, house.font, color=house.text_color, anchor="centre")

    def _draw_across(self, leader: Leader) -> None:
        """A diameter line through the circle with its text on it."""
        cx, cy = self.placed.paper(*leader.centre)
        angle = math.atan(math.tan(leader.angle)) * 0.7
        radius = leader.radius * self.placed.scale
        ux, uy = math.cos(angle), -math.sin(angle)
        a, b = (cx - radius * ux, cy - radius * uy), (cx + radius * ux, cy + radius * uy)
        self.canvas.line(a, b, self.house.pens.dimension)
        arrowhead(self.canvas, a, b, self.house)
        arrowhead(self.canvas, b, a, self.house)
        lift = 0.35 * self.house.text_mm
        middle = (cx + 0.35 * radius * ux + lift * uy, cy + 0.35 * radius * uy - lift * ux)
        draw_label(self.canvas, leader.label, middle, math.degrees(angle), self.house)

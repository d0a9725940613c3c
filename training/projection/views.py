"""Solid to views: exact hidden-line removal, sections and shaded pictures. Needs the CAD kernel (extra `cad`).

What is seen is decided from a direction tilted by a hair, the edges that are drawn are projected along the true one:
seen exactly along its faces, a part has edges on edges, on which the kernel is thirty times slower and leaves crumbs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from build123d import Box, Compound, Pos
from build123d import Shape as Solid
from numpy.typing import NDArray
from OCP.BRepAdaptor import BRepAdaptor_Curve
from OCP.BRepBuilderAPI import BRepBuilderAPI_Transform
from OCP.BRepLib import BRepLib
from OCP.GCPnts import GCPnts_QuasiUniformDeflection
from OCP.GeomAbs import GeomAbs_CurveType
from OCP.gp import gp_Ax2, gp_Ax3, gp_Dir, gp_Pnt, gp_Trsf
from OCP.HLRAlgo import HLRAlgo_Projector
from OCP.HLRBRep import HLRBRep_Algo, HLRBRep_HLRToShape, HLRBRep_TypeOfResultingEdge
from OCP.TopAbs import TopAbs_ShapeEnum
from OCP.TopExp import TopExp_Explorer
from OCP.TopoDS import TopoDS, TopoDS_Shape

from training.bank import Line, View, ViewName
from training.projection.curves import Linework, bounds_mm, view_of
from training.projection.shading import shade

Direction = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Camera:
    """towards: from the part to the viewer. right: the direction that is to the right in the view."""

    towards: Direction
    right: Direction


SIDES: Mapping[ViewName, Camera] = {
    "front": Camera((0, -1, 0), (1, 0, 0)),
    "back": Camera((0, 1, 0), (-1, 0, 0)),
    "left": Camera((-1, 0, 0), (0, -1, 0)),
    "right": Camera((1, 0, 0), (0, 1, 0)),
    "top": Camera((0, 0, 1), (1, 0, 0)),
    "bottom": Camera((0, 0, -1), (1, 0, 0)),
}
DEFLECTION = 5e-4  # of the part's size: how far a sampled curve may leave the true one
TILT = 1e-4  # of a radian
EdgeType = HLRBRep_TypeOfResultingEdge
OUTLINE = EdgeType.HLRBRep_OutLine  # taken as seen, tilted: in space, the outlines of rings come out wrong
DRAWN = (
    (Line.VISIBLE, EdgeType.HLRBRep_Sharp, True),
    (Line.VISIBLE, OUTLINE, True),
    (Line.TANGENT, EdgeType.HLRBRep_Rg1Line, True),
    (Line.HIDDEN, EdgeType.HLRBRep_Sharp, False),
    (Line.HIDDEN, OUTLINE, False),
)
STRAY = 2e-3  # of the part's size
MESH_DEFLECTION = 4e-3
MESH_ANGLE = 0.3


def iso_camera(towards: Direction) -> Camera:
    """A camera from any side with the part's z upright in the view."""
    x, y, _ = towards
    return Camera(towards, (-y, x, 0.0))


def project(solid: Solid, camera: Camera, *, hidden: bool = True) -> View:
    """The view from `camera`: visible, tangent and, if asked for, hidden edges. The part's origin is at (0, 0)."""
    return view_of(_linework(solid, camera, hidden=hidden))


def project_shaded(solid: Solid, camera: Camera, long_side_px: int, albedo: float) -> View:
    """As `project` without hidden edges, with the shaded picture over the same bounds."""
    work = _linework(solid, camera, hidden=False)
    vertices, triangles = _mesh(solid)
    picture = shade(vertices @ _frame(camera).T, triangles, bounds_mm(work), long_side_px, albedo)
    return view_of(work, picture)


def section(solid: Solid, y_mm: float = 0.0) -> View:
    """The front view of what lies behind the plane y = `y_mm`; outlines of the cut faces are CUT."""
    camera = SIDES["front"]
    size = 4 * solid.bounding_box(optimal=False).diagonal
    behind = Pos(0, y_mm + size / 2, 0) * Box(size, size, size)
    pieces = Compound(children=[piece for body in solid.solids() for piece in _solids(body & behind)])
    work = _linework(pieces, camera, hidden=False)
    deflection = DEFLECTION * solid.bounding_box(optimal=False).diagonal
    for face in pieces.faces():
        if _is_cut(face, y_mm):
            for edge in face.edges():
                _collect(work, Line.CUT, _moved(edge.wrapped, camera), deflection)
    return view_of(work)


def _solids(shape: Any) -> list[Any]:
    """The solids of what a boolean gave: a shape, a list of shapes, or nothing."""
    return [] if shape is None else list(shape.solids())


def _is_cut(face: Any, y_mm: float) -> bool:
    box = face.bounding_box(optimal=False)
    return bool(abs(box.min.Y - y_mm) < 1e-5 and abs(box.max.Y - y_mm) < 1e-5)


def _axes(camera: Camera) -> gp_Ax2:
    return gp_Ax2(gp_Pnt(0, 0, 0), gp_Dir(*camera.towards), gp_Dir(*camera.right))


def _frame(camera: Camera) -> NDArray[np.float64]:
    """(3, 3) rows right, up, towards: takes points of the part into the view."""
    towards = np.array(camera.towards) / np.linalg.norm(camera.towards)
    right = np.array(camera.right) / np.linalg.norm(camera.right)
    return np.stack([right, np.cross(towards, right), towards])


def _moved(shape: TopoDS_Shape, camera: Camera) -> TopoDS_Shape:
    move = gp_Trsf()
    move.SetTransformation(gp_Ax3(_axes(camera)))
    return BRepBuilderAPI_Transform(shape, move, theCopyGeom=True).Shape()


def _linework(solid: Solid, camera: Camera, *, hidden: bool) -> Linework:
    BRepLib.EncodeRegularity_s(solid.wrapped)  # else a boolean's seams count as sharp
    algorithm = HLRBRep_Algo()
    algorithm.Add(solid.wrapped)
    algorithm.Projector(HLRAlgo_Projector(_axes(_tilted(camera))))
    algorithm.Update()
    algorithm.Hide()
    edges = HLRBRep_HLRToShape(algorithm)
    work = Linework()
    deflection = DEFLECTION * solid.bounding_box(optimal=False).diagonal
    for line, kind, visible in DRAWN if hidden else DRAWN[:3]:
        group = edges.CompoundOfEdges(kind, visible, In3d=kind != OUTLINE)
        if group is not None and not group.IsNull():
            BRepLib.BuildCurves3d_s(group)
            for edge in _edges(group if kind == OUTLINE else _moved(group, camera)):
                _collect(work, line, edge, deflection)
    return _without_strays(work, solid, camera)


def _without_strays(work: Linework, solid: Solid, camera: Camera) -> Linework:
    """The linework less the curves that leave the part: the kernel closes the outlines of rings by a chord at times."""
    box = solid.bounding_box(optimal=False)
    corners = np.array(list(product(*zip(tuple(box.min), tuple(box.max), strict=True)))) @ _frame(camera)[:2].T
    low, high = corners.min(axis=0) - STRAY * box.diagonal, corners.max(axis=0) + STRAY * box.diagonal
    kept = [(line, curve) for line, curve in work.curves if ((curve > low) & (curve < high)).all()]
    return Linework(kept, work.arcs)


def _tilted(camera: Camera) -> Camera:
    """The camera turned by a hair, about an axis square to none of a part's."""
    right, up, towards = _frame(camera)
    return Camera(tuple(towards + TILT * right + 0.7 * TILT * up), tuple(right - TILT * towards))


def _edges(group: TopoDS_Shape) -> Iterator[TopoDS_Shape]:
    explorer = TopExp_Explorer(group, TopAbs_ShapeEnum.TopAbs_EDGE)
    while explorer.More():
        yield explorer.Current()
        explorer.Next()


def _collect(work: Linework, line: Line, edge: TopoDS_Shape, deflection_mm: float) -> None:
    curve = BRepAdaptor_Curve(TopoDS.Edge(edge))
    first, last = curve.FirstParameter(), curve.LastParameter()
    if curve.GetType() == GeomAbs_CurveType.GeomAbs_Circle and abs(curve.Circle().Axis().Direction().Z()) > 1 - 1e-9:
        work.arcs.append((line, _arc(curve, first, last)))
    elif curve.GetType() == GeomAbs_CurveType.GeomAbs_Line:
        work.curves.append((line, _points(curve, [first, last])))
    else:
        samples = GCPnts_QuasiUniformDeflection(curve, deflection_mm)
        points = [samples.Value(i) for i in range(1, samples.NbPoints() + 1)]
        if len(points) > 1:
            work.curves.append((line, np.array([(p.X(), p.Y()) for p in points])))


def _arc(curve: BRepAdaptor_Curve, first: float, last: float) -> NDArray[np.float64]:
    circle = curve.Circle()
    centre = circle.Location()
    counter_clockwise = circle.Axis().Direction().Z() > 0
    from_ = curve.Value(first if counter_clockwise else last)
    start = np.arctan2(from_.Y() - centre.Y(), from_.X() - centre.X())
    return np.array([centre.X(), centre.Y(), circle.Radius(), start, start + last - first])


def _points(curve: BRepAdaptor_Curve, at: list[float]) -> NDArray[np.float64]:
    return np.array([(p.X(), p.Y()) for p in map(curve.Value, at)])


def _mesh(solid: Solid) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    vertices, triangles = solid.tessellate(MESH_DEFLECTION * solid.bounding_box(optimal=False).diagonal, MESH_ANGLE)
    return np.array([tuple(v) for v in vertices]), np.array(triangles)

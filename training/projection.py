"""Solid to views: exact hidden-line removal, sections and shaded pictures. Needs the CAD kernel (extra `cad`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
from OCP.HLRBRep import HLRBRep_Algo, HLRBRep_HLRToShape
from OCP.TopAbs import TopAbs_ShapeEnum
from OCP.TopExp import TopExp_Explorer
from OCP.TopoDS import TopoDS, TopoDS_Shape

from training.bank import Line, View, ViewName
from training.curves import Linework, bounds_mm, view_of
from training.shading import shade

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
    behind = solid & (Pos(0, y_mm + size / 2, 0) * Box(size, size, size))
    pieces = Compound(children=list(behind.solids()))
    work = _linework(pieces, camera, hidden=False)
    deflection = DEFLECTION * solid.bounding_box(optimal=False).diagonal
    for face in pieces.faces():
        if _is_cut(face, y_mm):
            for edge in face.edges():
                _collect(work, Line.CUT, _moved(edge.wrapped, camera), deflection)
    return view_of(work)


def _is_cut(face: Any, y_mm: float) -> bool:
    box = face.bounding_box(optimal=False)
    return abs(box.min.Y - y_mm) < 1e-5 and abs(box.max.Y - y_mm) < 1e-5


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
    algorithm = HLRBRep_Algo()
    algorithm.Add(solid.wrapped)
    algorithm.Projector(HLRAlgo_Projector(_axes(camera)))
    algorithm.Update()
    algorithm.Hide()
    edges = HLRBRep_HLRToShape(algorithm)
    groups = [
        (Line.VISIBLE, edges.VCompound()),
        (Line.VISIBLE, edges.OutLineVCompound()),
        (Line.TANGENT, edges.Rg1LineVCompound()),
    ]
    if hidden:
        groups += [(Line.HIDDEN, edges.HCompound()), (Line.HIDDEN, edges.OutLineHCompound())]
    work = Linework()
    deflection = DEFLECTION * solid.bounding_box(optimal=False).diagonal
    for line, group in groups:
        for edge in _edges(group):
            _collect(work, line, edge, deflection)
    return work


def _edges(group: TopoDS_Shape | None) -> Iterator[TopoDS_Shape]:
    if group is None or group.IsNull():
        return
    BRepLib.BuildCurves3d_s(group)
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

"""Opaque things are drawn nearest first and unblended; what comes after them still blends."""

import numpy as np
from vtkmodules.vtkFiltersSources import vtkSphereSource
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from interact_app.scene.scene import Scene
from interact_core.inspection import PosedClip


def _half_white_room() -> vtkActor:
    """A ball around everything, half transparent, drawn with the opaque things."""
    ball = vtkSphereSource()
    ball.SetRadius(20.0)
    mapper = vtkPolyDataMapper()
    mapper.SetInputConnection(ball.GetOutputPort())
    actor = vtkActor()
    actor.SetMapper(mapper)
    actor.ForceOpaqueOn()
    actor.UseBoundsOff()
    prop = actor.GetProperty()
    prop.SetOpacity(0.5)
    prop.LightingOff()
    prop.FrontfaceCullingOn()
    return actor


def test_whatever_is_added_later_is_blended(scene: Scene) -> None:
    """The floor's shadow is the last of the scene's own that needs blending, and it may be hidden."""
    for ground in (True, False):
        scene.set_overlay("ground", ground)
        scene.show_gizmo(False)
        scene.render()
        before = scene.pixels().astype(int)
        room = _half_white_room()
        scene._renderer.AddActor(room)
        scene.camera.set_extent(30.0)
        scene.render()
        changed = scene.pixels().astype(int)
        far = np.s_[:40, :60]  # the backdrop: nothing there is nearer than the room
        np.testing.assert_allclose(changed[far], (before[far] + 255) / 2, atol=2)
        scene._renderer.RemoveActor(room)


def test_surfaces_stay_before_the_floor_and_the_background(scene: Scene, posed: PosedClip) -> None:
    def order() -> list[str]:
        props = scene._renderer.GetViewProps()
        names = {id(scene._backdrop.actor): "backdrop"} | {id(s.actor): n for n, s in scene._subjects.surfaces.items()}
        return [names.get(id(props.GetItemAsObject(k)), "other") for k in range(props.GetNumberOfItems())]

    for _ in range(2):
        shown = order()
        assert set(shown[:2]) == {"body", "object"} and shown.count("backdrop") == 1
        scene.set_clip(posed)

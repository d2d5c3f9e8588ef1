"""The object picker: the open clip's, those of the project and of the demo, any mesh file."""

from importlib.resources import files
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QFileDialog, QSizePolicy, QWidget

from interact_app.generate.plan import Plan
from interact_app.generate.wish import ThingSource
from interact_app.session import Session
from interact_app.widgets.buttons import describe

_FILE = "file"


class ThingPicker(QComboBox):
    """Filled when it is opened or another clip is; a mesh is read only when something is generated with it."""

    def __init__(self, session: Session, plan: Plan, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._plan = session, plan
        describe(self, self.tr("The object to be handled"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.activated.connect(self._take)
        session.clip_opened.connect(self.fill)
        session.project_opened.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """Whatever is offered now, with what was chosen before if it still is."""
        chosen = self._plan.wish.thing
        self.clear()
        clip = self._session.clip
        own = clip.objects[0].name if clip is not None and clip.objects else ""
        self.addItem(self.tr("Of the open clip: {0}").format(own) if own else self.tr("Of the open clip"), ThingSource())
        known = self._project_things()
        for thing in known:
            self.addItem(thing.name, thing)
        for thing in props():
            if thing.name not in {one.name for one in known}:
                self.addItem(self.tr("{0} (demo)").format(thing.name), thing)
        if chosen.kind == "mesh":
            self.addItem(chosen.name, chosen)
        self.insertSeparator(self.count())
        self.addItem(self.tr("A mesh file…"), _FILE)
        self._show(chosen)

    def _show(self, thing: ThingSource) -> None:
        places = [k for k in range(self.count()) if self.itemData(k) == thing]
        if not places:
            self._plan.change(thing=ThingSource())
        self.setCurrentIndex(places[0] if places else 0)

    def _project_things(self) -> list[ThingSource]:
        project = self._session.project
        if project is None:
            return []
        return [ThingSource("project", name) for name in project.library.objects()]

    def _take(self, index: int) -> None:
        data = self.itemData(index)
        if data == _FILE:
            name, _ = QFileDialog.getOpenFileName(self, self.tr("An object"), "", "Meshes (*.obj *.ply *.stl *.glb *.gltf *.off)")
            if name:
                self._plan.change(thing=ThingSource("mesh", Path(name).stem, Path(name)))
            self.fill()
        elif isinstance(data, ThingSource):
            self._plan.change(thing=data)


def props() -> list[ThingSource]:
    """The demo's things that are one mesh."""
    root = Path(str(files("resources"))) / "demo" / "objects"
    found = [(folder.name, folder / f"{folder.name}.obj") for folder in sorted(root.glob("*"))]
    return [ThingSource("prop", name, path) for name, path in found if path.is_file()]

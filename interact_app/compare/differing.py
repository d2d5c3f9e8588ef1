"""What the second side has changed against the first, vertex by vertex: computed once for a pair, in the background."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from interact_app.bridge.explain import explain
from interact_app.bridge.jobs import JobQueue
from interact_core.jobs.context import JobContext

if TYPE_CHECKING:
    from interact_app.compare.comparison import Comparison
    from interact_app.compare.sides import Side
    from interact_core.compare import DifferenceFields
    from interact_core.inspection import VertexField

_Pair = tuple[object, object, bool]


class Differing(QObject):
    """`problem` says in words why there is none."""

    def __init__(self, comparison: "Comparison", jobs: JobQueue) -> None:
        super().__init__(comparison)
        self._comparison, self._jobs = comparison, jobs
        self._asked: _Pair | None = None
        self._found: DifferenceFields | None = None
        self.problem = ""
        comparison.changed.connect(self._look)
        comparison.arrived.connect(lambda _start, _stop: self._look())

    def field(self, target: str) -> "VertexField | None":
        """Of "body" or "object", in the quantity that is asked for."""
        if self._found is None:
            return None
        return self._found.fields.get(f"{target}_{self._comparison.quantity}")

    def _look(self) -> None:
        comparison = self._comparison
        if comparison.mode != "difference" or not comparison.active:
            self._asked = self._found = None
            self.problem = ""
            return
        a, b = comparison.sides[:2]
        if not (a.is_posed and b.is_posed):
            return
        measured = a.inspection is not None and b.inspection is not None
        pair = (a.posed, b.posed, measured)
        if self._asked is None or any(one is not other for one, other in zip(pair, self._asked, strict=True)):
            self._asked, self.problem = pair, ""
            self._ask(a, b, pair)

    def _ask(self, a: "Side", b: "Side", pair: _Pair) -> None:
        before, after = a.posed, b.posed
        assert before is not None and after is not None
        distances = (a.fields, b.fields) if pair[2] and a.fields is not None and b.fields is not None else None

        def work(context: JobContext) -> "DifferenceFields":
            from interact_core.compare import difference

            return difference(before, after, distances)

        self._jobs.submit(
            self.tr("Difference of {0} and {1}").format(a.title, b.title), work,
            done=lambda found: self._take(pair, found, ""), failed=lambda error: self._take(pair, None, explain(error)),
        )  # fmt: skip

    def _take(self, pair: _Pair, found: "DifferenceFields | None", problem: str) -> None:
        if self._asked is pair:
            self._found, self.problem = found, problem
            self._comparison.changed.emit()

"""The domain: what a clip is. Everything else in the project speaks in these types."""

from interact_core.clip.body import Betas, BodyMotion, Family, Floats, Gender, RestJoints, Shape, TemplateVertices
from interact_core.clip.clip import Clip, Notice, Source
from interact_core.clip.objects import Hinge, Mesh, ObjectMotion, ObjectPart
from interact_core.clip.text import Caption, Segment

__all__ = [
    "Betas", "BodyMotion", "Caption", "Clip", "Family", "Floats", "Gender", "Hinge", "Mesh", "Notice", "ObjectMotion",
    "ObjectPart", "RestJoints", "Segment", "Shape", "Source", "TemplateVertices",
]  # fmt: skip

"""Refinement: repairs penetration, floating, missing hands, flipped wrists, skating and jitter of a clip.

docs/refinement.md tells the method. The door is `refine_clip`; what may be set is `RefineOptions`.
"""

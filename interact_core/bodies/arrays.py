"""Arrays of either library: the same lines pose a body in numpy, and in torch on any device or under autograd.

numpy is what the first picture waits for: importing torch takes 1 to 3 s, posing a clip less than that.
"""

from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = Any
"""A numpy array or a torch tensor; the functions that take it return the same kind on the same device."""


def namespace(x: Array) -> Any:
    """The functions for arrays of x's kind, under the names of the array API standard."""
    if isinstance(x, np.ndarray):
        return np  # numpy 2 speaks the standard itself, and array_api_compat imports all of numpy's corners for it: 0.3 s
    from array_api_compat import array_namespace

    return array_namespace(x)


def like(values: Any, x: Array) -> Array:
    """values as an array of x's kind on x's device, in their own dtype."""
    xp = namespace(x)
    return xp.asarray(values) if isinstance(x, np.ndarray) else xp.asarray(values, device=x.device)

"""Arrays by what they hold."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
# One a row, of shape (..., dimensions).
Vectors = np.ndarray[Any, np.dtype[np.float32]]
# A text's vector, shape (dimensions,), and those of all its tokens, marks of beginning and end too, (tokens, dimensions).
Pooled = tuple[Vectors, Vectors]

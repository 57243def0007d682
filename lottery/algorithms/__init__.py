"""The lottery's mathematics without Django: quotas and a pool in, an ordered list of equally likely panels out.

Read in this order: `problem` (what is asked), `reading` (the field's CSV files), `classes` (who is interchangeable),
`leximin` and `objectives` (which chances are fairest), `mixture` (real panels that give those chances), `listing` and
`seating` (the list of panels the public number chooses from), `alternates`, `drawing` (all of it in one call).
The method, its sources and its limits are described in docs/lottery-method.md.

Everything is deterministic: no clock, no randomness but a given seed, one thread.
"""

import os
import sys

# numpy reads these once. Sums must not depend on how many processors there are, and one draw is to keep to one.
if "numpy" not in sys.modules:
    os.environ.update({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"})

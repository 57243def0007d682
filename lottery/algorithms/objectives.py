"""The four objectives by name. Choosing one is a political decision; docs/lottery-method.md says what speaks for each."""

from lottery.algorithms.frontier import goldilocks, maximin
from lottery.algorithms.leximin import leximin
from lottery.algorithms.nash import nash

OBJECTIVES = {"leximin": leximin, "maximin": maximin, "nash": nash, "goldilocks": goldilocks}

"""A thin, single-threaded and repeatable front to HiGHS: one persistent model whose bounds, costs and rows change.

HiGHS (Huangfu and Hall 2018, https://highs.dev) is the only solver; everything here maximises.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

INFINITY = highspy.kHighsInf
TOLERANCE = 1e-9  # primal and dual, the smallest HiGHS promises to keep in doubles
_OPTIMAL = highspy.HighsModelStatus.kOptimal
_INFEASIBLE = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)


class SolverError(RuntimeError):
    """HiGHS ended in a state that is neither optimal nor infeasible."""


@dataclass(frozen=True)
class Solution:
    """Optimal values of the columns, their reduced costs (≤ 0 at a lower bound), the rows' duals, the objective."""

    values: np.ndarray
    reduced: np.ndarray
    duals: np.ndarray
    objective: float


class Model:
    """maximise cost · x subject to low ≤ matrix x ≤ high and lower ≤ x ≤ upper; with `integer` an integer program.

    An integer program ends as soon as its best value is proven to be within `gap` of the optimum.
    """

    def __init__(
        self,
        matrix: np.ndarray,
        low: np.ndarray,
        high: np.ndarray,
        upper: np.ndarray,
        *,
        cost: np.ndarray | None = None,
        integer: bool = False,
        gap: float = 1e-7,
    ):
        rows, columns = matrix.shape
        self.highs = highspy.Highs()
        for option, value in _options(integer, gap).items():
            self.highs.setOptionValue(option, value)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = columns, rows
        lp.col_cost_ = np.zeros(columns) if cost is None else np.asarray(cost, dtype=float)
        lp.col_lower_, lp.col_upper_ = np.zeros(columns), np.asarray(upper, dtype=float)
        lp.row_lower_, lp.row_upper_ = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
        lp.sense_ = highspy.ObjSense.kMaximize
        _fill(lp.a_matrix_, matrix)
        if integer:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * columns
        self.integer = integer
        self.highs.passModel(lp)

    def solve(self) -> Solution | None:
        """The optimum, or None if nothing is feasible; raises SolverError for any other end."""
        self.highs.run()
        status = self.highs.getModelStatus()
        if status in _INFEASIBLE:
            return None
        if status != _OPTIMAL:
            status = self._again()
            if status in _INFEASIBLE:
                return None
        if status != _OPTIMAL:
            raise SolverError(f"HiGHS ended with {self.highs.modelStatusToString(status)}")
        found = self.highs.getSolution()
        reduced = np.zeros(0) if self.integer else np.array(found.col_dual)
        duals = np.zeros(0) if self.integer else np.array(found.row_dual)
        return Solution(np.array(found.col_value), reduced, duals, self.highs.getInfo().objective_function_value)

    def _again(self) -> highspy.HighsModelStatus:
        """A second try from scratch, for the rare stall on a warm basis."""
        self.highs.clearSolver()
        self.highs.run()
        return self.highs.getModelStatus()

    def set_costs(self, cost: np.ndarray) -> None:
        self.highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), np.asarray(cost, dtype=float))

    def set_column_bounds(self, columns: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> None:
        indexes = np.asarray(columns, dtype=np.int32)
        self.highs.changeColsBounds(
            len(indexes), indexes, np.asarray(lower, dtype=float), np.asarray(upper, dtype=float)
        )

    def set_row_bounds(self, low: np.ndarray, high: np.ndarray) -> None:
        """Bounds of the first len(low) rows."""
        indexes = np.arange(len(low), dtype=np.int32)
        lows, highs = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
        self.highs.changeRowsBounds(len(low), indexes, lows, highs)  # type: ignore[attr-defined]  # not in its stubs

    def set_row_bound(self, row: int, low: float, high: float) -> None:
        self.highs.changeRowBounds(row, low, high)

    def set_coefficients(self, column: int, values: Sequence[float]) -> None:
        """The first len(values) entries of one column."""
        for row, value in enumerate(values):
            self.highs.changeCoeff(row, column, float(value))

    def set_coefficient(self, row: int, column: int, value: float) -> None:
        self.highs.changeCoeff(row, column, float(value))

    def add_row(
        self, low: float, high: float, columns: Sequence[int] | np.ndarray, values: Sequence[float] | np.ndarray
    ) -> int:
        """Append a row; returns its index."""
        self.highs.addRow(low, high, len(columns), np.asarray(columns, dtype=np.int32), np.asarray(values, dtype=float))
        return self.highs.getNumRow() - 1

    def add_column(self, cost: float, lower: float, upper: float, rows: np.ndarray, values: np.ndarray) -> int:
        """Append a column; returns its index."""
        self.highs.addCol(
            cost, lower, upper, len(rows), np.asarray(rows, dtype=np.int32), np.asarray(values, dtype=float)
        )
        return self.highs.getNumCol() - 1


def _options(integer: bool, gap: float) -> dict[str, bool | int | float | str]:
    options: dict[str, bool | int | float | str] = {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": 0,
        "primal_feasibility_tolerance": TOLERANCE,
        "dual_feasibility_tolerance": TOLERANCE,
    }
    if integer:
        options |= {"mip_rel_gap": 0.0, "mip_abs_gap": gap, "mip_feasibility_tolerance": TOLERANCE}
    else:
        options |= {"presolve": "off", "solver": "simplex"}
    return options


def _fill(target, matrix: np.ndarray) -> None:
    rows, columns = matrix.shape
    column_of, row_of = np.nonzero(matrix.T)
    target.format_ = highspy.MatrixFormat.kColwise
    target.start_ = np.concatenate([[0], np.cumsum(np.bincount(column_of, minlength=columns))]).astype(np.int32)
    target.index_ = row_of.astype(np.int32)
    target.value_ = matrix.T[column_of, row_of].astype(float)
    target.num_col_, target.num_row_ = columns, rows

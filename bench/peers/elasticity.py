"""Displacements of linear elasticity on a regular grid, by SciPy, CHOLMOD and PyAMG: assembly and solution for one set of moduli.

`x` of the input holds the moduli, `x` fastest, then `y`, then `z`. In the plane the grid is half of a beam on two supports, in space a
cantilever whose free end is pulled along its lower edge. The pattern of the matrix and the places of its entries are made once, as one
would in an optimization.
"""

import cvxopt
import cvxopt.cholmod
import numpy as np
import pyamg
import scipy.sparse as sp
import scipy.sparse.linalg as spla
import torch
from measure import arguments, measure


def stiffness(dimension, poisson=0.3):
    """Of the unit square in plane stress or the unit cube; unknown `c` of corner `n` at `dimension * n + c`."""
    corners = [[n >> axis & 1 for axis in range(dimension)] for n in range(2**dimension)]
    if dimension == 2:
        law = np.array([[1, poisson, 0], [poisson, 1, 0], [0, 0, (1 - poisson) / 2]]) / (1 - poisson**2)
        pairs = [(0, 1)]
    else:
        direct = np.full((3, 3), poisson) + np.eye(3) * (1 - 2 * poisson)
        law = np.zeros((6, 6))
        law[:3, :3] = direct / ((1 + poisson) * (1 - 2 * poisson))
        law[3:, 3:] = np.eye(3) / (2 * (1 + poisson))
        pairs = [(1, 2), (0, 2), (0, 1)]
    matrix = 0.0
    for point in corners:
        at = [0.5 + (bit - 0.5) / 3**0.5 for bit in point]
        strain = np.zeros((len(law), dimension * len(corners)))
        for n, corner in enumerate(corners):
            shape = [at[a] if corner[a] else 1 - at[a] for a in range(dimension)]
            slope = [(2 * corner[a] - 1) * np.prod(shape[:a] + shape[a + 1 :]) for a in range(dimension)]
            for a in range(dimension):
                strain[a, dimension * n + a] = slope[a]
            for row, (a, b) in enumerate(pairs, dimension):
                strain[row, dimension * n + a] = slope[b]
                strain[row, dimension * n + b] = slope[a]
        matrix = matrix + strain.T @ law @ strain / len(corners)
    return matrix


class Elasticity:
    """Unknown `c` of node `n` at `dimension * n + c`."""

    def __init__(self, size):
        dimension = len(size)
        nodes = np.arange(np.prod([n + 1 for n in size])).reshape([n + 1 for n in size], order="F")
        first = nodes[tuple(slice(0, n) for n in size)].ravel(order="F")
        offsets = [nodes[tuple(n >> axis & 1 for axis in range(dimension))] for n in range(2**dimension)]
        places = (first[:, None] + np.array(offsets))[:, :, None] * dimension + np.arange(dimension)
        places = places.reshape(len(first), -1)
        order = places.shape[1]
        self.k0 = stiffness(dimension).ravel()
        fixed = np.zeros((nodes.size, dimension), bool)
        self.load = np.zeros((nodes.size, dimension))
        if dimension == 2:
            fixed[nodes[0], 0] = True
            fixed[nodes[-1, 0], 1] = True
            self.load[nodes[0, -1], 1] = -1.0
        else:
            fixed[nodes[0].ravel()] = True
            self.load[nodes[-1, 0], 1] = -1.0 / (size[2] + 1)
        self.free = np.flatnonzero(~fixed.ravel())
        number = np.full(fixed.size, -1)
        number[self.free] = np.arange(len(self.free))
        rows = number[np.repeat(places, order, axis=1).ravel()]
        columns = number[np.tile(places, (1, order)).ravel()]
        self.kept = (rows >= 0) & (columns >= 0)
        count = len(self.free)
        # Where each entry of each element goes among the entries of the matrix.
        keys = rows[self.kept].astype(np.int64) * count + columns[self.kept]
        unique, self.place = np.unique(keys, return_inverse=True)
        self.indices = (unique % count).astype(np.int32)
        self.indptr = np.searchsorted(unique // count, np.arange(count + 1)).astype(np.int32)
        self.load = self.load.ravel()[self.free]
        self.nodes = np.stack([c.ravel(order="F") for c in np.meshgrid(*[np.arange(n + 1.0) for n in size], indexing="ij")], axis=1)

    def matrix(self, moduli):
        values = (moduli[:, None] * self.k0).ravel()[self.kept]
        data = np.bincount(self.place, values, len(self.indices))
        return sp.csr_matrix((data, self.indices, self.indptr), shape=(len(self.free),) * 2)

    def rigid_modes(self):
        x = self.nodes
        dimension = x.shape[1]
        modes = []
        for c in range(dimension):
            mode = np.zeros_like(x)
            mode[:, c] = 1.0
            modes.append(mode.ravel())
        for a in range(dimension):
            for b in range(a):
                mode = np.zeros_like(x)
                mode[:, a], mode[:, b] = x[:, b], -x[:, a]
                modes.append(mode.ravel())
        return np.stack(modes, axis=1)[self.free]


def spsolve(problem, moduli):
    matrix = problem.matrix(moduli).tocsc()
    return spla.splu(matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}).solve(problem.load)


def smoothed_aggregation(problem, moduli):
    matrix = problem.matrix(moduli)
    levels = pyamg.smoothed_aggregation_solver(matrix, B=problem.rigid_modes(), symmetry="symmetric")
    # A residual of 1e-4 is about what an error of 1e-8 in the energy is; see the energies that are printed.
    return levels.solve(problem.load, tol=problem.tolerance, accel="cg", maxiter=500)


def cholmod(problem, moduli):
    lower = sp.tril(problem.matrix(moduli)).tocoo()
    u = cvxopt.matrix(problem.load)
    cvxopt.cholmod.linsolve(cvxopt.spmatrix(lower.data, lower.row, lower.col, lower.shape), u)
    return np.array(u).ravel()


if __name__ == "__main__":
    options = arguments(__doc__, nx=60, ny=20, nz=0, solver="spsolve", tolerance=1e-8)
    problem = Elasticity([options.nx, options.ny] + ([options.nz] if options.nz else []))
    problem.tolerance = options.tolerance
    solve = {"spsolve": spsolve, "pyamg": smoothed_aggregation, "cholmod": cholmod}[options.solver]
    moduli = options.x.numpy()

    def evaluate():
        u = solve(problem, moduli)
        return problem.load @ u, torch.from_numpy(u)

    measure(f"elasticity by {options.solver}", evaluate, options.seconds)

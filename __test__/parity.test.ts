// Every stage, through the package as users get it, against numbers computed by the published Python implementation.
import {
  BaseAdam,
  LGFAdam,
  LGFGradientFlow,
  leastSquares,
  type Objective,
  type Optimizer,
  PolynomialLibrary,
  polynomialFeatures,
  stlsq,
  strongForm,
  weakForm,
} from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { closedForm, golden, relativeError, type Stored } from './support/golden.ts';

describe('library', () => {
  const file = golden('library');
  test.each<Stored>(file.cases)(
    'features of $dim inputs, order $polyOrder',
    ({ dim, polyOrder, includeBias, featureCount, states, features }) => {
      expect(relativeError(polynomialFeatures(states, { polyOrder, includeBias }).toArray(), features)).toBeLessThan(1e-14);
      const library = new PolynomialLibrary({ dimension: dim, polyOrder, includeBias });
      expect(library.featureCount).toBe(featureCount);
      expect(relativeError(library.transform(states).toArray(), features)).toBeLessThan(1e-14);
    },
  );

  test.each<Stored>(file.orthonormal)('orthonormal features of $dim inputs', (c) => {
    const library = new PolynomialLibrary({ dimension: c.dim, polyOrder: c.polyOrder, includeBias: c.includeBias, orthonormal: true });
    const train = library.fit(c.states).transform(c.states).toArray();
    const fresh = library.transform(c.newStates).toArray();
    const kernel = (rows: number[][]): number[][] => rows.map((a) => train.map((b) => a.reduce((sum, v, k) => sum + v * (b[k] ?? 0), 0)));
    expect(library.featureCount).toBe(c.keptFeatures);
    expect(relativeError(kernel(train), c.trainKernel)).toBeLessThan(1e-9);
    expect(relativeError(kernel(fresh), c.crossKernel)).toBeLessThan(1e-9);
  });
});

describe('targets', () => {
  const file = golden('weak_strong');
  test.each<Stored>(file.strong)(
    'strong form, differences of order $fdOrder',
    ({ dt, fdOrder, polyOrder, includeBias, states, ...expected }) => {
      const form = strongForm(states, polynomialFeatures(states, { polyOrder, includeBias }), { dt, fdOrder });
      expect(relativeError(form.target.toArray(), expected.target)).toBeLessThan(1e-9);
      expect(relativeError(form.regression.toArray(), expected.regression)).toBeLessThan(1e-9);
    },
  );

  test.each<Stored>(file.weak)('weak form, $testFunctions', ({ dt, testFunctions, polyOrder, includeBias, states, ...expected }) => {
    const form = weakForm(states, polynomialFeatures(states, { polyOrder, includeBias }), { dt, ...testFunctions });
    // The slope of the narrowest test function is zero at its one inner sample: what is stored there is rounding. Hence the floor.
    expect(relativeError(form.target.toArray(), expected.target, 1e-3)).toBeLessThan(1e-9);
    expect(relativeError(form.regression.toArray(), expected.regression)).toBeLessThan(1e-9);
  });
});

describe('regression', () => {
  const file = golden('solvers');
  test.each<Stored>(file.stlsq)('$name', ({ options, regression, target, coefficients, tolerance }) => {
    const fit = stlsq(regression, target, options);
    expect(relativeError(fit.coefficients.toArray(), coefficients)).toBeLessThan(tolerance);
    expect(fit.support).toEqual(coefficients.map((row: number[]) => row.map((c) => c !== 0)));
  });

  test.each<Stored>(file.dense)('minimum norm', ({ regression, target, coefficients, tolerance }) => {
    expect(relativeError(leastSquares(regression, target).coefficients.toArray(), coefficients)).toBeLessThan(tolerance);
  });
});

describe('whole runs', () => {
  const check = (optimizer: Optimizer, { problem, steps, evaluations, iterates, tolerance }: Stored): void => {
    const objective = closedForm(problem);
    let calls = 0;
    const counted: Objective = (x, g) => {
      calls++;
      return objective(x, g);
    };
    const points: number[][] = [];
    while (optimizer.epoch < steps) {
      optimizer.step(counted);
      points.push(Array.from(optimizer.x));
    }
    expect(relativeError(points, iterates)).toBeLessThan(tolerance);
    expect([optimizer.evaluations, calls, optimizer.fallbacks]).toEqual([evaluations, evaluations, 0]);
  };

  test.each<Stored>(golden('gradient_flow'))('$problem.kind, $model.method, $solver.kind, $ode.method', (run) => {
    const { problem, steps, evaluations, iterates, tolerance, ...options } = run;
    check(new LGFGradientFlow(problem.start, options), run);
  });

  test.each<Stored>(golden('adam'))('$optimizer, dt $dt, betas $betas, amsgrad $amsgrad, order $model.polyOrder', (run) => {
    const { problem, learningRate, betas, eps, amsgrad, dt, historySize, retrainInterval, model, solver, ode } = run;
    const adam = { learningRate, betas, eps, amsgrad };
    const learned = { ...adam, dt, historySize, retrainInterval, model, solver, ode };
    check(run.optimizer === 'BaseAdam' ? new BaseAdam(problem.start, adam) : new LGFAdam(problem.start, learned), run);
  });
});

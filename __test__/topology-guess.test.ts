// What a solver starts from belongs to where a run stands.
import { problems, type Topology } from 'learned-gradient-flow';
import { expect, test } from 'vitest';
import { refuses } from './support/refusals.ts';

/** Too many elements for a factorisation: solved by iterations that start from the last displacements. */
const beam = (): Topology => problems.topology2d({ preset: 'mbb', size: [90, 50] });
const value = (problem: Topology, x: Float64Array): [number, Float64Array] => {
  const g = new Float64Array(x.length);
  return [problem.evaluate(x, g), g];
};

test('an evaluation behind a guess that was put back has the bits of the one that came first', () => {
  const [one, other, cold] = [beam(), beam(), beam()];
  const start = one.start();
  const next = start.map((_, i) => Math.sin(i / 50));
  one.evaluate(start, new Float64Array(start.length));
  other.setGuess(one.guess());
  expect(value(other, next)).toEqual(value(one, next));
  expect(other.last).toEqual(one.last);
  // Without it the solver takes another way there.
  cold.evaluate(next, new Float64Array(start.length));
  expect(cold.last?.solverIterations).not.toBe(one.last?.solverIterations);
});

test('there is one number for each node, axis and load case', () => {
  expect(beam().guess()).toEqual(new Float64Array(91 * 51 * 2));
  expect(problems.topology2d({ preset: 'two-load-cases', size: [8, 4] }).guess()).toHaveLength(2 * 9 * 5 * 2);
});

const small = problems.topology2d({ size: [6, 2] });
refuses('setGuess', [
  ['a number too few', () => small.setGuess(new Float64Array(41)), 'ERR_LGF_SHAPE', 'guess'],
  ['a number that is not finite', () => small.setGuess(new Float64Array(42).fill(Number.NaN)), 'ERR_LGF_NONFINITE', 'guess'],
  ['no numbers', () => small.setGuess(null as never), 'ERR_LGF_ARGUMENT', 'guess'],
]);

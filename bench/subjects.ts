import type { NativeProblem, problems as Problems } from 'learned-gradient-flow';

/** A problem that both sides evaluate at the same point. */
export interface Subject {
  readonly name: string;
  /** What is evaluated, as the table says it. */
  readonly what: string;
  /** How much longer a peer should take. */
  readonly target: number;
  readonly make: (problems: typeof Problems) => Evaluation;
}

export interface Evaluation {
  /** Evaluates once. */
  readonly run: () => { value: number; gradient: Float64Array };
  /** What a peer needs to do the same. */
  readonly input: object;
}

/** Value and gradient at the start, by `evaluate` or another method of the problem. */
function atStart(problem: NativeProblem, input: object = {}, evaluate = problem.evaluate): Evaluation {
  const [x, gradient] = [problem.start(), new Float64Array(problem.dimension)];
  return { run: () => ({ value: evaluate(x, gradient), gradient }), input: { x: Array.from(x), ...input } };
}

export const SUBJECTS: readonly Subject[] = [
  {
    name: 'heat-rod',
    what: 'value and gradient, 30 modes, 500 times',
    target: 20,
    make: ({ heatRod }) => atStart(heatRod()),
  },
  {
    name: 'nonlinear-heat',
    what: 'residual, Hessian and Newton direction, 15 × 15 modes, 300 × 300 points',
    target: 5,
    make: ({ nonlinearHeat }) => {
      const heat = nonlinearHeat();
      return atStart(heat, {}, heat.newton);
    },
  },
  {
    name: 'acoustic-inverse',
    what: 'value and gradient, 346 triangles, 300 times',
    target: 10,
    make: ({ acousticInverse }) => {
      const wave = acousticInverse();
      const { nodes, triangles, fixedNodes, forcedNode } = wave.mesh;
      return atStart(wave, {
        ...{ nodes: nodes.toArray(), triangles: Array.from(triangles), fixedNodes: Array.from(fixedNodes), forcedNode },
      });
    },
  },
  {
    name: 'deep-elasticity',
    what: 'energy and gradient, 560 parameters, 99³ points',
    target: 2,
    make: ({ deepElasticity }) => atStart(deepElasticity()),
  },
];

import type { NativeProblem, problems as Problems } from 'learned-gradient-flow';

/** A problem that both sides evaluate, and the part of a peer's time that ours may take. */
export interface Subject {
  readonly name: string;
  /** What is evaluated, as the table says it. */
  readonly what: string;
  readonly target: number;
  readonly make: (problems: typeof Problems) => () => { value: number; gradient: Float64Array };
}

/** Value and gradient at the start. */
function atStart(problem: NativeProblem): () => { value: number; gradient: Float64Array } {
  const [x, gradient] = [problem.start(), new Float64Array(problem.dimension)];
  return () => ({ value: problem.evaluate(x, gradient), gradient });
}

export const SUBJECTS: readonly Subject[] = [
  { name: 'heat-rod', what: 'value and gradient, 30 modes, 500 times', target: 20, make: ({ heatRod }) => atStart(heatRod()) },
];

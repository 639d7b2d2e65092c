// What happened in a run, evaluation by evaluation.
import type { Iteration } from 'learned-gradient-flow';

/** What is known of a design beside its densities. */
export interface Measures {
  readonly compliance: number;
  /** Share of the domain. */
  readonly volume: number;
  /** Mean of `4 ρ (1 - ρ)`. */
  readonly greyness: number;
  /** Of the solver of this evaluation; 0 of a direct one. */
  readonly solverIterations: number;
}

/** An evaluation. */
export interface Entry {
  /** From 0. */
  readonly stage: number;
  /** Of this stage so far, this one included. */
  readonly evaluation: number;
  readonly verdict: Iteration['verdict'];
  /** The learned model whose flow led here, where one did. */
  readonly model?: string;
  /** Missing where the evaluation failed. */
  readonly measures?: Measures;
  /** Of the whole run so far, its parts before it was resumed included. */
  readonly seconds: number;
  /** Number of the file of the series with this design, where there is one. */
  readonly frame?: number;
}

/** Accepted designs in a row whose compliances must agree where a stage has converged. */
const AGREEING = 6;

/** Whether the last accepted designs of the stage of the last entry have compliances within a share of the last one. */
export function hasConverged(entries: readonly Entry[], tolerance: number): boolean {
  const last = entries.at(-1);
  if (last === undefined || last.verdict !== 'accepted' || tolerance === 0) return false;
  const found: number[] = [];
  for (let i = entries.length - 1; i >= 0 && found.length < AGREEING; i--) {
    const { stage, verdict, measures } = entries[i] as Entry;
    if (stage !== last.stage) break;
    if (verdict === 'accepted' && measures) found.push(measures.compliance);
  }
  const [newest = 0] = found;
  return found.length === AGREEING && Math.max(...found) - Math.min(...found) <= tolerance * Math.abs(newest);
}

/** Evaluations of each entry, those of earlier stages included. */
export function totals(entries: readonly Entry[]): readonly number[] {
  let [before, stage, last] = [0, 0, 0];
  return entries.map((entry) => {
    if (entry.stage !== stage) [before, stage] = [before + last, entry.stage];
    last = entry.evaluation;
    return before + last;
  });
}

/** The best entry of the last stage: where compliances of different stages are not comparable, the last one counts. */
export function bestOf(entries: readonly Entry[]): Entry | undefined {
  const stage = entries.at(-1)?.stage;
  const known = entries.filter((entry) => entry.stage === stage && entry.measures !== undefined && entry.verdict === 'accepted');
  return known.reduce<Entry | undefined>((best, entry) => (best && rank(best) <= rank(entry) ? best : entry), undefined);
}

const rank = ({ measures }: Entry): number => measures?.compliance ?? Number.POSITIVE_INFINITY;

/** How a step was chosen, in words. */
export function phaseOf({ verdict, model, evaluation }: Entry): string {
  if (verdict === 'failed') return 'failed';
  const step = evaluation === 1 ? 'start' : model === undefined ? 'descent' : `learned flow, ${model}`;
  return verdict === 'rejected' ? `${step}, left again` : step;
}

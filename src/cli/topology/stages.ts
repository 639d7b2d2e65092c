// The run itself: stage after stage, each a run of `minimize` from where the one before ended.
import { type IterationWithPoint, type MinimizeOptions, minimize, type Result, type Status, type Topology } from 'learned-gradient-flow';
import { bestOf, type Entry, hasConverged, totals } from './history.ts';
import type { Session } from './session.ts';

/** Seconds between two checkpoints. */
const CHECKPOINT_SECONDS = 30;

/** What a run came to. */
export interface Outcome {
  /** How the last stage ended; `'converged'` where the compliances agreed. */
  readonly status: Status;
  readonly message: string;
  readonly x: Float64Array;
  /** The entry of `x`; missing where nothing could be evaluated. */
  readonly best: Entry | undefined;
  /** Of this call. */
  readonly profiles: readonly Result['profile'][];
}

/** What is done on the way. */
export interface Watcher {
  readonly signal: AbortSignal;
  readonly profile: boolean;
  /** Seconds of the run so far. */
  readonly clock: () => number;
  begun(): void;
  evaluated(): void;
  /** Writes an accepted design to the series; `number` counts from 1. */
  frame(number: number, density: Float64Array): void;
}

/** Runs what is left of the stages, and puts down what happens. */
export async function runStages(session: Session, problem: Topology, method: MinimizeOptions, watcher: Watcher): Promise<Outcome> {
  const { projection } = session.settings;
  const profiles: Result['profile'][] = [];
  while (true) {
    problem.sharpness = projection[session.stage] as number;
    const { result, converged } = await runStage(session, problem, method, watcher);
    profiles.push(result.profile);
    const ended = converged && result.status === 'stopped-by-callback' ? ('converged' as const) : result.status;
    const isLast = session.stage + 1 >= projection.length;
    const goesOn = ended !== 'aborted' && ended !== 'evaluation-failed';
    if (isLast || !goesOn) {
      const message = ended === result.status ? result.message : 'the compliances of the last accepted designs agree';
      return { status: ended, message, x: result.x, best: bestOf(session.entries), profiles };
    }
    session.next(result.x);
  }
}

async function runStage(
  session: Session,
  problem: Topology,
  method: MinimizeOptions,
  watcher: Watcher,
): Promise<{ readonly result: Result; readonly converged: boolean }> {
  const { settings, stage } = session;
  const resumes = session.isUnderWay;
  if (resumes) await forgetUnknown(session, problem);
  let converged = false;
  const onIteration = (iteration: IterationWithPoint): boolean => {
    const { verdict, model, evaluations } = iteration;
    const measures = verdict === 'failed' ? undefined : problem.last;
    const frame = verdict === 'accepted' ? frameOf(session.entries, settings.every) : undefined;
    session.add({
      stage,
      evaluation: evaluations,
      verdict,
      ...(model !== undefined && { model }),
      ...(measures !== undefined && { measures: copied(measures) }),
      seconds: watcher.clock(),
      ...(frame !== undefined && { frame }),
    });
    if (frame !== undefined) watcher.frame(frame, problem.density(iteration.x));
    watcher.evaluated();
    converged = hasConverged(session.entries, settings.tolerance);
    return converged;
  };
  // Stages that are left share the evaluations that are left.
  const spent = totals(session.entries.filter((entry) => entry.stage < stage)).at(-1) ?? 0;
  const share = Math.ceil((settings.maxEvaluations - spent) / (settings.projection.length - stage));
  watcher.begun();
  const result = await minimize(problem, resumes ? null : (session.start ?? null), {
    ...method,
    maxEvaluations: Math.max(1, share),
    // Agreement of compliances ends a stage; these would be rules for other quantities.
    valueTolerance: 0,
    signal: watcher.signal,
    profile: watcher.profile,
    onIteration,
    checkpoint: { path: session.checkpoint, everySeconds: CHECKPOINT_SECONDS },
    ...(resumes && { resume: session.checkpoint }),
  } as MinimizeOptions);
  return { result, converged };
}

/** Drops entries that the checkpoint knows nothing of: their evaluations will be made again. */
async function forgetUnknown(session: Session, problem: Topology): Promise<void> {
  // A run that is aborted before it begins says where it stands.
  const { evaluations } = await minimize(problem, null, { resume: session.checkpoint, signal: AbortSignal.abort() });
  session.forgetFrom(evaluations + 1);
}

/** The number of the next design, if it belongs to the series. */
function frameOf(entries: readonly Entry[], every: number): number | undefined {
  if (every === 0) return undefined;
  const accepted = entries.filter(({ verdict }) => verdict === 'accepted').length;
  return accepted % every === 0 ? accepted / every + 1 : undefined;
}

/** Plain numbers: what the problem hands out may change. */
function copied({ compliance, volume, greyness, solverIterations }: NonNullable<Topology['last']>) {
  return { compliance, volume, greyness, solverIterations };
}

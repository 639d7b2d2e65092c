// With a safeguard no run ends above its start, whatever the problem and the model.
import { LGFAdamTrustRegion, LGFGradientFlow, LGFTrustRegion, type Optimizer } from 'learned-gradient-flow';
import { expect, test } from 'vitest';
import { Random, type Smooth, smooth } from './support/smooth.ts';

interface Attempt {
  readonly problem: Smooth;
  readonly steps: number;
  readonly runs: Readonly<Record<string, () => Optimizer>>;
}

/** One problem with what is tried on it, at `share` of the rate that descent most likely stands. */
function attempt(random: Random, share: () => number): Attempt {
  const problem = smooth(random);
  const { start } = problem;
  const learningRate = problem.rate * share();
  const historySize = 5 + random.below(12);
  const polyOrder = 1 + random.below(3);
  // The full space of high order has too many features to be quick.
  const truncationRank = (polyOrder > 1 && start.length > 7) || random.unit() < 0.5 ? 2 : null;
  const thresholded = { kind: 'stlsq', threshold: 1e-8, alpha: 1e-6, maxIter: 3, normalizeColumns: true } as const;
  const solver = random.pick([{ kind: 'dense' } as const, thresholded]);
  const common = { learningRate, historySize, model: { polyOrder, truncationRank }, solver };
  const schedule = { ...common, dt: learningRate, retrainInterval: 3 * historySize };
  const adam = { ...common, learningRate: 0.05, amsgrad: random.unit() < 0.5, stepping: random.pick(['flow', 'discrete'] as const) };
  return {
    problem,
    steps: 20 + random.below(60),
    runs: {
      LGFTrustRegion: () => new LGFTrustRegion(start, common),
      LGFAdamTrustRegion: () => new LGFAdamTrustRegion(start, adam),
      LGFGradientFlow: () => new LGFGradientFlow(start, { ...schedule, safeguard: true }),
      'no safeguard': () => new LGFGradientFlow(start, schedule),
    },
  };
}

/** What all runs of one kind came to. */
interface Tally {
  /** Those that ended above their start or where there is no value. */
  readonly above: string[];
  /** Those that reported a value above that of their start. */
  readonly reported: string[];
  rejections: number;
  learned: number;
}

function survey(problems: number, share: (random: Random) => number): Readonly<Record<string, Tally>> {
  const tallies: Record<string, Tally> = {};
  for (let seed = 0; seed < problems; seed++) {
    const random = new Random(seed);
    const { problem, steps, runs } = attempt(random, () => share(random));
    const { start, objective, kind } = problem;
    const g = new Float64Array(start.length);
    const before = objective(start, g);
    for (const [name, make] of Object.entries(runs)) {
      tallies[name] ??= { above: [], reported: [], rejections: 0, learned: 0 };
      const tally = tallies[name];
      const optimizer = make();
      let highest = before;
      const step = (): void => {
        const { kind, value } = optimizer.step(objective);
        tally.learned += kind === 'learned' ? 1 : 0;
        highest = Math.max(highest, value ?? before);
      };
      let end = Number.NaN;
      try {
        while (optimizer.epoch < steps) step();
        end = objective(optimizer.x, g);
      } catch (error) {
        // Without a safeguard a run may leave the numbers.
        if (name !== 'no safeguard') throw error;
      }
      const title = `${seed}: ${kind} of ${start.length} from ${before}`;
      if (!(end <= before)) tally.above.push(`${title} to ${end}`);
      if (!(highest <= before)) tally.reported.push(`${title} by ${highest}`);
      tally.rejections += optimizer.rejections;
    }
  }
  return tallies;
}

test('1000 random smooth problems', () => {
  const { 'no safeguard': free, ...guarded } = survey(1000, (random) => random.between(0.2, 1));
  for (const [name, { above, reported, rejections, learned }] of Object.entries(guarded)) {
    expect({ name, above, reported }).toEqual({ name, above: [], reported: [] });
    // Or there was nothing to guard against, and nothing to learn.
    expect({ name, rejections: rejections > 100, learned: learned > 10_000 }).toEqual({ name, rejections: true, learned: true });
  }
  expect(free?.above.length).toBeGreaterThan(20);
});

test('rates far beyond what descent stands: only between two phases of a trust region may a base step end above the start', () => {
  const { 'no safeguard': free, ...guarded } = survey(300, (random) => 10 ** random.between(0, 2));
  for (const [name, { above, reported }] of Object.entries(guarded)) {
    expect({ name, reported }).toEqual({ name, reported: [] });
    expect({ name, few: above.length < (name === 'LGFGradientFlow' ? 1 : 5) }).toEqual({ name, few: true });
  }
  expect(free?.above.length).toBeGreaterThan(200);
});

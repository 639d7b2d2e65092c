// The published nonlinear heat run, 300 epochs of damped Newton and of its learned flow: evaluations, residual norms and where the time goes.
// `npx tsx bench/nonlinear-heat.ts [modes] [points] [seed] [epochs]`; progress goes to stderr.
import { GradientDescent, LGFGradientFlow, type Optimizer, problems } from 'learned-gradient-flow';
import { NONLINEAR_HEAT_EPOCHS, NONLINEAR_HEAT_SETTINGS } from '../examples/nonlinear-heat-settings.ts';

const [modes = 15, points = 300, seed = 0, epochs = NONLINEAR_HEAT_EPOCHS] = process.argv.slice(2).map(Number);
const heat = problems.nonlinearHeat({ modes, points, seed });
const start = heat.start();
const direction = new Float64Array(heat.dimension);
const residual = (x: Float64Array): number => heat.newton(x, direction);
const middle = (values: number[]): string => {
  const median = values.sort((a, b) => a - b)[values.length >> 1];
  return median === undefined ? '' : (1e3 * median).toPrecision(3);
};

/** Prints one row: a run that leaves the finite numbers ends there. */
function measured(name: string, optimizer: Optimizer & { readonly fits?: number }): void {
  const times: Record<'true' | 'learned' | 'fit', number[]> = { true: [], fit: [], learned: [] };
  let fits = 0;
  try {
    while (optimizer.epoch < epochs) {
      const before = process.hrtime.bigint();
      const { kind } = optimizer.step(heat.newton);
      const seconds = Number(process.hrtime.bigint() - before) / 1e9;
      times[(optimizer.fits ?? 0) > fits ? 'fit' : kind].push(seconds);
      fits = optimizer.fits ?? 0;
      if (optimizer.epoch % 20 === 0) console.error(name, optimizer.epoch, residual(optimizer.x).toExponential(2));
    }
  } catch (error) {
    console.error(name, `ends after ${optimizer.epoch} epochs:`, error);
  }
  const whole = Object.values(times).flat();
  const columns = [name, optimizer.epoch, optimizer.evaluations, residual(optimizer.x).toExponential(2)];
  const costs = [middle(times.true), middle(times.fit), middle(times.learned), whole.reduce((sum, t) => sum + t, 0).toFixed(2)];
  console.log(`| ${[...columns, ...costs].join(' | ')} |`);
}

const { learningRate } = NONLINEAR_HEAT_SETTINGS;
console.log(
  `${modes} x ${modes} modes, ${points} x ${points} points, seed ${seed}; residual norm at the start ${residual(start).toExponential(2)}\n`,
);
console.log(
  '| run | epochs | evaluations | residual norm | true step, ms | with a fit, ms | learned step, ms | all, s |\n|---|---|---|---|---|---|---|---|',
);
measured('damped Newton', new GradientDescent(start, { direction: 'newton', learningRate }));
measured('learned', new LGFGradientFlow(start, NONLINEAR_HEAT_SETTINGS));
measured('learned, safeguarded', new LGFGradientFlow(start, { ...NONLINEAR_HEAT_SETTINGS, safeguard: true }));

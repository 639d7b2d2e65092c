// What the library itself costs per step: the objective is as cheap as one can be, and its own time is measured beside it.
import { arch, cpus, platform } from 'node:os';
import { BaseAdam, GradientDescent, LGFAdam, LGFGradientFlow, type Objective, type Optimizer, version } from 'learned-gradient-flow';

const ROUNDS = 15;

/** Median nanoseconds a call, over rounds of `calls` calls. */
function nanoseconds(calls: number, body: () => unknown): number {
  for (let i = 0; i < calls; i++) body();
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < calls; i++) body();
    return Number(process.hrtime.bigint() - start) / calls;
  });
  return rounds.sort((a, b) => a - b)[ROUNDS >> 1] as number;
}

const still: Objective = (x, g) => {
  g.fill(0);
  return x[0] as number;
};

/** An optimizer whose iterate does not move: every step is the same work. */
function resting(make: (start: Float64Array) => Optimizer, d: number): Optimizer {
  const optimizer = make(new Float64Array(d).fill(1));
  optimizer.step(still);
  return optimizer;
}

const rows: (string | number)[][] = [];
const row = (what: string, d: number, total: number, own: number): void => {
  rows.push([what, d, total.toFixed(0), Math.max(0, total - own).toFixed(0)]);
};

for (const d of [2, 20, 1000]) {
  const calls = d === 1000 ? 50_000 : 200_000;
  const [x, g] = [new Float64Array(d), new Float64Array(d)];
  const callback = nanoseconds(calls, () => still(x, g));
  const descent = resting((start) => new GradientDescent(start), d);
  row(
    'true step, `step(objective)`',
    d,
    nanoseconds(calls, () => descent.step(still)),
    callback,
  );
  const adam = resting((start) => new BaseAdam(start), d);
  row(
    'true step of Adam, `step(objective)`',
    d,
    nanoseconds(calls, () => adam.step(still)),
    callback,
  );
  const asked = resting((start) => new GradientDescent(start), d);
  row(
    'true step, `ask` and `tell`',
    d,
    nanoseconds(calls, () => asked.tell(asked.ask().id, 0, g)),
    0,
  );
}

const learning = { learningRate: 0.01, dt: 0.01, historySize: 25, retrainInterval: 50 } as const;
const bowl: Objective = (x, g) => {
  const [a = 0, b = 0] = x;
  g[0] = a;
  g[1] = 3 * b;
  return 0.5 * (a * a + 3 * b * b);
};
const long = new LGFGradientFlow([1, 1], { ...learning, retrainInterval: 1e9 });
while (long.phase === 'true') long.step(bowl);
row(
  'learned step, `step(objective)`',
  2,
  nanoseconds(100_000, () => long.step(bowl)),
  0,
);
row('learned step, inside of `advance(1000)`', 2, nanoseconds(200, () => long.advance(1000)) / 1000, 0);
const published = new LGFGradientFlow([1, 1], {
  ...learning,
  model: { includeBias: false },
  solver: { kind: 'stlsq', threshold: 1e-8, alpha: 1e-6, maxIter: 3, normalizeColumns: true },
});
const cycle = nanoseconds(500, () => {
  for (let i = 0; i < 50; i++) published.step(bowl);
});
row('whole cycle of 25 true steps, fit, 25 learned steps', 2, cycle, 0);

// A million variables: the value falls in each step, so that the best point moves too. Beside it a copy of the vector within JavaScript.
for (const d of [100_000, 1_000_000]) {
  const calls = 4_000_000 / d;
  const [x, g] = [new Float64Array(d).fill(1), new Float64Array(d).fill(1e-3)];
  let value = 0;
  const falling: Objective = (_, g) => {
    // The last entry is marked before each call.
    g[d - 1] = 1e-3;
    value -= 1;
    return value;
  };
  const filling: Objective = (_, g) => {
    g.fill(1e-3);
    return 0;
  };
  row(
    'copy of a vector, `set`',
    d,
    nanoseconds(calls, () => x.set(g)),
    0,
  );
  for (const [name, optimizer] of [
    ['true step', new GradientDescent(x)],
    ['true step of Adam', new BaseAdam(x)],
  ] as const) {
    optimizer.step(filling);
    row(
      `${name}, best point moves`,
      d,
      nanoseconds(calls, () => optimizer.step(falling)),
      0,
    );
  }
}

// Learned steps of Adam, inside of one native call: in the full space, and in five modes of a hundred thousand variables.
const wide = 100_000;
const steep: Objective = (x, g) => {
  let value = 0;
  for (let i = 0; i < wide; i++) {
    const [w, error] = [1 + (i % 7), (x[i] as number) - 1];
    g[i] = w * error;
    value += 0.5 * w * error * error;
  }
  return value;
};
for (const stepping of ['flow', 'discrete'] as const) {
  const small = new LGFAdam([1, 1], { learningRate: 0.01, historySize: 25, retrainInterval: 1e9, stepping });
  while (small.phase === 'true') small.step(bowl);
  const each = nanoseconds(50, () => small.advance(1000)) / 1000;
  row(`learned step of Adam, \`${stepping}\`, inside of \`advance\``, 2, each, 0);
  const reduced = new LGFAdam(new Float64Array(wide), {
    ...{ learningRate: 0.01, historySize: 20, retrainInterval: 1e9, stepping },
    model: { truncationRank: 5 },
  });
  while (reduced.phase === 'true') reduced.step(steep);
  row(`the same in 5 modes`, wide, nanoseconds(2, () => reduced.advance(10)) / 10, 0);
}

console.log(`learned-gradient-flow ${version()}, Node ${process.version}, ${platform()} ${arch()}, ${cpus()[0]?.model}`);
console.log(`median of ${ROUNDS} rounds, nanoseconds\n`);
console.log('| what | d | total | less the callback |\n|---|---|---|---|');
for (const cells of rows) console.log(`| ${cells.join(' | ')} |`);

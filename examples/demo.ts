// Descent and learned gradient flow on the heated rod with the published settings: progress, a table, one HTML report.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pageOf, thisMachine } from '../src/cli/page.ts';
import { ProgressLine, progressText } from '../src/cli/progress.ts';
import { type Result, resultRows, resultsOf, textTable } from '../src/cli/results.ts';
import { heatRodExperiment } from '../src/experiments/heatRod.ts';
import { follow, type RunRecord } from '../src/experiments/record.ts';
import { remaining, stepsBetween } from '../src/experiments/stepClock.ts';
import { renderReport } from '../src/report/index.ts';

/** One run: its end in numbers, and its way. */
export type DemoRun = Result & { readonly record: RunRecord };

// As published: without a safeguard.
const experiment = heatRodExperiment({}, false);
const { epochs, quantity } = experiment;

function record(contender: (typeof experiment.contenders)[number]): RunRecord {
  const line = new ProgressLine(process.stdout);
  const run = follow(experiment, contender, epochs);
  let state = run.next();
  while (!state.done) {
    const { clock, epoch } = state.value;
    if (line.due) {
      line.show(progressText(state.value, epochs, remaining(stepsBetween(epoch, epochs, contender.schedule), clock), quantity.label));
    }
    state = run.next();
  }
  line.end();
  return state.value;
}

/** Runs both, prints the table, writes the report and returns the runs. */
export function run(folder: string = resolve('lgf-report')): readonly DemoRun[] {
  const records = experiment.contenders.filter(({ role }) => role !== 'adaptive').map(record);
  const results = resultsOf(experiment, records);
  const rows = resultRows(experiment, results);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'heat-rod.html');
  writeFileSync(file, renderReport(pageOf(experiment, records, experiment.views(records), rows, thisMachine())));
  console.log(`\n${experiment.title}\n\n${textTable(rows)}\n\nReport: ${pathToFileURL(file).href}`);
  return results.map((result, i) => ({ ...result, record: records[i] as RunRecord }));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) run();

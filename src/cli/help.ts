import { EXPERIMENTS } from '../experiments/registry.ts';
import { type Option, optionLines } from './arguments.ts';
import { TOPOLOGY_SUMMARY } from './topology/settings.ts';

const PROGRAM = 'learned-gradient-flow';

/** What all commands are. */
export function mainHelp(): string {
  return `usage: ${PROGRAM} <command> [options]

Runs the problems of the paper on learned gradient flows: the published optimizers with the published settings, a table, arrays, a report.

commands
  run <problem>     run the optimizers on a problem; run <problem> --help lists its options
  problems          list the problems
  report RUN.json   make the HTML report of a run again

  --help            show this text; after a command, the help of that command
  --version         show the version

problems
${problemLines()
  .map((line) => `  ${line}`)
  .join('\n')}

exit codes
  0  done
  1  a run failed or diverged, or a file could not be read or written
  2  wrong use; one line on stderr says what was given and what is expected
  130  stopped by Ctrl-C: the first ends the run after its step and keeps what was computed, the second ends at once`;
}

/** The help of `run` without a problem. */
export function runHelp(): string {
  return `usage: ${PROGRAM} run <problem> [options]

problems
${problemLines()
  .map((line) => `  ${line}`)
  .join('\n')}

run <problem> --help lists the options.`;
}

/** The help of one command. */
export function commandHelp(command: string, summary: string, options: readonly Option[]): string {
  return `usage: ${PROGRAM} ${command} [options]\n\n${summary}\n\noptions\n${optionLines(options).join('\n')}`;
}

/** One line a problem. */
export function problemLines(): readonly string[] {
  const problems = [...EXPERIMENTS, { name: 'topology', summary: TOPOLOGY_SUMMARY }];
  const width = Math.max(...problems.map(({ name }) => name.length));
  return problems.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}`);
}

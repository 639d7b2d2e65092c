// The command line. Exit codes: 0 done, 1 a run or a file failed or a run diverged, 2 wrong use, 130 stopped by Ctrl-C.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { version } from 'learned-gradient-flow';
import { EXPERIMENTS } from '../experiments/registry.ts';
import { renderReport } from '../report/index.ts';
import { type Option, readArguments } from './arguments.ts';
import { commandHelp, mainHelp, problemLines, runHelp } from './help.ts';
import { runCommand, runOptions } from './runCommand.ts';
import { readPage } from './runFile.ts';
import { topologyCommand } from './topology/command.ts';
import { TOPOLOGY_OPTIONS, TOPOLOGY_SUMMARY } from './topology/settings.ts';
import { ExitCode, UsageError } from './usage.ts';

const HELP: Option = { flag: 'help', help: 'show this text' };
const REPORT_OPTIONS: readonly Option[] = [{ flag: 'out', value: 'FILE', help: 'the page; default report.html beside RUN.json' }, HELP];
const PROBLEMS_OPTIONS: readonly Option[] = [{ flag: 'json', help: 'print the list as JSON' }, HELP];

const COMMANDS: Readonly<Record<string, (args: readonly string[]) => number | Promise<number>>> = {
  run: runProblem,
  problems: listProblems,
  report: makeReport,
};

/** Does what the arguments say and returns the exit code; whatever is wrong with them is one line on stderr. */
export async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  try {
    if (command === '--help' || command === '-h') return show(mainHelp());
    if (command === '--version') return show(version());
    const action = command !== undefined && Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
    if (action === undefined) {
      const got = command === undefined ? 'none' : `'${command}'`;
      throw new UsageError(`command: got ${got}, expected one of ${Object.keys(COMMANDS).join(', ')}; --help explains them`);
    }
    return await action(rest);
  } catch (error) {
    process.stderr.write(`learned-gradient-flow: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? ExitCode.usage : ExitCode.failed;
  }
}

function runProblem([name, ...args]: readonly string[]): number | Promise<number> {
  if (name === '--help' || name === '-h') return show(runHelp());
  if (name === 'topology') return runTopology(args);
  // The problem comes first: it decides which options there are.
  const entry = EXPERIMENTS.find((experiment) => experiment.name === name);
  if (entry === undefined) {
    const known = [...EXPERIMENTS.map((experiment) => experiment.name), 'topology'].join(', ');
    throw new UsageError(`problem: got ${name === undefined ? 'none' : `'${name}'`}, expected one of ${known}`);
  }
  const command = `run ${entry.name}`;
  const options = runOptions(entry);
  const given = readArguments(args, options, command);
  if (given.switches.get('help')) return show(commandHelp(command, entry.summary, options));
  if (given.operands.length > 0) throw new UsageError(`argument: got '${given.operands[0]}', expected options only behind the problem`);
  return runCommand(entry, given);
}

function runTopology(args: readonly string[]): number | Promise<number> {
  const command = 'run topology';
  const given = readArguments(args, TOPOLOGY_OPTIONS, command);
  if (given.switches.get('help')) return show(commandHelp(command, TOPOLOGY_SUMMARY, TOPOLOGY_OPTIONS));
  if (given.operands.length > 0) throw new UsageError(`argument: got '${given.operands[0]}', expected options only behind the problem`);
  return topologyCommand(given);
}

function listProblems(args: readonly string[]): number {
  const { operands, switches } = readArguments(args, PROBLEMS_OPTIONS, 'problems');
  if (operands.length > 0) throw new UsageError(`argument: got '${operands[0]}', expected none`);
  if (switches.get('help')) return show(commandHelp('problems', 'Lists the problems.', PROBLEMS_OPTIONS));
  if (!switches.get('json')) return show(problemLines().join('\n'));
  const list = EXPERIMENTS.map(({ name, summary, epochs, optimizers, safeguard }) => ({ name, summary, epochs, optimizers, safeguard }));
  return show(JSON.stringify([...list, { name: 'topology', summary: TOPOLOGY_SUMMARY }], null, 2));
}

function makeReport(args: readonly string[]): number {
  const { operands, switches, values } = readArguments(args, REPORT_OPTIONS, 'report');
  if (switches.get('help')) return show(commandHelp('report RUN.json', 'Makes the page again from a run.json.', REPORT_OPTIONS));
  const [source, ...more] = operands;
  if (source === undefined || more.length > 0) throw new UsageError(`RUN.json: got ${operands.length} files, expected one`);
  const target = resolve(values.get('out') ?? join(dirname(source), 'report.html'));
  let page: string;
  try {
    page = renderReport(readPage(readFileSync(source, 'utf8')));
  } catch (error) {
    throw new Error(`${source}: ${(error as Error).message}`);
  }
  writeFileSync(target, page);
  return show(`Report: ${pathToFileURL(target).href}`);
}

function show(text: string): number {
  process.stdout.write(`${text}\n`);
  return ExitCode.done;
}

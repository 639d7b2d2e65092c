// The command line. Exit codes: 0 done, 1 a run or a file failed, 2 wrong use, 130 stopped by Ctrl-C.
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
    if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
      print(mainHelp());
      return command === undefined ? ExitCode.usage : ExitCode.done;
    }
    if (command === '--version') {
      print(version());
      return ExitCode.done;
    }
    const action = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
    if (action === undefined) throw new UsageError(`command: got '${command}', expected one of ${Object.keys(COMMANDS).join(', ')}`);
    return await action(rest);
  } catch (error) {
    const usage = error instanceof UsageError;
    process.stderr.write(`learned-gradient-flow: ${error instanceof Error ? error.message : String(error)}\n`);
    return usage ? ExitCode.usage : ExitCode.failed;
  }
}

function runProblem(args: readonly string[]): number | Promise<number> {
  // The problem decides which options there are: it is looked for first.
  const name = args.find((argument) => !argument.startsWith('-'));
  const asked = args.includes('--help');
  const first = args[0]?.startsWith('-') ? undefined : args[0];
  if (first === undefined && asked && name === undefined) return show(runHelp());
  const entry = EXPERIMENTS.find((experiment) => experiment.name === first);
  if (entry === undefined) {
    const known = EXPERIMENTS.map((experiment) => experiment.name).join(', ');
    throw new UsageError(`problem: got ${first === undefined ? 'none after run' : `'${first}'`}, expected one of ${known}`);
  }
  const options = runOptions(entry);
  if (asked) return show(commandHelp(`run ${entry.name}`, entry.summary, options));
  const given = readArguments(args.slice(1), options, `run ${entry.name}`);
  if (given.operands.length > 0) throw new UsageError(`argument: got '${given.operands[0]}', expected options only after the problem`);
  return runCommand(entry, given);
}

function listProblems(args: readonly string[]): number {
  const { operands, switches } = readArguments(args, PROBLEMS_OPTIONS, 'problems');
  if (operands.length > 0) throw new UsageError(`argument: got '${operands[0]}', expected none`);
  if (switches.get('help')) return show(commandHelp('problems', 'Lists the problems.', PROBLEMS_OPTIONS));
  if (!switches.get('json')) return show(problemLines().join('\n'));
  const list = EXPERIMENTS.map(({ name, summary, epochs, optimizers, safeguard }) => ({ name, summary, epochs, optimizers, safeguard }));
  return show(JSON.stringify(list, null, 2));
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
  print(text);
  return ExitCode.done;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

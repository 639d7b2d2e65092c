// Options of a command: declared once, read by node:util, listed by --help.
import { parseArgs } from 'node:util';
import { UsageError } from './usage.ts';

/** One option; without `value` it is a switch. */
export interface Option {
  readonly flag: string;
  /** Stands for the value in the help. */
  readonly value?: string;
  readonly help: string;
  /** Whether `--no-...` is understood too. */
  readonly negatable?: boolean;
}

/** What was given: operands in order, options by their name. */
export interface Given {
  readonly operands: readonly string[];
  readonly values: ReadonlyMap<string, string>;
  /** Switches that were set, or unset by `--no-...`. */
  readonly switches: ReadonlyMap<string, boolean>;
}

/** Sorts arguments into operands and options. Throws a {@link UsageError} that names the argument. */
export function readArguments(args: readonly string[], options: readonly Option[], command: string): Given {
  const known = new Map<string, Option>();
  for (const option of options) {
    known.set(option.flag, option);
    if (option.negatable) known.set(`no-${option.flag}`, option);
  }
  const declared = Object.fromEntries(
    [...known].map(([flag, { value }]) => [flag, { type: value === undefined ? 'boolean' : 'string' } as const]),
  );
  // Not strict: its messages are sentences about parsing; ours name argument, value and domain.
  const { tokens } = parseArgs({ args: [...args], options: declared, strict: false, allowPositionals: true, tokens: true });
  const operands: string[] = [];
  const values = new Map<string, string>();
  const switches = new Map<string, boolean>();
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const option = known.get(token.name === 'h' ? 'help' : token.name);
    if (option === undefined) {
      throw new UsageError(
        `${token.rawName}: no such option of ${command}; known: ${[...known.keys()].map((flag) => `--${flag}`).join(', ')}`,
      );
    }
    if (values.has(option.flag) || switches.has(option.flag)) throw new UsageError(`--${option.flag}: given twice, expected once`);
    if (option.value === undefined) {
      if (token.value !== undefined) throw new UsageError(`--${token.name}: got '${token.value}', expected no value`);
      switches.set(option.flag, token.name !== `no-${option.flag}`);
    } else {
      const missing = token.value === undefined || (!token.inlineValue && token.value.startsWith('--'));
      if (missing) throw new UsageError(`--${option.flag}: got no value, expected --${option.flag} ${option.value}`);
      values.set(option.flag, token.value);
    }
  }
  return { operands, values, switches };
}

/** The number that an option was given; `undefined` where it was not given. */
export function numberOf({ values }: Given, flag: string): number | undefined {
  const text = values.get(flag);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number)) throw new UsageError(`--${flag}: got '${text}', expected a number`);
  return number;
}

/** The integer in `[low, high]` that an option was given. */
export function integerOf(given: Given, flag: string, low: number, high: number): number | undefined {
  const number = numberOf(given, flag);
  if (number === undefined || (Number.isInteger(number) && number >= low && number <= high)) return number;
  throw new UsageError(`--${flag}: got ${given.values.get(flag)}, expected an integer in [${low}, ${high}]`);
}

/** The options as lines of a help text. */
export function optionLines(options: readonly Option[]): readonly string[] {
  const heads = options.map(({ flag, value, negatable }) => {
    if (value !== undefined) return `--${flag} ${value}`;
    return negatable ? `--${flag}, --no-${flag}` : `--${flag}`;
  });
  const width = Math.max(...heads.map((head) => head.length));
  return options.map(({ help }, i) => `  ${(heads[i] ?? '').padEnd(width)}  ${help}`);
}

import { range, tickStep, ticks } from 'd3-array';
import { format, precisionRound } from 'd3-format';

/** A position on an axis; ticks without a label are minor. */
export interface Tick {
  readonly value: number;
  readonly label?: string;
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const ONE_TWO_FIVE = [1, 2, 5];

/** From here on numbers have exponents: SI prefixes end, and long before that nobody knows them. */
const UNNAMED = 1e15;

/** Evenly spaced round numbers, with as many digits as tell them apart; large ones with SI prefixes, very large ones with exponents. */
export function linearTicks([low, high]: readonly [number, number], count = 6): readonly Tick[] {
  const step = tickStep(low, high, count);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const exponential = `.${Math.max(0, precisionRound(step, largest) - 1)}e`;
  const plain = step < 1e-3 ? exponential : `,.${decimals}f`;
  const label = format(largest >= UNNAMED ? exponential : largest >= 1e5 ? '~s' : plain);
  return ticks(low, high, count).map((value) => ({ value, label: value === 0 ? '0' : label(value) }));
}

/** Labelled powers of ten with minor ticks between them; over a short range also labelled 2 and 5. */
export function logTicks([low, high]: readonly [number, number]): readonly Tick[] {
  const decades = Math.log10(high / low);
  const stride = Math.max(1, Math.ceil(decades / 8));
  const first = Math.floor(Math.log10(low));
  const found: Tick[] = [];
  for (const exponent of range(first, Math.log10(high) + 1e-9)) {
    for (const mantissa of decades <= 8 ? range(1, 10) : [1]) {
      const value = mantissa * powerOfTen(exponent);
      if (value < low * (1 - 1e-9) || value > high * (1 + 1e-9)) continue;
      const labelled = mantissa === 1 ? (exponent - first) % stride === 0 : decades < 2 && ONE_TWO_FIVE.includes(mantissa);
      found.push(labelled ? { value, label: powerLabel(mantissa, exponent) } : { value });
    }
  }
  return found;
}

/** The mantissas times powers of ten that enclose `[low, high]`, ends included. */
export function roundNumbers(low: number, high: number, mantissas: readonly number[] = ONE_TWO_FIVE): readonly number[] {
  const exponents = range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)) + 1);
  const candidates = exponents.flatMap((exponent) => mantissas.map((mantissa) => mantissa * powerOfTen(exponent)));
  const start = candidates.findLastIndex((value) => value <= low * (1 + 1e-9));
  const end = candidates.findIndex((value) => value >= high * (1 - 1e-9));
  return candidates.slice(Math.max(0, start), end < 0 ? undefined : end + 1);
}

/** A number for tooltips: four digits, without trailing zeros. */
export const shortNumber: (value: number) => string = format('.4~g');

function powerOfTen(exponent: number): number {
  return Number(`1e${exponent}`);
}

function powerLabel(mantissa: number, exponent: number): string {
  const digits = String(Math.abs(exponent)).replace(/\d/g, (digit) => SUPERSCRIPTS.charAt(Number(digit)));
  const power = `10${exponent < 0 ? '⁻' : ''}${digits}`;
  return mantissa === 1 ? power : `${mantissa}×${power}`;
}

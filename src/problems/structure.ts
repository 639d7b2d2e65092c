import { argumentError, LgfError, messageOf, shapeError } from '../errors.ts';
import { toVector } from '../matrix.ts';

/** A place in shares of the extents: `[0, 0]` is the lower left corner, `[1, 1]` the upper right one. Without `to` a point. */
export interface Place {
  /** Its lowest corner. */
  readonly from: readonly number[];
  /** Its highest corner. @defaultValue `from` */
  readonly to?: readonly number[];
}

/** An axis: `y` points upwards. */
export type Axis = 'x' | 'y' | 'z';

/** Nodes that do not move along some axes: those nearest to the place. */
export interface Support extends Place {
  readonly fixed: readonly Axis[];
}

/** A force, one number an axis, spread evenly over the nodes nearest to the place. */
export interface Load extends Place {
  readonly force: readonly number[];
}

/** Elements that are not designed: those whose centre lies in the place. */
export interface Region extends Place {
  readonly material: 'solid' | 'void';
}

/** What is loaded, held and given. */
export interface Structure {
  /** They must leave no rigid motion free. */
  readonly supports: readonly Support[];
  /** The loads that act at once, for each load case; the compliance is the sum over the cases. */
  readonly loadCases: readonly (readonly Load[])[];
  /** What is not designed; later ones prevail. @defaultValue none */
  readonly regions?: readonly Region[];
}

/** A structure as the native side takes it: rows of numbers. */
export interface NativeRows {
  readonly supports: Float64Array;
  readonly loads: Float64Array;
  readonly loadCases: number;
  readonly regions: Float64Array;
}

const AXES: readonly Axis[] = ['x', 'y', 'z'];

/** Rows of numbers; what is no structure at all is refused here, what makes no sense in Rust. */
export function nativeStructure(structure: Structure, dimension: number): NativeRows {
  try {
    return rowsOf(structure, dimension);
  } catch (cause) {
    if (cause instanceof LgfError) throw cause;
    throw new LgfError('ERR_LGF_ARGUMENT', `structure: cannot be read: ${messageOf(cause)}`, { argument: 'structure', cause });
  }
}

/** What the native side finds wrong with a structure is named from the options on. */
export function structural<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof LgfError && /^(supports|loadCases|regions)\b/.test(error.argument ?? ''))) throw error;
    throw new LgfError(error.code, `structure.${error.message}`, { argument: `structure.${error.argument}` });
  }
}

function rowsOf(structure: Structure, dimension: number): NativeRows {
  const axes = AXES.slice(0, dimension);
  const { supports, loadCases, regions } = parts(structure, 'structure', ['supports', 'loadCases', 'regions']);
  const supportRow = (support: Support, name: string): readonly number[] => {
    const { fixed, ...at } = parts(support, name, ['from', 'to', 'fixed']);
    const held = each(fixed, `${name}.fixed`, (axis, entry) => {
      if (!axes.includes(axis)) throw argumentError(entry, axis, axes.map((a) => `'${a}'`).join(' | '));
      return [axis];
    });
    return [...place(at, name, dimension), ...AXES.map((axis) => Number(held.includes(axis)))];
  };
  const loadRow = (load: Load, name: string, loadCase: number): readonly number[] => {
    const { force, ...at } = parts(load, name, ['from', 'to', 'force']);
    return [...place(at, name, dimension), ...coordinates(force, `${name}.force`, dimension), loadCase];
  };
  const regionRow = (region: Region, name: string): readonly number[] => {
    const { material, ...at } = parts(region, name, ['from', 'to', 'material']);
    if (material !== 'solid' && material !== 'void') throw argumentError(`${name}.material`, material, "'solid' | 'void'");
    return [...place(at, name, dimension), Number(material === 'solid')];
  };
  let cases = 0;
  const loads = each(loadCases, 'structure.loadCases', (loads, name) => {
    const loadCase = cases++;
    return each(loads, name, (load, entry) => loadRow(load, entry, loadCase));
  });
  return {
    supports: Float64Array.from(each(supports, 'structure.supports', supportRow)),
    loads: Float64Array.from(loads),
    loadCases: cases,
    regions: Float64Array.from(regions === undefined || regions === null ? [] : each(regions, 'structure.regions', regionRow)),
  };
}

/** Refuses what is no object, and parts that are none. */
function parts<T extends object>(value: T, name: string, known: readonly (keyof T & string)[]): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw argumentError(name, value, `an object of ${known.join(', ')}`);
  for (const part of Object.keys(value)) {
    if ((known as readonly string[]).includes(part)) continue;
    throw argumentError(`${name}.${part}`, Reflect.get(value, part), `no such part; known here: ${known.join(', ')}`);
  }
  return value;
}

/** What is made of all entries; the first wrong one ends it, however many holes follow. */
function each<T, R>(values: readonly T[], name: string, make: (value: T, name: string) => readonly R[]): readonly R[] {
  if (!Array.isArray(values)) throw argumentError(name, values, 'an array');
  return Array.from(values as readonly T[], (value, i) => make(value, `${name}.${i}`)).flat() as readonly R[];
}

function place({ from, to }: Place, name: string, dimension: number): readonly number[] {
  const low = coordinates(from, `${name}.from`, dimension);
  return [...low, ...(to === undefined || to === null ? low : coordinates(to, `${name}.to`, dimension))];
}

/** As many finite numbers as there are axes, as three. */
function coordinates(value: readonly number[], name: string, dimension: number): readonly number[] {
  const given = toVector(value, name);
  if (given.length !== dimension) throw shapeError(name, String(given.length), `${dimension}, one number an axis`);
  const stray = given.find((v) => !Number.isFinite(v));
  if (stray !== undefined) throw new LgfError('ERR_LGF_NONFINITE', `${name}: got ${stray}, expected finite numbers`, { argument: name });
  return [...given, 0].slice(0, 3);
}

import { argumentError } from '../errors.ts';
import { xmlAttribute } from './xml.ts';

/** One file of a series. */
export interface TimeStep {
  /** Its path, as seen from the folder of the collection. */
  readonly file: string;
  /** What ParaView shows as the time: for a run, the number of evaluations, say. */
  readonly time: number;
}

/**
 * The text of a ParaView collection (`.pvd`), which makes a series of files an animation over time.
 *
 * @throws {@link LgfError} naming the step
 * @example
 * ```ts
 * import { pvd } from 'learned-gradient-flow';
 * const text = pvd([{ file: 'design-0001.vti', time: 0 }, { file: 'design-0002.vti', time: 10 }]);
 * console.log(text.split('\n')[3]?.trim()); // → <DataSet timestep="0" part="0" file="design-0001.vti"/>
 * ```
 */
export function pvd(steps: readonly TimeStep[]): string {
  if (!Array.isArray(steps)) throw argumentError('steps', steps, 'an array of steps');
  const lines = Array.from(steps, (step: TimeStep, i) => {
    if (typeof step !== 'object' || step === null) throw argumentError(`steps.${i}`, step, 'an object with file and time');
    const { file, time } = step;
    if (typeof file !== 'string' || !/^\P{Cc}+$/u.test(file)) throw argumentError(`steps.${i}.file`, file, 'the path of a file');
    if (!Number.isFinite(time)) throw argumentError(`steps.${i}.time`, time, 'a finite number');
    return `    <DataSet timestep="${time}" part="0" file="${xmlAttribute(file)}"/>\n`;
  });
  return `<?xml version="1.0"?>
<VTKFile type="Collection" version="1.0" byte_order="LittleEndian" header_type="UInt64">
  <Collection>
${lines.join('')}  </Collection>
</VTKFile>
`;
}

// The stiffest beam that half of the material makes: a progress line, a picture, what it came to.
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type DesignMeasures, densityPng, minimize, problems } from 'learned-gradient-flow';

/** Optimizes half an MBB beam, draws it to a file, and returns what was found, the evaluations, and the bytes of the picture. */
export async function run(file = 'beam.png'): Promise<{ last: DesignMeasures; evaluations: number; picture: Uint8Array }> {
  const beam = problems.topology2d({ preset: 'mbb', size: [60, 20], direction: 'criteria' });
  const { x, evaluations } = await minimize(beam, beam.start(), {
    direction: 'custom',
    faithful: true,
    valueTolerance: 1e-4,
    onIteration: ({ iteration }) => void process.stdout.write(`\r${iteration}: compliance ${beam.last?.compliance.toFixed(2)}  `),
  });
  const picture = densityPng({ size: beam.size, values: beam.density(x) }, { scale: 8 });
  writeFileSync(file, picture);
  beam.evaluate(x, new Float64Array(beam.dimension));
  const last = beam.last as DesignMeasures;
  console.log(
    `\n${evaluations} evaluations: compliance ${last.compliance.toFixed(2)}, volume ${last.volume.toFixed(3)}, picture in ${file}`,
  );
  return { last, evaluations, picture };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await run();

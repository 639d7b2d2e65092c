// The demo as `npm run demo` runs it, into a folder of its own.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../examples/demo.ts';

test('descent and learned flow on the heated rod', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lgf-demo-'));
  try {
    const [descent, learned] = run(folder);
    expect(descent).toMatchObject({ evaluations: 750, untilTarget: { evaluations: 734 } });
    expect(learned).toMatchObject({ evaluations: 375 });
    expect(learned?.untilTarget).toBeUndefined();
    // The stored runs end at 6.495e-5 and 3.202e-4.
    expect(descent?.value).toBeCloseTo(6.495e-5, 8);
    expect(learned?.value).toBeCloseTo(3.202e-4, 7);
    const learnedSteps = learned?.record.phases.filter((phase) => phase === 'learned');
    expect(learnedSteps).toHaveLength(375);
    expect(learned?.record.values.filter((value) => value === undefined)).toHaveLength(375);
    const page = readFileSync(join(folder, 'heat-rod.html'), 'utf8');
    expect(page.match(/<svg/g)?.length).toBeGreaterThanOrEqual(2);
    expect(page).not.toMatch(/<script|(?:src|href)="https?:/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

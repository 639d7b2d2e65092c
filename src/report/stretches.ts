import type { Phase, RunTrace } from './types.ts';

/** An entry of a run at its place in a figure. */
export interface PlacedEntry {
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

/** Consecutive entries joined by one kind of line. */
export interface Stretch {
  readonly phase: Phase;
  readonly entries: readonly PlacedEntry[];
}

/** The kind of step that leaves each entry. */
export function phasesOf(run: RunTrace): readonly Phase[] {
  return run.phases ?? run.values.map((value) => (value === undefined ? 'learned' : 'true'));
}

/**
 * Cuts a run into true and learned stretches that share their end entries. Entries missing between two others are bridged by a
 * learned stretch if learned steps led across; if only failed true evaluations lie between, the line breaks there.
 */
export function stretchesOf(entries: readonly PlacedEntry[], phases: readonly Phase[]): readonly Stretch[] {
  const found: { phase: Phase; entries: PlacedEntry[] }[] = [];
  entries.forEach((entry, position) => {
    const before = entries[position - 1];
    const phase = before && phases.slice(before.index, entry.index).includes('learned') ? 'learned' : 'true';
    const open = found.at(-1);
    if (before === undefined || (phase === 'true' && entry.index > before.index + 1)) found.push({ phase, entries: [entry] });
    else if (open?.phase === phase) open.entries.push(entry);
    else found.push({ phase, entries: [before, entry] });
  });
  return found;
}

/** Entries at least `distance` apart, first and last always among them: enough to point at. */
export function spacedEntries(entries: readonly PlacedEntry[], distance: number): readonly PlacedEntry[] {
  const kept: PlacedEntry[] = [];
  for (const entry of entries) {
    const last = kept.at(-1);
    if (last === undefined || Math.hypot(entry.x - last.x, entry.y - last.y) >= distance) kept.push(entry);
  }
  const end = entries.at(-1);
  if (end !== undefined && kept.at(-1) !== end) kept.push(end);
  return kept;
}

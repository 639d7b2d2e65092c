import { designFigure } from './designFigure.ts';
import { gridFigure } from './gridFigure.ts';
import { linesFigure } from './linesFigure.ts';
import { lossFigure } from './lossFigure.ts';
import { element, textElement } from './markup.ts';
import { meshFigure } from './meshFigure.ts';
import { pathFigure, planeFigure } from './pathFigure.ts';
import { pictureFigure } from './pictureFigure.ts';
import { STYLE } from './style.ts';
import { summaryTable } from './summaryTable.ts';
import type { FigureSpec, ReportOptions, RunTrace, Section } from './types.ts';
import { checkReport } from './validate.ts';

/** Forbids the page every request; only its own style sheet applies, and pictures are part of it. */
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * One self-contained HTML page that compares optimization runs: summary table, figures, facts. It needs no network and no scripts.
 * Throws a `RangeError` that names the argument at fault, for example when there are no runs.
 */
export function renderReport(options: ReportOptions): string {
  checkReport(options);
  const { title, subtitle, summary, runs, landscape, sections = [], facts = [] } = options;
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: CONTENT_POLICY }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    textElement('title', {}, title),
    element('style', {}, STYLE),
  );
  const timed = runs.every(({ seconds }) => seconds !== undefined);
  const figures = [
    ...(landscape === undefined ? [] : [pathFigure(runs, landscape)]),
    lossFigure(runs, options),
    ...(timed ? [lossFigure(runs, options, 'times', 'seconds')] : []),
  ];
  const body = element(
    'body',
    {},
    element('header', {}, textElement('h1', {}, title), subtitle === undefined ? '' : textElement('p', { class: 'subtitle' }, subtitle)),
    element(
      'main',
      {},
      summaryTable(summary),
      figureGrid(figures),
      ...sections.map((part, index) => section(part, runs, index)),
      factList(facts),
    ),
  );
  return `<!doctype html>\n${element('html', { lang: 'en' }, head, body)}\n`;
}

function figureGrid(figures: readonly string[]): string {
  return element('div', { class: 'figures' }, ...figures);
}

function section({ title, remark, figures, table }: Section, runs: readonly RunTrace[], index: number): string {
  const drawn = figures.map((spec, position) => draw(spec, runs, `section-${index}-${position}`));
  const note = remark === undefined ? '' : textElement('p', { class: 'remark' }, remark);
  const grid = drawn.length === 0 ? '' : figureGrid(drawn);
  return element('section', {}, textElement('h2', {}, title), note, grid, table === undefined ? '' : summaryTable(table, title));
}

function draw(spec: FigureSpec, runs: readonly RunTrace[], id: string): string {
  switch (spec.kind) {
    case 'grid':
      return gridFigure(spec, id);
    case 'mesh':
      return meshFigure(spec, id);
    case 'lines':
      return linesFigure(spec, id);
    case 'plane':
      return planeFigure(runs, spec, id);
    case 'design':
      return designFigure(spec, id);
    case 'picture':
      return pictureFigure(spec, id);
  }
}

function factList(facts: readonly (readonly [string, string])[]): string {
  if (facts.length === 0) return '';
  const items = facts.map(([name, text]) => textElement('dt', {}, name) + textElement('dd', {}, text));
  return element('section', {}, textElement('h2', {}, 'How these numbers were made'), element('dl', { class: 'facts' }, ...items));
}

import { lossFigure } from './lossFigure.ts';
import { element, textElement } from './markup.ts';
import { pathFigure } from './pathFigure.ts';
import { STYLE } from './style.ts';
import { summaryTable } from './summaryTable.ts';
import type { ReportOptions } from './types.ts';
import { checkReport } from './validate.ts';

/** Forbids the page every request; only its own style sheet applies. */
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/**
 * One self-contained HTML page that compares optimization runs: summary table, figures, facts. It needs no network and no scripts.
 * Throws a `RangeError` that names the argument at fault, for example when there are no runs.
 */
export function renderReport(options: ReportOptions): string {
  checkReport(options);
  const { title, subtitle, summary, runs, landscape, facts = [] } = options;
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: CONTENT_POLICY }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    textElement('title', {}, title),
    element('style', {}, STYLE),
  );
  const figures = [...(landscape === undefined ? [] : [pathFigure(runs, landscape)]), lossFigure(runs, options)];
  const body = element(
    'body',
    {},
    element('header', {}, textElement('h1', {}, title), subtitle === undefined ? '' : textElement('p', { class: 'subtitle' }, subtitle)),
    element('main', {}, summaryTable(summary), element('div', { class: 'figures' }, ...figures), factList(facts)),
  );
  return `<!doctype html>\n${element('html', { lang: 'en' }, head, body)}\n`;
}

function factList(facts: readonly (readonly [string, string])[]): string {
  if (facts.length === 0) return '';
  const items = facts.map(([name, text]) => textElement('dt', {}, name) + textElement('dd', {}, text));
  return element('section', {}, textElement('h2', {}, 'How these numbers were made'), element('dl', { class: 'facts' }, ...items));
}

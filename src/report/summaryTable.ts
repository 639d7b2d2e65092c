import { element, textElement } from './markup.ts';
import type { Table, TableColumn } from './types.ts';

/** The table as HTML; the first cell of a row is its heading. */
export function summaryTable({ columns, rows }: Table, name = 'Summary'): string {
  const head = columns.map((column, index) => {
    const unit = column.unit === undefined ? '' : textElement('span', { class: 'unit' }, column.unit);
    return element('th', { scope: 'col', class: alignment(column, index) }, textElement('span', {}, column.label), unit);
  });
  const body = rows.map((row) => {
    const cells = columns.map((column, index) => {
      const [name, scope] = index === 0 ? ['th', 'row'] : ['td', undefined];
      return textElement(name, { scope, class: alignment(column, index) }, row[index] ?? '');
    });
    return element('tr', {}, ...cells);
  });
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body));
  return element('div', { class: 'table', role: 'region', 'aria-label': name, tabindex: 0 }, table);
}

function alignment({ align }: TableColumn, index: number): string {
  return align ?? (index === 0 ? 'left' : 'right');
}

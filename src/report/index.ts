export { lossFigure } from './lossFigure.ts';
export { pathFigure } from './pathFigure.ts';
export { renderReport } from './renderReport.ts';
export type { Landscape, LossFigureOptions, Phase, ReportOptions, RunTrace, Table, TableColumn, Target } from './types.ts';

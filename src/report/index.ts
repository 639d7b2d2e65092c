export { lossFigure } from './lossFigure.ts';
export { pathFigure, pinLandscape } from './pathFigure.ts';
export { renderReport } from './renderReport.ts';
export type {
  ColourScale,
  Design,
  DesignLoad,
  DesignSupport,
  FigureSpec,
  GridField,
  Landscape,
  LineChart,
  LossFigureOptions,
  MeshField,
  PathPlane,
  Phase,
  PictureFigure,
  ReportOptions,
  RunTrace,
  Section,
  Table,
  TableColumn,
  Target,
} from './types.ts';

/**
 * One optimization run, entry by entry.
 *
 * Entry `i` is a state the optimizer stood at: `points[i]` where, `values[i]` the objective there, `evaluations[i]` the true
 * evaluations made before it, `phases[i]` the kind of step that leaves it.
 */
export interface RunTrace {
  readonly name: string;
  /** Decides the colour family and the drawing order: base runs lie wide underneath, learned runs thin on top. */
  readonly kind: 'base' | 'learned' | 'other';
  readonly evaluations: readonly number[];
  /** `undefined` where the objective was not evaluated. */
  readonly values: readonly (number | undefined)[];
  /** The path figure draws the first two coordinates of two-variable points. */
  readonly points?: readonly (readonly number[])[];
  /** Default: `'learned'` where the value is `undefined`, `'true'` elsewhere. */
  readonly phases?: readonly Phase[];
  /** Seconds spent before each entry; adds the figure of progress against time where all runs have them. */
  readonly seconds?: readonly number[];
}

/** Whether a step used the objective or the learned flow. */
export type Phase = 'true' | 'learned';

/** A table of ready-made texts; numbers are formatted by the caller. */
export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly string[])[];
}

/** Head of one table column; numbers belong on the right, which is the default from the second column on. */
export interface TableColumn {
  readonly label: string;
  readonly unit?: string;
  readonly align?: 'left' | 'right';
}

/** The objective over two variables, drawn as contours under the paths. */
export interface Landscape {
  /**
   * Called on a regular grid of `samples` by `samples` points, the outermost ones on the ends of both ranges; or what it gave there, row by
   * row with y upwards, and then both ranges are needed.
   */
  readonly value: ((x: number, y: number) => number) | readonly number[];
  readonly scale: 'log' | 'linear';
  readonly xLabel: string;
  readonly yLabel: string;
  /** Names the contoured quantity, with its unit. */
  readonly valueLabel: string;
  readonly optimum?: readonly [number, number];
  /** Default: the extent of the paths and the optimum, with a margin. */
  readonly xRange?: readonly [number, number];
  readonly yRange?: readonly [number, number];
  /** Grid points along each axis; default 64. */
  readonly samples?: number;
}

/** A value worth reaching, drawn as a horizontal line. */
export interface Target {
  readonly value: number;
  readonly label: string;
}

/** What the value figure needs beside the runs. */
export interface LossFigureOptions {
  /** Names the quantity of `RunTrace.values`, with its unit. */
  readonly valueLabel: string;
  readonly target?: Target;
  /** Drawn as the distance from this value, on a logarithmic axis, for quantities that may be negative. */
  readonly above?: number;
}

/** Everything a report shows. */
export interface ReportOptions extends LossFigureOptions {
  readonly title: string;
  readonly subtitle?: string;
  readonly summary: Table;
  readonly runs: readonly RunTrace[];
  /** Machine, versions, settings: name and text. */
  readonly facts?: readonly (readonly [string, string])[];
  /** Adds the figure of parameter paths. */
  readonly landscape?: Landscape;
  /** More figures, each group under a heading. */
  readonly sections?: readonly Section[];
}

/** Figures that belong together. */
export interface Section {
  readonly title: string;
  /** What a reader must know to read them. */
  readonly remark?: string;
  readonly figures: readonly FigureSpec[];
  /** Below the figures. */
  readonly table?: Table;
}

/** A figure as plain data, so that it can be stored and drawn again. */
export type FigureSpec = GridField | MeshField | LineChart | PathPlane | Design | PictureFigure;

/** What the colours of a field mean; fields that are to be compared are given the same one. */
export interface ColourScale {
  /** Names the quantity, with its unit. */
  readonly label: string;
  /** Values at both ends of the colours; beyond them the end colour is used. */
  readonly domain: readonly [number, number];
  /** Two hues that part at the middle of the domain, for errors. */
  readonly diverging?: boolean;
}

/** A field sampled on a regular grid, drawn as filled contours. */
export interface GridField {
  readonly kind: 'grid';
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Positions of the outermost samples, which lie on the edges of the drawing. */
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  /** Samples along x. */
  readonly columns: number;
  /** Row by row, y upwards. */
  readonly values: readonly number[];
  readonly scale: ColourScale;
  /** Whether lengths along both axes are drawn alike. */
  readonly isometric?: boolean;
}

/** A field with one value for each polygon of a plane mesh, or of a solid that was projected to a plane. */
export interface MeshField {
  readonly kind: 'mesh';
  readonly title: string;
  readonly vertices: readonly (readonly [number, number])[];
  /** Vertices of each polygon; later polygons cover earlier ones. */
  readonly cells: readonly (readonly number[])[];
  readonly values: readonly number[];
  readonly scale: ColourScale;
  /** Labels of the axes of a plane mesh. */
  readonly axes?: readonly [string, string];
  /** Directions of the labelled axes of a solid, in the plane. */
  readonly directions?: readonly { readonly label: string; readonly towards: readonly [number, number] }[];
}

/** Curves over one variable. */
export interface LineChart {
  readonly kind: 'lines';
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly lines: readonly {
    readonly label: string;
    readonly kind: RunTrace['kind'];
    readonly x: readonly number[];
    readonly y: readonly number[];
    /** The kind of step that leaves each point, where the curve is that of a run. */
    readonly phases?: readonly Phase[];
  }[];
}

/** Paths of the runs of a report in a plane, one list of points for each run, entry by entry. */
export interface PathPlane {
  readonly kind: 'plane';
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly paths: readonly (readonly (readonly [number, number])[])[];
}

/** A plane design: a density for each cell, with what holds and loads it. Lengths are those of cells, from the lower left corner. */
export interface Design {
  readonly kind: 'design';
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Cells along x and y. */
  readonly size: readonly [number, number];
  /** A PNG file in base64: a pixel a cell, black of the opacity that the density is, the lowest row at the bottom. */
  readonly image: string;
  readonly supports?: readonly DesignSupport[];
  readonly loads?: readonly DesignLoad[];
  /** Names the loads, with their unit. */
  readonly loadLabel?: string;
  readonly remark?: string;
}

/** Where a design is held. */
export interface DesignSupport {
  readonly at: readonly [number, number];
  /** The other end, where an edge is held and not a point. */
  readonly to?: readonly [number, number];
  /** The displacements that are held. */
  readonly fixed: 'x' | 'y' | 'both';
}

/** Where and whither a design is pulled. */
export interface DesignLoad {
  readonly at: readonly [number, number];
  /** The other end, where an edge is loaded and not a point. */
  readonly to?: readonly [number, number];
  /** Of any length but zero; y points upwards. */
  readonly direction: readonly [number, number];
}

/** A picture that was rendered before. */
export interface PictureFigure {
  readonly kind: 'picture';
  readonly title: string;
  /** A PNG file in base64, best with a transparent background. */
  readonly image: string;
  readonly width: number;
  readonly height: number;
  /** Says in words what is to be seen, for readers who do not see it. */
  readonly description?: string;
  readonly remark?: string;
}

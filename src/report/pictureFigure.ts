import { figure } from './figure.ts';
import { FIGURE_WIDTH } from './frame.ts';
import { element } from './markup.ts';
import type { PictureFigure } from './types.ts';
import { checkPicture } from './validate.ts';

/** A rendered picture. Throws a `RangeError` that names what does not fit. */
export function pictureFigure(picture: PictureFigure, id: string): string {
  checkPicture(picture);
  const { title, image, width, height, description, remark } = picture;
  const drawn = (FIGURE_WIDTH * height) / width;
  return figure({
    id,
    title,
    description: description ?? title,
    legend: [],
    drawing: element('image', { class: 'picture', width: FIGURE_WIDTH, height: drawn, href: `data:image/png;base64,${image}` }),
    remarks: remark === undefined ? [] : [remark],
    height: drawn,
  });
}

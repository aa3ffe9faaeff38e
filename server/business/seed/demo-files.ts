/** The picture and the document of the demo chats, drawn here: a bar chart as PNG, a page of text as PDF. */
import { pngOf } from '../stickers/png.ts';

type Colour = readonly [red: number, green: number, blue: number];

export const CHART_SIZE = { width: 600, height: 252 } as const;

const WHITE: Colour = [255, 255, 255];
const LINE: Colour = [228, 235, 233];
const INK: Colour = [27, 43, 40];
const PALE: Colour = [94, 108, 105];
/** Milliseconds of eight versions, and their colours. */
const BARS: readonly (readonly [height: number, colour: Colour])[] = [
  [104, [201, 214, 211]],
  [94, [201, 214, 211]],
  [78, [180, 203, 198]],
  [60, [143, 191, 182]],
  [42, [79, 164, 151]],
  [30, [31, 138, 126]],
  [22, [11, 118, 110]],
  [16, [11, 118, 110]],
];

/** 5 dots a row, one number per row, the leftmost dot is 16. Only what the chart says. */
const FONT: Readonly<Record<string, readonly number[]>> = {
  ' ': [0, 0, 0, 0, 0, 0, 0],
  ',': [0, 0, 0, 0, 4, 4, 8],
  '.': [0, 0, 0, 0, 0, 12, 12],
  '-': [0, 0, 0, 31, 0, 0, 0],
  '0': [14, 17, 19, 21, 25, 17, 14],
  '1': [4, 12, 4, 4, 4, 4, 14],
  '5': [31, 16, 30, 1, 1, 17, 14],
  '8': [14, 17, 17, 14, 17, 17, 14],
  '9': [14, 17, 17, 15, 1, 2, 12],
  a: [0, 0, 14, 1, 15, 17, 15],
  b: [16, 16, 22, 25, 17, 17, 30],
  c: [0, 0, 14, 16, 16, 17, 14],
  e: [0, 0, 14, 17, 31, 16, 14],
  l: [12, 4, 4, 4, 4, 4, 14],
  m: [0, 0, 26, 21, 21, 17, 17],
  n: [0, 0, 22, 25, 17, 17, 17],
  o: [0, 0, 14, 17, 17, 17, 14],
  p: [0, 0, 30, 17, 17, 30, 16, 16],
  r: [0, 0, 22, 25, 16, 16, 16],
  s: [0, 0, 14, 16, 14, 1, 30],
  t: [8, 8, 28, 8, 8, 9, 6],
  v: [0, 0, 17, 17, 17, 10, 4],
};

class Canvas {
  readonly #width: number;
  readonly #height: number;
  readonly #rows: Buffer[];

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    // Each row begins with its filter type: none.
    this.#rows = Array.from({ length: height }, () => Buffer.alloc(1 + width * 3));
    this.fill(0, 0, width, height, WHITE);
  }

  fill(left: number, top: number, width: number, height: number, colour: Colour): void {
    for (const row of this.#rows.slice(top, top + height)) {
      for (let x = left; x < Math.min(this.#width, left + width); x += 1) row.set(colour, 1 + x * 3);
    }
  }

  /** `dot`: px per dot of the letters. */
  write(words: string, left: number, top: number, dot: number, colour: Colour): void {
    for (const [index, letter] of words.split('').entries()) {
      for (const [y, bits] of (FONT[letter] ?? []).entries()) {
        for (let x = 0; x < 5; x += 1) {
          if (bits & (16 >> x)) this.fill(left + (index * 6 + x) * dot, top + y * dot, dot, dot, colour);
        }
      }
    }
  }

  png(): Buffer {
    return pngOf(this.#width, this.#height, this.#rows, 'rgb');
  }
}

/** "recall to tombstone, p95 ms": bars that get shorter. */
export function chartPng(): Buffer {
  const canvas = new Canvas(CHART_SIZE.width, CHART_SIZE.height);
  canvas.write('recall to tombstone, p95 ms', 36, 30, 3, INK);
  for (const y of [80, 132, 184]) canvas.fill(36, y, 528, 2, LINE);
  for (const [index, [height, colour]] of BARS.entries()) {
    canvas.fill(48 + index * 64, 184 - height, 36, height, colour);
  }
  canvas.write('v0.1 - v0.8', 36, 206, 2, PALE);
  return canvas.png();
}

const REPORT = [
  'Recall leak test report',
  '',
  'Bubbles, preview, quotes, search: 0 residues',
  'Notifications, unread, media, disk: 0 residues',
  'Offline recall: see item 2, wording of the waiting line',
];

/** One page, one font every reader has. */
export function reportPdf(): Buffer {
  const lines = REPORT.map((line) => `(${line}) Tj T*`).join('\n');
  const text = `BT /F1 14 Tf 20 TL 72 770 Td\n${lines}\nET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(`${body}xref\n0 ${size}\n0000000000 65535 f \n${table}${trailer}`, 'latin1');
}

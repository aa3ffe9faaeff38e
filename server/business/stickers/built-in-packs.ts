/** The packs that come with the embedded server, drawn here: a monkey that moves, and signs for a working day. */
import {
  area,
  curve,
  drawingOf,
  ellipse,
  type Layer,
  line,
  outlineOf,
  pictureOf,
  type Shape,
  SIDE,
} from './sticker-shapes.ts';

export interface BuiltInSticker {
  /** Of its file: `sticker/packs/<category>/<name>`. */
  name: string;
  title: string;
  /** What it is found by. */
  words: string;
  format: 'lim' | 'png';
  placeholder: string;
  layers: readonly Layer[];
}

export interface BuiltInPack {
  category: string;
  title: string;
  about: string;
  stickers: readonly BuiltInSticker[];
}

const PICTURE_SIDE = 240;
const COVER_SIDE = 120;

const [FUR, DARK_FUR, SKIN, GOLD, INK, RED, GREEN, SKY, WHITE] = [
  '#a9683a',
  '#8a5230',
  '#f4d2aa',
  '#e9b93c',
  '#3a2a20',
  '#d93a3a',
  '#2f9e5b',
  '#4b8fd6',
  '#ffffff',
] as const;

const EARS = [ellipse(98, 276, 54, 60, DARK_FUR), ellipse(414, 276, 54, 60, DARK_FUR)];
const HEAD = ellipse(256, 262, 164, 152, FUR);
const FACE: readonly Shape[] = [
  ellipse(98, 276, 32, 38, SKIN),
  ellipse(414, 276, 32, 38, SKIN),
  HEAD,
  ellipse(204, 250, 62, 60, SKIN),
  ellipse(308, 250, 62, 60, SKIN),
  ellipse(256, 308, 118, 92, SKIN),
  line(curve([112, 190], [256, 118], [400, 190]), 26, GOLD),
  ellipse(256, 152, 22, 22, GOLD),
];
const nose: readonly Shape[] = [ellipse(246, 292, 6, 5, DARK_FUR), ellipse(266, 292, 6, 5, DARK_FUR)];

const dots: readonly Shape[] = [ellipse(204, 256, 17, 21, INK), ellipse(308, 256, 17, 21, INK)];
const smiling: readonly Shape[] = [
  line(curve([182, 264], [204, 232], [226, 264]), 12, INK),
  line(curve([286, 264], [308, 232], [330, 264]), 12, INK),
];
const closed: readonly Shape[] = [
  line(curve([182, 254], [204, 278], [226, 254]), 12, INK),
  line(curve([286, 254], [308, 278], [330, 254]), 12, INK),
];
const smile = line(curve([208, 326], [256, 372], [304, 326]), 12, INK);
const laugh: readonly Shape[] = [
  area([...curve([206, 324], [256, 410], [306, 324])], INK),
  ellipse(256, 358, 24, 12, RED),
];
const frown = line(curve([212, 358], [256, 312], [300, 358]), 12, INK);
const gasp = ellipse(256, 348, 24, 30, INK);

const heart = (x: number, y: number, size: number): Shape[] => [
  ellipse(x - size * 0.48, y - size * 0.3, size * 0.56, size * 0.56, RED),
  ellipse(x + size * 0.48, y - size * 0.3, size * 0.56, size * 0.56, RED),
  area(
    [
      [x - size * 0.98, y - size * 0.06],
      [x + size * 0.98, y - size * 0.06],
      [x, y + size],
    ],
    RED,
  ),
];
const tear = ellipse(338, 316, 13, 19, SKY);
const hand: readonly Shape[] = [
  line(
    [
      [430, 430],
      [446, 372],
    ],
    44,
    FUR,
  ),
  ellipse(448, 346, 38, 36, SKIN),
];
const tick: readonly Shape[] = [
  line(
    [
      [376, 398],
      [412, 434],
      [476, 350],
    ],
    30,
    GREEN,
  ),
];
const zzz = (x: number, y: number, size: number): Shape =>
  line(
    [
      [x, y],
      [x + size, y],
      [x, y + size],
      [x + size, y + size],
    ],
    size / 4,
    SKY,
  );
const staff: readonly Shape[] = [
  line(
    [
      [452, 470],
      [452, 190],
    ],
    26,
    RED,
  ),
  line(
    [
      [452, 216],
      [452, 186],
    ],
    30,
    GOLD,
  ),
  line(
    [
      [452, 474],
      [452, 448],
    ],
    30,
    GOLD,
  ),
];

type Moving = NonNullable<Layer['motion']>;
const nod: Moving = { kind: 'shift', by: [0, 14] };
const sway: Moving = { kind: 'turn', degrees: 5, about: [256, 420] };

function monkey(
  name: string,
  title: string,
  words: string,
  of: { mood: readonly Shape[]; moves: Moving; beside?: readonly Layer[] },
): BuiltInSticker {
  return {
    name: `${name}.lim`,
    title,
    words,
    format: 'lim',
    placeholder: outlineOf([...EARS, HEAD]),
    layers: [{ shapes: [...EARS, ...FACE, ...nose, ...of.mood], motion: of.moves }, ...(of.beside ?? [])],
  };
}

const MONKEY: BuiltInPack = {
  category: 'wukong',
  title: '小悟空',
  about: '会动的小猴子',
  stickers: [
    monkey('hello', '你好', 'hello hi 嗨 打招呼', {
      mood: [...dots, smile],
      moves: nod,
      beside: [{ shapes: hand, motion: { kind: 'turn', degrees: 16, about: [430, 440] } }],
    }),
    monkey('happy', '开心', 'happy 哈哈 笑', { mood: [...smiling, ...laugh], moves: sway }),
    monkey('sad', '难过', 'sad 哭 伤心', {
      mood: [...dots, frown],
      moves: { kind: 'shift', by: [0, 6] },
      beside: [{ shapes: [tear], motion: { kind: 'shift', by: [0, 34] } }],
    }),
    monkey('wow', '惊讶', 'wow 哇 吃惊', {
      mood: [...dots, gasp],
      moves: { kind: 'grow', percent: 105, about: [256, 262] },
    }),
    monkey('love', '爱心', 'love heart 喜欢', {
      mood: [...smiling, smile],
      moves: sway,
      beside: [{ shapes: heart(424, 152, 46), motion: { kind: 'grow', percent: 124, about: [424, 160] } }],
    }),
    monkey('ok', '收到', 'ok got it 好的 明白', {
      mood: [...dots, smile],
      moves: nod,
      beside: [{ shapes: tick, motion: { kind: 'grow', percent: 112, about: [424, 400] } }],
    }),
    monkey('night', '晚安', 'good night 睡觉', {
      mood: [...closed, line(curve([234, 342], [256, 354], [278, 342]), 12, INK)],
      moves: { kind: 'turn', degrees: 3, about: [256, 420] },
      beside: [{ shapes: [zzz(396, 100, 40), zzz(452, 52, 28)], motion: { kind: 'shift', by: [10, -16] } }],
    }),
    monkey('go', '加油', 'go come on 努力', {
      mood: [...dots, ...laugh],
      moves: { kind: 'shift', by: [0, -18] },
      beside: [{ shapes: staff, motion: { kind: 'turn', degrees: 10, about: [452, 470] } }],
    }),
  ],
};

const badge = (colour: `#${string}`): Shape[] => [
  ellipse(256, 256, 214, 214, colour),
  ellipse(256, 256, 186, 186, WHITE),
  ellipse(256, 256, 172, 172, colour),
];

function sign(name: string, title: string, words: string, shapes: readonly Shape[]): BuiltInSticker {
  return {
    name: `${name}.png`,
    title,
    words,
    format: 'png',
    placeholder: `[${title}]`,
    layers: [{ shapes }],
  };
}

const SIGNS: BuiltInPack = {
  category: 'office',
  title: '办公回复',
  about: '同意、稍等、辛苦了',
  stickers: [
    sign('yes', '同意', 'yes agree ok', [
      ...badge(GREEN),
      line(
        [
          [172, 264],
          [232, 322],
          [344, 194],
        ],
        44,
        WHITE,
      ),
    ]),
    sign('no', '不行', 'no 拒绝', [
      ...badge(RED),
      line(
        [
          [186, 186],
          [326, 326],
        ],
        44,
        WHITE,
      ),
      line(
        [
          [326, 186],
          [186, 326],
        ],
        44,
        WHITE,
      ),
    ]),
    sign('wait', '稍等', 'wait 等一下', [
      ...badge(SKY),
      line(
        [
          [256, 156],
          [256, 262],
          [326, 300],
        ],
        34,
        WHITE,
      ),
    ]),
    sign('ask', '疑问', 'question 问', [
      ...badge('#e08a2e'),
      line(
        [
          ...curve([192, 210], [200, 130], [262, 138]),
          ...curve([262, 138], [352, 150], [316, 222]),
          [256, 276],
        ],
        36,
        WHITE,
      ),
      ellipse(256, 344, 24, 24, WHITE),
    ]),
    sign('coffee', '辛苦了', 'coffee thanks 咖啡', [
      ellipse(380, 286, 62, 60, '#8c9aa8'),
      ellipse(380, 286, 34, 32, WHITE),
      area(
        [
          [124, 208],
          [388, 208],
          [360, 404],
          [152, 404],
        ],
        '#c9d3dc',
      ),
      ellipse(256, 208, 132, 30, '#eef2f5'),
      ellipse(256, 210, 112, 21, '#6b4226'),
      line(curve([206, 160], [176, 128], [206, 92]), 18, '#b9c4ce'),
      line(curve([262, 160], [232, 128], [262, 92]), 18, '#b9c4ce'),
      line(
        [
          [104, 428],
          [408, 428],
        ],
        26,
        '#8c9aa8',
      ),
    ]),
    sign('clap', '庆祝', 'party congratulations 恭喜', [
      area(
        [
          [112, 430],
          [186, 216],
          [318, 350],
        ],
        GOLD,
      ),
      area(
        [
          [136, 360],
          [162, 284],
          [244, 372],
          [190, 396],
        ],
        RED,
      ),
      ellipse(252, 282, 96, 40, '#f6dd96'),
      line(curve([300, 226], [330, 170], [290, 120]), 20, SKY),
      line(curve([330, 262], [400, 240], [420, 180]), 20, GREEN),
      line(curve([344, 304], [410, 320], [446, 280]), 20, RED),
      ellipse(232, 150, 18, 18, RED),
      ellipse(380, 118, 20, 20, GOLD),
      ellipse(446, 226, 16, 16, SKY),
      ellipse(420, 372, 18, 18, GREEN),
    ]),
  ],
};

export const BUILT_IN_PACKS: readonly BuiltInPack[] = [MONKEY, SIGNS];

/** Where their files lie, as objects; nobody uploads there. */
export const PACK_FOLDER = 'sticker/packs/';
const COVER = 'cover.png';

export const stickerPath = (category: string, name: string): string =>
  `file/preview/${PACK_FOLDER}${category}/${name}`;
export const coverPath = ({ category }: BuiltInPack): string => stickerPath(category, COVER);
/** px of a side, as lists say it. */
export const sideOf = ({ format }: BuiltInSticker): number => (format === 'lim' ? SIDE : PICTURE_SIDE);

const made = new Map<string, Buffer>();

/** The file of an object of theirs, drawn when it is first asked for; null = it is none. */
export function packFile(object: string): { content: Buffer; contentType: string } | null {
  const [category, name, more] = object.startsWith(PACK_FOLDER)
    ? object.slice(PACK_FOLDER.length).split('/')
    : [];
  const pack = BUILT_IN_PACKS.find((one) => one.category === category);
  const sticker = name === COVER ? pack?.stickers[0] : pack?.stickers.find((one) => one.name === name);
  if (!sticker || more !== undefined) return null;
  const drawn = name !== COVER && sticker.format === 'lim';
  const content =
    made.get(object) ??
    (drawn
      ? drawingOf(sticker.layers)
      : pictureOf(sticker.layers, name === COVER ? COVER_SIDE : PICTURE_SIDE));
  made.set(object, content);
  return { content, contentType: drawn ? 'application/octet-stream' : 'image/png' };
}

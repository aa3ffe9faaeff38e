const still = (k: number | number[]) => ({ a: 0, k });

/** A sticker as phones send it (Lottie): an orange bar that turns once a second. `name`: words that players ignore. */
export function turningDrawing(name = ''): string {
  const whole = { p: still([0, 0]), a: still([0, 0]), s: still([100, 100]), r: still(0), o: still(100) };
  const bar = {
    ty: 'gr',
    it: [
      { ty: 'rc', p: still([0, 0]), s: still([400, 120]), r: still(60) },
      { ty: 'fl', c: still([1, 0.55, 0.1, 1]), o: still(100), r: 1 },
      { ty: 'tr', ...whole },
    ],
  };
  const turns = [
    { t: 0, s: [0], i: { x: [0.8], y: [0.8] }, o: { x: [0.2], y: [0.2] } },
    { t: 30, s: [360] },
  ];
  const layer = {
    ty: 4,
    ind: 1,
    nm: name,
    ip: 0,
    op: 30,
    st: 0,
    ks: {
      o: still(100),
      r: { a: 1, k: turns },
      p: still([256, 256, 0]),
      a: still([0, 0, 0]),
      s: still([100, 100, 100]),
    },
    shapes: [bar],
  };
  return JSON.stringify({
    v: '5.5.2',
    nm: name,
    fr: 30,
    ip: 0,
    op: 30,
    w: 512,
    h: 512,
    assets: [],
    layers: [layer],
  });
}

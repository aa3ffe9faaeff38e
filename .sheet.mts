import { chromium } from 'playwright';
import { findChromium } from './scripts/chromium.ts';
import { readFileSync } from 'node:fs';
const [out, cols, x, w, h, ...files] = process.argv.slice(2);
const b = await chromium.launch({ executablePath: findChromium(false)!, args: ['--no-sandbox'] });
const n = files.length,
  c = Number(cols),
  W = Number(w),
  H = Number(h);
const p = await b.newPage({ viewport: { width: c * (W + 8), height: Math.ceil(n / c) * (H + 8) } });
await p.setContent(
  `<body style="margin:0;display:flex;flex-wrap:wrap;gap:8px;background:#f0f">${files.map((f) => `<div style="width:${W}px;height:${H}px;overflow:hidden;position:relative"><img style="position:absolute;left:-${x}px" src="data:image/png;base64,${readFileSync(f).toString('base64')}"></div>`).join('')}`,
);
await p.waitForTimeout(300);
await p.screenshot({ path: out });
await b.close();

import { expect, it, vi } from 'vitest';
import { FirstFiles, type PageFile, type ReadPageFile } from './first-files.ts';

const file = (text: string): PageFile => ({ bytes: new TextEncoder().encode(text), type: 'text/html' });
const HTML = `<script type="module" crossorigin src="./assets/index-B_6f.js"></script>
<link rel="stylesheet" crossorigin href="./assets/style.css"> <a href="https://example.com/x.js"></a>
<img src="../secret.js"><img src="./assets/../secret.js">`;

const reader = (files: Record<string, PageFile>) =>
  vi.fn<ReadPageFile>((url) => Promise.resolve(files[url] ?? null));

it('reads the page and the files it names, each given once', async () => {
  const read = reader({
    'app://wukong/index.html': file(HTML),
    'app://wukong/assets/style.css': file('a{}'),
  });
  const first = new FirstFiles('app://wukong/index.html', read);
  await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(3));
  expect(read.mock.calls.flat()).toEqual([
    'app://wukong/index.html',
    'app://wukong/assets/index-B_6f.js',
    'app://wukong/assets/style.css',
  ]);

  expect((await first.take('app://wukong/assets/style.css'))?.bytes).toEqual(file('a{}').bytes);
  expect(first.take('app://wukong/assets/style.css')).toBeNull();
  // It was not there: whoever asks looks for it on the disk.
  expect(await first.take('app://wukong/assets/index-B_6f.js')).toBeNull();
  expect(first.take('app://wukong/assets/late.js')).toBeNull();
});

it('keeps nothing for a page that does not come', async () => {
  vi.useFakeTimers();
  try {
    const first = new FirstFiles('app://wukong/index.html', reader({ 'app://wukong/index.html': file('') }));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(first.take('app://wukong/index.html')).toBeNull();
  } finally {
    vi.useRealTimers();
  }
});

it('goes on without what cannot be read', async () => {
  const first = new FirstFiles('app://wukong/index.html', () => Promise.reject(new Error('EIO')));
  expect(await first.take('app://wukong/index.html')).toBeNull();
});

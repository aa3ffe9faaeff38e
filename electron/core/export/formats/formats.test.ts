import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageView } from '../../../../shared/domain.ts';
import { GROUP, message, text } from '../../account-store/testing/store-fixture.ts';
import { useFixture } from '../../account-store/testing/use-fixture.ts';
import type { ExportEntry, ExportHead } from '../export-format.ts';
import { htmlFormat } from './html-format.ts';
import { jsonFormat } from './json-format.ts';
import { textFormat } from './text-format.ts';

const fixture = useFixture();
const HEAD: ExportHead = { chat: 'Cats', madeAt: 1_795_424_770_000, language: 'en' };
const FORMATS = { html: htmlFormat, txt: textFormat, json: jsonFormat };

function viewOf(payload: Record<string, unknown>): MessageView {
  fixture.store.messages.ingest([message(1, { payload })], 'history');
  const [view] = fixture.store.messages.runSlice({
    channel: GROUP,
    since: null,
    until: null,
    after: 0,
    upTo: 1,
    limit: 1,
  });
  if (!view) throw new Error('no message');
  return view;
}
const written = (format: keyof typeof FORMATS, entry: Partial<ExportEntry>, head = HEAD): string => {
  const writer = FORMATS[format](head);
  const { message: view = viewOf(text('words')), file = null, missing = false, ...rest } = entry;
  return writer.begin() + writer.entry({ message: view, file, missing, ...rest }) + writer.end(true);
};

/** What a browser takes for markup. */
const tagsOf = (html: string): string[] => [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
const shapeOf = (html: string): string[] =>
  tagsOf(html).map((tag) => /^<\/?[!a-z0-9]*/i.exec(tag)?.[0] ?? tag);

const NASTY = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style></title><svg/onload=alert(1)>',
  '&lt;b&gt; &amp;',
  ']]>--><!--',
  '\u0000\u0001\u2028\ud800',
];

describe('html', () => {
  it('has no tag, script or handler of what people wrote, whatever it is', () => {
    const view = viewOf(text('words'));
    const plain = shapeOf(written('html', { message: view }));
    const nasty = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(nasty, nasty, nasty, (words, name, chat) => {
        const hostile: MessageView = {
          ...view,
          fromName: name,
          content: { kind: 'text', text: words.replaceAll(/[a-z]+:/gi, ''), mentions: null } as never,
        };
        const html = written('html', { message: hostile }, { ...HEAD, chat });
        // Links of the words are the only thing that may come.
        expect(shapeOf(html).filter((tag) => tag !== '<a' && tag !== '</a')).toEqual(plain);
        expect(html).not.toContain('\u0000');
      }),
    );
  });

  it('forbids scripts and everything from elsewhere, and shows the words as they were', () => {
    const html = written('html', { message: viewOf(text(NASTY.slice(0, 5).join('\n'))) });
    expect(html).toContain('default-src &#39;none&#39;; img-src &#39;self&#39; file: data:');
    expect(html).not.toMatch(/<script|onerror=[^ ]*>|<svg/);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('&amp;lt;b&amp;gt; &amp;amp;');
  });

  it('links what is a link, to where it says', () => {
    const html = written('html', {
      message: viewOf(text('see https://a.example/?q="><b> and javascript:alert(1)')),
    });
    expect(tagsOf(html).filter((tag) => tag.startsWith('<a '))).toHaveLength(1);
    expect(html).toMatch(/<a href="https:\/\/a\.example\/\?q=(&quot;|%22)?/);
    expect(html).not.toContain('href="javascript');
  });

  it('names a file beside it by an address that is only that', () => {
    const message_ = viewOf({ type: 8, url: 'file/y.pdf', name: 'a"><b>.pdf', size: 1 });
    const html = written('html', { message: message_, file: 'x_files/00001-a#?%"b.pdf' });
    expect(html).toContain('href="x_files/00001-a%23%3F%25%22b.pdf" download>a&quot;&gt;&lt;b&gt;.pdf</a>');
  });
});

describe('json', () => {
  it('is JSON whatever was written, without what the server sent beside it', () => {
    const view = viewOf(text(NASTY.join('\n'), { secret: 'tiger' }));
    const json = written('json', { message: view }, { ...HEAD, chat: NASTY.join('') });
    expect(json).not.toContain('tiger');
    const read = JSON.parse(json) as { messages: { text: string }[]; complete: boolean; chat: string };
    expect(read).toMatchObject({ format: 'wukong-chat-export', version: 1, complete: true });
    expect(read.messages[0]?.text).toContain('<script>');
  });
});

describe('a line', () => {
  it('has a video as a file beside it, under what it is and how long', () => {
    const view = viewOf({ type: 5, url: 'v', cover: 'c', second: 72, size: 9, width: 4, height: 3 });
    const file = 'x_files/00001-video.mp4';
    expect(written('html', { message: view, file })).toContain(`<a href="${file}" download>[Video] 1:12</a>`);
    expect(written('html', { message: view, missing: true })).toContain('[Video] 1:12 (file not exported)');
    expect(written('txt', { message: view, file })).toContain(`[Video] 1:12 → ${file}`);
    expect(written('json', { message: view, file })).toMatch(/"seconds": ?72/);
  });

  it('has the pictures of a text beside it, in the order of the text', () => {
    const view = viewOf({
      type: 14,
      content: [
        'one',
        { type: 'image', url: 'file/preview/a.png', width: 3 },
        'two',
        { type: 2, url: 'file/preview/b.png' },
      ],
    });
    const pictures = ['x_files/00001-a"b.png', null];
    const html = written('html', { message: view, pictures });
    expect(html).toMatch(/>one<.*src="x_files\/00001-a%22b\.png".*>two<.*>\[Image\] \(file not exported\)</);
    expect(written('txt', { message: view, pictures })).toContain(
      `two → ${pictures[0]} (file not exported)\n`,
    );
    const { messages } = JSON.parse(written('json', { message: view, pictures })) as { messages: unknown[] };
    expect(messages[0]).toMatchObject({
      type: 'richText',
      pictures: [
        { width: 3, height: 0, file: pictures[0] },
        { width: 0, height: 0, file: null, missing: true },
      ],
    });
    // Without files they are not claimed to be missing.
    for (const format of ['html', 'txt', 'json'] as const)
      expect(written(format, { message: view })).not.toMatch(/missing|not exported|<img/);
  });

  it('says what it quotes, that it was edited, and what a picture or a file is', () => {
    const view = viewOf({ type: 8, url: 'file/y.pdf', name: 'Plan.pdf', size: 1 });
    const quote: MessageView['quote'] = {
      state: 'shown',
      messageId: '1',
      messageSeq: 1,
      fromUid: 'u',
      fromName: 'Bob',
      preview: 'two\nlines',
      contentKind: 'text',
      parts: [],
    } as never;
    const line = written('txt', { message: { ...view, edited: true, quote }, file: 'x_files/Plan.pdf' });
    expect(line).toMatch(/\(edited\):\n> Bob: two lines\n.*Plan\.pdf.* → x_files\/Plan\.pdf\n/);
    const gone: MessageView['quote'] = { ...(quote as object), state: 'recalled' } as never;
    for (const format of ['txt', 'html'] as const) {
      const said = written(format, { message: { ...view, quote: gone } });
      expect(said).not.toContain('two');
      expect(said).not.toContain('Bob');
    }
    expect(written('txt', { message: view, missing: true })).toContain('Plan.pdf (file not exported)');
  });
});

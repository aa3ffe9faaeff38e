/** What a person writes: undo in every field. On known data. */
import type { Locator, Page } from 'playwright';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';

type WithFake = typeof globalThis & { fakeControls: FakeControls };

const GROUP = /^(?:悟空桌面端研发|WuKong Desktop Dev)/;

const composerOf = async (page: Page): Promise<Locator> => {
  await page.getByRole('option', { name: GROUP }).click();
  return page.getByTestId('composer');
};
const undo = async (page: Page, times: number): Promise<void> => {
  for (let each = 0; each < times; each += 1) await page.keyboard.press('Control+z');
};
const redo = async (page: Page, times: number): Promise<void> => {
  for (let each = 0; each < times; each += 1) await page.keyboard.press('Control+y');
};

test('undo in the composer: whole runs of typing, what the app put in, and nothing of before', async ({
  openFake,
}) => {
  const page = await openFake();
  const composer = await composerOf(page);

  // A run of typing is one step; so is a name that was picked.
  await composer.click();
  await page.keyboard.type('one two');
  await undo(page, 1);
  await expect(composer).toHaveValue('');
  await redo(page, 1);
  await expect(composer).toHaveValue('one two');
  await page.keyboard.type(' @');
  await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(composer).toHaveValue(/^one two @.+ $/);
  const named = await composer.inputValue();
  await page.keyboard.type('tail');
  await undo(page, 1);
  await expect(composer).toHaveValue(named);
  await undo(page, 1);
  await expect(composer).toHaveValue('one two @');
  await undo(page, 12);
  await expect(composer).toHaveValue('');
  await redo(page, 12);
  await expect(composer).toHaveValue(`${named}tail`);

  // A deleted word comes back where it stood, not at the end.
  await composer.fill('');
  await page.keyboard.type('alpha beta');
  for (let each = 0; each < 5; each += 1) await page.keyboard.press('Backspace');
  await page.keyboard.type(' gamma');
  await undo(page, 1);
  await expect(composer).toHaveValue('alpha beta');

  // Composed words.
  await composer.fill('');
  const session = await page.context().newCDPSession(page);
  await session.send('Input.imeSetComposition', { text: 'ni', selectionStart: 2, selectionEnd: 2 });
  await session.send('Input.imeSetComposition', { text: '你好', selectionStart: 2, selectionEnd: 2 });
  await session.send('Input.insertText', { text: '你好' });
  await expect(composer).toHaveValue('你好');
  await undo(page, 12);
  await expect(composer).toHaveValue('');
  await page.keyboard.type('hello');

  // Sent: neither undo nor redo brings it back, and what follows has a history of its own.
  await composer.press('Enter');
  await expect(composer).toHaveValue('');
  await expect(composer).toBeFocused();
  await undo(page, 12);
  await redo(page, 12);
  await expect(composer).toHaveValue('');
  await page.keyboard.type('next');
  await undo(page, 12);
  await expect(composer).toHaveValue('');
  await redo(page, 12);
  await expect(composer).toHaveValue('next');

  // Another chat, and back: each begins with its draft.
  await page.getByRole('option').nth(1).click();
  await composer.click();
  await undo(page, 12);
  await redo(page, 12);
  await expect(composer).toHaveValue('');
  await page.keyboard.type('there');
  await page.getByRole('option', { name: GROUP }).click();
  await expect(composer).toHaveValue('next');
  await composer.click();
  await undo(page, 12);
  await redo(page, 12);
  await expect(composer).toHaveValue('next');
});

test('undo while a message is edited ends at its words; recalled meanwhile, it cannot bring them back', async ({
  openFake,
}) => {
  const page = await openFake();
  const composer = await composerOf(page);
  await composer.fill('words that were sent');
  await composer.press('Enter');
  const sent = page.getByRole('article').filter({ hasText: 'words that were sent' });
  await expect(sent).toBeVisible();
  await composer.press('ArrowUp');
  await expect(page.getByTestId('edit-bar')).toBeVisible();
  const original = 'words that were sent';
  await expect(composer).toHaveValue(original);
  await page.keyboard.type(' and more');
  await undo(page, 12);
  await expect(composer).toHaveValue(original);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('typed');
  await expect(composer).toHaveValue('typed');
  const pane = await page.getByTestId('message-pane').getAttribute('data-channel');
  const key = await page
    .locator('[data-own="true"][data-message-key]')
    .last()
    .getAttribute('data-message-key');
  await page.evaluate(
    async ([at, message]) => {
      const [channelType = '', channelId = ''] = (at ?? '').split('/');
      const channel = { channelId, channelType: Number(channelType) };
      await window.wukong.invoke('messages.recall', { channel, key: message ?? '' });
    },
    [pane, key],
  );
  await expect(page.getByTestId('edit-bar')).toHaveCount(0);
  // What was typed is a draft now; the words of the message are not behind it.
  await expect(composer).toHaveValue('typed');
  await expect(composer).toBeFocused();
  await undo(page, 12);
  await redo(page, 12);
  await expect(composer).toHaveValue('typed');
});

test('undo in the other fields: searches, palette, dialogs', async ({ openFake }) => {
  const page = await openFake();
  const composer = await composerOf(page);
  const check = async (field: Locator): Promise<void> => {
    await field.click();
    const before = await field.inputValue();
    await page.keyboard.type('one two');
    // Removing anything from the page ends a run of typing in Chromium: a list that changes with the words is one.
    await undo(page, 7);
    await expect(field).toHaveValue(before);
    await redo(page, 7);
    await expect(field).toHaveValue(`${before}one two`);
    await undo(page, 12);
    await expect(field).toHaveValue(before);
  };
  await check(page.getByRole('searchbox', { name: '搜索' }).first());
  await page.keyboard.press('Escape');
  await composer.click();
  await page.keyboard.press('Control+f');
  await check(page.getByRole('search').getByRole('textbox', { name: '在会话中搜索' }));
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await check(page.getByRole('dialog').getByRole('combobox'));
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+n');
  // (The dialog's code comes when it is first opened: all() would find nothing yet.)
  const fields = page.getByRole('dialog', { name: '创建群聊' }).getByRole('textbox');
  await expect(fields).toHaveCount(2);
  for (const field of await fields.all()) await check(field);
  await page.keyboard.press('Escape');
  // A search that was left is not brought back in the next field.
  await page.getByRole('searchbox', { name: '搜索' }).first().fill('left');
  await page.keyboard.press('Escape');
  await composer.click();
  await undo(page, 12);
  await redo(page, 12);
  await expect(page.getByRole('searchbox', { name: '搜索' }).first()).toHaveValue('');
  await expect(composer).toHaveValue('');
});

test('what is said is drawn as what it is: links underlined and whole, emoji large, code as a block', async ({
  openFake,
}, testInfo) => {
  const page = await openFake();
  const composer = await composerOf(page);
  const say = async (text: string, shown: string): Promise<Locator> => {
    await composer.fill(text);
    await composer.press('Enter');
    const row = page.getByRole('article').filter({ hasText: shown }).last();
    await expect(row).toBeVisible();
    return row;
  };
  const links = await say('见 https://a.example/路径/页?q=1 和 www.b.example', '见 https');
  await expect(links.getByRole('link')).toHaveText(['https://a.example/路径/页?q=1', 'www.b.example']);
  for (const link of await links.getByRole('link').all()) {
    await expect(link).toHaveCSS('text-decoration-line', 'underline');
  }
  // Letters that only look like others are shown as what they are; what is said of an address is the whole of it.
  const others = await say('写给 su@c.example，别点 https://аррӏе.com/x', '写给');
  await expect(others.getByRole('link')).toHaveText(['su@c.example', 'https://xn--80ak6aa92e.com/x']);
  await expect(others).not.toContainText('аррӏе');
  const emoji = await say('👍👍', '👍👍');
  await expect(emoji.getByText('👍👍', { exact: true })).toHaveCSS('font-size', '36px');

  const lines = Array.from({ length: 30 }, (_, at) => `const line${at} = ${'x'.repeat(120)};`).join('\n');
  const code = await say(`看这里\n\`\`\`ts\n${lines}\n\`\`\`\n完`, 'const line0');
  const block = code.getByTestId('code-block');
  await expect(block).toContainText('TypeScript');
  await expect(block).toContainText('line23');
  await expect(block).not.toContainText('line24');
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('code.png') });
  const pre = block.locator('pre').filter({ has: page.getByRole('region', { name: 'TypeScript' }) });
  expect(await pre.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true);
  await block.getByRole('button', { name: '展开全文' }).click();
  await expect(block).toContainText('line29');
  await block.getByRole('button', { name: '复制' }).click();
  await expect
    .poll(() =>
      page.evaluate(
        () =>
          (globalThis as WithFake).fakeControls.calls.findLast((each) => each.channel === 'shell.copyText')
            ?.args,
      ),
    )
    .toEqual({ text: lines });
  // Markup in a fence is text.
  const markup = await say('```html\n<b id="made">x</b>\n```', '<b id="made">');
  await expect(markup.getByTestId('code-block')).toContainText('<b id="made">x</b>');
  await expect(page.locator('#made')).toHaveCount(0);
});

/** Of `rgb(1, 2, 3)`, WCAG 2.2. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? [])
    .map((value) => Number(value) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

for (const theme of ['light', 'dark'] as const) {
  test(`links are underlined and readable in bubbles of both sides in ${theme}`, async ({ openFake }) => {
    const page = await openFake({ theme });
    const composer = await composerOf(page);
    await composer.fill('mine https://a.example');
    await composer.press('Enter');
    // Of both sides.
    for (const own of ['true', 'false'])
      await expect(page.locator(`article[data-own="${own}"]`).getByRole('link').first()).toBeVisible();
    const links = await page.evaluate(() =>
      [...document.querySelectorAll('[role="log"] [role="link"], [role="log"] a')].map((link) => {
        const bubble = link.closest('[data-testid="bubble"]');
        const article = link.closest('article');
        if (!bubble || !article) throw new Error('a link outside of a bubble');
        const { color, textDecorationLine: line } = getComputedStyle(link);
        return {
          own: article.dataset['own'] === 'true',
          text: color,
          back: getComputedStyle(bubble).backgroundColor,
          line,
        };
      }),
    );
    const ratios = links.map(({ text, back, ...rest }) => {
      const [x, y] = [luminance(text), luminance(back)];
      return { ...rest, ratio: (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05) };
    });
    expect(new Set(ratios.map(({ own }) => own))).toEqual(new Set([true, false]));
    for (const { ratio, line } of ratios) {
      expect(ratio).toBeGreaterThanOrEqual(4.5);
      expect(line).toBe('underline');
    }
  });
}

test('the emoji panel: every emoji, search in both languages, recents, tones, keys; it stays open', async ({
  openFake,
}, testInfo) => {
  const page = await openFake();
  const composer = await composerOf(page);
  await composer.fill('ab');
  await page.keyboard.press('Control+e');
  const panel = page.getByTestId('emoji-panel');
  const field = panel.getByRole('combobox', { name: '搜索表情' });
  await expect(field).toBeFocused();
  await expect.poll(() => panel.boundingBox()).toMatchObject({ width: 400, height: 318 });
  await expect(panel.getByRole('gridcell').first()).toBeVisible();
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('panel.png') });

  // Picked by keys and by the pointer, one after the other.
  await page.keyboard.type('grinning face');
  await expect(panel.getByRole('gridcell', { name: '嘿嘿', exact: true })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(composer).toHaveValue('ab😀');
  await expect(field).toBeFocused();
  await field.fill('猴子');
  await panel.getByRole('gridcell').first().click();
  await expect(panel).toBeVisible();
  await expect(composer).toHaveValue(/^ab😀.+/u);
  const both = await composer.inputValue();
  await field.fill('qqqxyz');
  await expect(panel.getByRole('status')).toHaveText('没有找到“qqqxyz”');
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  await expect(composer).toBeFocused();
  // Each was a step of the composer's history.
  await undo(page, 1);
  await expect(composer).toHaveValue('ab😀');
  await undo(page, 1);
  await expect(composer).toHaveValue('ab');
  await redo(page, 2);
  await expect(composer).toHaveValue(both);

  // What was used last comes first; arrows move over the grid.
  await page.getByRole('button', { name: '表情', exact: true }).click();
  await expect(panel).toContainText('最近使用');
  await expect(panel.getByRole('gridcell').nth(1)).toHaveText('😀');
  await page.keyboard.press('ArrowRight');
  await expect(panel.getByRole('gridcell', { selected: true })).toHaveText('😀');
  await page.keyboard.press('ArrowDown');
  await expect(panel.getByRole('gridcell', { selected: true })).not.toHaveText('😀');

  // A tone, for every emoji that has one.
  await panel.getByRole('button', { name: '肤色', exact: true }).click();
  await panel.getByRole('radio', { name: '肤色 5' }).click();
  await field.fill('thumbs up');
  await expect(panel.getByRole('gridcell').first()).toHaveText('👍🏿');
  await field.fill('');
  await panel.getByRole('button', { name: '旗帜' }).click();
  await expect(panel.getByRole('columnheader', { name: '旗帜' })).toBeInViewport();
  await page.getByRole('button', { name: '表情', exact: true }).click();
  await expect(panel).toHaveCount(0);
});

test('pasted code is offered as a block; several messages are copied with names and times', async ({
  openFake,
}, testInfo) => {
  const page = await openFake();
  const composer = await composerOf(page);
  const paste = (text: string): Promise<void> =>
    composer.evaluate((field: HTMLTextAreaElement, words) => {
      field.focus();
      const data = new DataTransfer();
      data.setData('text/plain', words);
      const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
      // What the browser does after a paste that nobody took.
      if (field.dispatchEvent(event)) document.execCommand('insertText', false, words);
    }, text);
  const code = 'const r = await recall(id);\nif (!r.ok) {\n  show(r.reason);\n}';
  await paste(code);
  const offer = page.getByTestId('code-offer');
  await expect(offer).toContainText('看起来是代码');
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('offer.png') });
  await offer.getByRole('button', { name: '作为代码块' }).click();
  await expect(composer).toHaveValue(`\`\`\`\n${code}\n\`\`\``);
  await expect(offer).toHaveCount(0);
  await composer.press('Enter');
  await expect(page.getByTestId('code-block').last()).toContainText('show(r.reason)');
  await paste(code);
  await offer.getByRole('button', { name: '纯文本' }).click();
  await expect(offer).toHaveCount(0);
  await expect(composer).toHaveValue(code);
  await composer.fill('');
  await paste('今天下午开会\n记得带上材料');
  await expect(composer).toHaveValue('今天下午开会\n记得带上材料');
  await expect(offer).toHaveCount(0);
  // A fence that was typed and is not closed: the same line, which closes it.
  await composer.fill('');
  await composer.pressSequentially('```');
  await page.keyboard.press('Shift+Enter');
  await expect(offer).toHaveCount(0);
  await composer.pressSequentially('let a;');
  await offer.getByRole('button', { name: '作为代码块' }).click();
  await expect(composer).toHaveValue('```\nlet a;\n```');
  await expect(composer).toBeFocused();
  await expect(offer).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(composer).toHaveValue('```\nlet a;');
  await offer.getByRole('button', { name: '纯文本' }).click();
  await expect(offer).toHaveCount(0);
  await composer.pressSequentially(' b');
  await expect(offer).toHaveCount(0);
  await composer.fill('');

  const copied = (): Promise<unknown> =>
    page.evaluate(
      () =>
        (globalThis as WithFake).fakeControls.calls.findLast((each) => each.channel === 'shell.copyText')
          ?.args,
    );
  // A long one is copied whole, folded as it is.
  const long = Array.from({ length: 11_000 }, (_, at) => `${String(at).padStart(9, '0')} `).join('');
  await page.evaluate((words) => {
    const { fakeControls } = globalThis as WithFake;
    const pane =
      document.querySelector<HTMLElement>('[data-testid="message-pane"]')?.dataset['channel'] ?? '';
    const channel = { channelId: pane.slice(pane.indexOf('/') + 1), channelType: Number(pane.split('/')[0]) };
    const view = {
      key: 'u-su:long-one',
      channel,
      messageId: '1900000000000009999',
      messageSeq: 9_999,
      order: 9_999,
      clientMsgNo: 'long-one',
      fromUid: 'u-su',
      fromName: '苏航',
      fromRole: null,
      own: false,
      timestamp: Math.floor(Date.now() / 1000),
      content: { kind: 'text' as const, text: words, mention: { all: false, uids: [] } },
      quote: null,
      edited: false,
      send: { state: 'sent' as const },
      readCount: null,
      recall: null,
      flame: null,
    };
    fakeControls.push([{ kind: 'messages', channel, upserts: [view], removed: [], live: true }]);
  }, long);
  await page.locator('[data-message-key="u-su:long-one"]').focus();
  await page.keyboard.press('Control+c');
  await expect
    .poll(async () => ((await copied()) as { text: string } | undefined)?.text.length)
    .toBe(110_000);
  expect(((await copied()) as { text: string }).text).toBe(long);

  for (const words of ['copied one', 'copied two']) {
    await composer.fill(words);
    await composer.press('Enter');
    await expect(page.getByRole('article').filter({ hasText: words })).toBeVisible();
  }
  const one = page.getByRole('article').filter({ hasText: 'copied one' });
  // Of one message what is selected in it, else all of it.
  await one.focus();
  await page.keyboard.press('Control+c');
  await expect.poll(copied).toEqual({ text: 'copied one' });
  await one.getByText('copied one').evaluate((element) => {
    const words = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
    if (words) getSelection()?.setBaseAndExtent(words, 0, words, 6);
  });
  await one.getByText('copied one').click({ button: 'right', position: { x: 4, y: 8 } });
  await page.getByRole('menuitem', { name: '复制' }).click();
  await expect.poll(copied).toEqual({ text: 'copied' });
  await page.evaluate(() => getSelection()?.removeAllRanges());
  await one.focus();
  await page.keyboard.press('x');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByTestId('selection-bar')).toContainText('已选 2 条');
  await page.keyboard.press('Control+c');
  await expect
    .poll(async () => ((await copied()) as { text: string }).text)
    .toMatch(/^\S.* .*\d:\d\d.*\ncopied one\n\n\S.* .*\d:\d\d.*\ncopied two$/);
});

/** How high the field is, and how high its text is: taken from a copy whose height does not follow it. */
const heights = (composer: Locator): Promise<{ field: number; text: number; most: number }> =>
  composer.evaluate((element: HTMLTextAreaElement) => {
    const copy = element.cloneNode() as HTMLTextAreaElement;
    copy.value = element.value;
    copy.style.cssText = `position: fixed; field-sizing: fixed; min-height: 0; height: 0; width: ${element.offsetWidth}px`;
    element.after(copy);
    const text = copy.scrollHeight;
    copy.remove();
    return {
      field: element.offsetHeight,
      text,
      most: Number.parseFloat(getComputedStyle(element).maxHeight),
    };
  });

for (const { width, height, language } of [
  { width: 1280, height: 800, language: 'zh' },
  { width: 720, height: 480, language: 'en' },
] as const)
  test(`${width}x${height} ${language}: the composer is as high as what is written, up to a limit`, async ({
    openFake,
  }) => {
    const page = await openFake({ width, height, language });
    const composer = await composerOf(page);
    const one = await composer.evaluate((element: HTMLElement) => element.offsetHeight);
    expect(one).toBe(38);
    for (const text of [
      '',
      'word',
      'one\ntwo',
      'a\n',
      'long words '.repeat(30),
      '长'.repeat(120),
      'x\n'.repeat(80),
    ]) {
      await composer.fill(text);
      const { field, text: needed, most } = await heights(composer);
      expect([text.slice(0, 9), field]).toEqual([text.slice(0, 9), Math.min(most, Math.max(38, needed))]);
    }
    await composer.fill('');
    expect(await composer.evaluate((element: HTMLElement) => element.offsetHeight)).toBe(38);
  });

test('a letter draws only the field anew and lays the window out once', async ({ openFake }) => {
  const page = await openFake();
  const composer = await composerOf(page);
  await composer.pressSequentially('begun');
  await composer.evaluate((element) => {
    const seen: string[] = [];
    const note = ({ type, attributeName, target }: MutationRecord): number =>
      seen.push(`${type} ${attributeName ?? ''} of ${target.nodeName}`);
    const observer = new MutationObserver((records) => records.forEach(note));
    observer.observe(element.closest('footer') ?? document, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
    Object.assign(globalThis, { seen });
  });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const layouts = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'LayoutCount')?.value ?? Number.NaN;
  };
  const letters = 40;
  const before = await layouts();
  // As the browser puts a typed letter in, a frame each; playwright's own keys lay out as well.
  await composer.evaluate(async (_element, count) => {
    for (let letter = 0; letter < count; letter += 1) {
      // eslint-disable-next-line typescript/no-deprecated -- as typed
      document.execCommand('insertText', false, 'a');
      await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
    }
  }, letters);
  // One for each letter and a few for what else happens in the window; one that is measured takes two more.
  expect((await layouts()) - before).toBeLessThan(letters * 2);
  expect(await page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen)).toEqual([]);
  await expect(composer).toHaveValue(`begun${'a'.repeat(letters)}`);
});

import { beforeEach, expect, it } from 'vitest';
import type { ReplyFate } from '../../../shared/ipc/contract/messages.ts';
import type { Result } from '../../../shared/ipc/result.ts';
import { type ReplyTrouble, sendQuickReply } from './quick-reply.ts';

const channel = { channelId: 'g', channelType: 2 };
let asked: [string, unknown][];
let answers: Record<string, Result<unknown>>;
let away: boolean;
let troubles: ReplyTrouble[];

beforeEach(() => {
  asked = [];
  answers = {};
  away = false;
  troubles = [];
});

const reply = (text: string, messageSeq = 7): Promise<void> =>
  sendQuickReply(
    {
      async request(name, args) {
        asked.push([name, args]);
        return answers[name] ?? { ok: true, value: name === 'messages.reply' ? 'sent' : null };
      },
      isAway: () => away,
      onTrouble: (_channel, trouble) => troubles.push(trouble),
    },
    { channel, keys: ['k'], messageSeq },
    text,
  );

it('is sent as any message, and what it answers is read', async () => {
  await reply('  好的\n');
  expect(asked).toEqual([['messages.reply', { channel, keys: ['k'], text: '好的', readSeq: 7 }]]);
  expect(troubles).toEqual([]);
});

it('reads nothing while the screen is locked, and sends no blanks', async () => {
  away = true;
  await reply('on my way');
  await reply(' \n ');
  expect(asked).toEqual([['messages.reply', { channel, keys: ['k'], text: 'on my way', readSeq: 0 }]]);
});

it('what cannot be sent is kept with the draft', async () => {
  answers = { 'messages.reply': { ok: false, code: 'internal', message: 'restarting' } };
  await reply(' x ');
  expect(asked.at(-1)).toEqual(['drafts.append', { channel, text: 'x' }]);
  expect(troubles).toEqual(['kept']);
});

it('a text that is too long never reaches the worker, and is said', async () => {
  await reply('字'.repeat(5_001));
  expect(asked.map(([name]) => name)).toEqual(['drafts.append']);
  expect(troubles).toEqual(['kept']);
});

it('says so when the words could not be kept either', async () => {
  const refused: Result<unknown> = { ok: false, code: 'signedOut', message: 'nobody is signed in' };
  answers = { 'messages.reply': refused, 'drafts.append': refused };
  await reply('x');
  expect(asked.map(([name]) => name)).toEqual(['messages.reply', 'drafts.append']);
  expect(troubles).toEqual(['lost']);
});

it.each<[ReplyFate, ReplyTrouble, number]>([
  ['failed', 'failed', 1],
  ['waiting', 'waiting', 1],
  ['gone', 'keptGone', 2],
])('of one that is %s it is said', async (fate, trouble, calls) => {
  answers = { 'messages.reply': { ok: true, value: fate } };
  await reply('x');
  expect(troubles).toEqual([trouble]);
  expect(asked).toHaveLength(calls);
});

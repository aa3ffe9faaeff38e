import { beforeEach, expect, it } from 'vitest';
import type { Result } from '../../../shared/ipc/result.ts';
import { sendQuickReply } from './quick-reply.ts';

const channel = { channelId: 'g', channelType: 2 };
const nobody = { all: false, uids: [] };
let asked: [string, unknown][];
let answers: Record<string, Result<unknown>>;
let away: boolean;
let failed: boolean[];

beforeEach(() => {
  asked = [];
  answers = {};
  away = false;
  failed = [];
});

const reply = (text: string, messageSeq = 7): Promise<void> =>
  sendQuickReply(
    {
      async request(name, args) {
        asked.push([name, args]);
        return answers[name] ?? { ok: true, value: null };
      },
      isAway: () => away,
      onFailed: (_channel, kept) => failed.push(kept),
    },
    channel,
    messageSeq,
    text,
  );

it('is sent as any message, and what it answers is read', async () => {
  await reply('  好的\n');
  expect(asked).toEqual([
    ['messages.send', { channel, text: '好的', mention: nobody, replyToMessageId: null }],
    ['conversations.markRead', { channel, messageSeq: 7 }],
  ]);
  expect(failed).toEqual([]);
});

it('reads nothing while the screen is locked, and sends no blanks', async () => {
  away = true;
  await reply('on my way');
  await reply(' \n ');
  expect(asked.map(([name]) => name)).toEqual(['messages.send']);
});

it.each([
  ['none', null, 'x'],
  ['an empty one', { text: '', mention: nobody, mentionNames: {}, replyToMessageId: 'm' }, 'x'],
  ['words', { text: 'half a', mention: nobody, mentionNames: {}, replyToMessageId: 'm' }, 'half a\nx'],
])('what cannot be sent is kept below the draft: %s', async (_name, draft, text) => {
  answers = {
    'messages.send': { ok: false, code: 'internal', message: 'restarting' },
    'drafts.get': { ok: true, value: draft },
  };
  await reply('x');
  expect(asked.at(-1)).toMatchObject([
    'drafts.set',
    { channel, draft: { text, replyToMessageId: draft?.replyToMessageId ?? null } },
  ]);
  expect(failed).toEqual([true]);
});

it('a text that is too long never reaches the worker, and is said', async () => {
  answers = { 'drafts.get': { ok: true, value: null } };
  await reply('字'.repeat(5_001));
  expect(asked.map(([name]) => name)).toEqual(['drafts.get', 'drafts.set']);
  expect(failed).toEqual([true]);
});

it('says so when the words could not be kept either', async () => {
  const refused: Result<unknown> = { ok: false, code: 'signedOut', message: 'nobody is signed in' };
  answers = { 'messages.send': refused, 'drafts.get': refused };
  await reply('x');
  expect(asked.map(([name]) => name)).toEqual(['messages.send', 'drafts.get']);
  expect(failed).toEqual([false]);
});

import { expect, it } from 'vitest';
import type { DraftContent } from '../../../shared/ipc/contract/drafts.ts';
import { MAX_DRAFT_LENGTH } from '../../../shared/ipc/contract/limits.ts';
import { GROUP } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import type { CoreContext } from './core-context.ts';
import { draftHandlers } from './draft-handlers.ts';

const fixture = useFixture();
const nobody = { all: false, uids: [] };
const quoting = (text: string): DraftContent => ({
  text,
  mention: { all: false, uids: ['u-bob'] },
  mentionNames: { 'u-bob': '柏舟' },
  replyToMessageId: 'm',
});

it.each<[string, DraftContent | null, DraftContent]>([
  ['none', null, { text: 'x', mention: nobody, mentionNames: {}, replyToMessageId: null }],
  ['words', quoting('@柏舟 half a'), quoting('@柏舟 half a\nx')],
])('words typed elsewhere stand below the draft (%s), for every page and device', (_name, before, after) => {
  const { store } = fixture;
  const told: unknown[] = [];
  const handlers = draftHandlers({
    store,
    push: (delta: unknown) => told.push(delta),
    sync: { drafts: { changed: (channel: unknown) => told.push(channel) } },
    // A stand-in for the parts that it uses.
  } as unknown as CoreContext);
  if (before) store.outbox.setDraft(GROUP, before);
  void handlers['drafts.append']({ channel: GROUP, text: 'x' });
  expect(store.outbox.draft(GROUP)).toEqual(after);
  expect(told).toEqual([GROUP, { kind: 'draft', channel: GROUP }]);
  const most = 'x'.repeat(MAX_DRAFT_LENGTH);
  expect(() => handlers['drafts.append']({ channel: GROUP, text: most })).toThrow('too long together');
  expect(store.outbox.draft(GROUP)).toEqual(after);
});

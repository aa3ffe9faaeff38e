/** What goes on in the open app at the moment of a kill. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ChatPage } from '../fixtures/people/chat-page.ts';
import type { Inspection } from './inspection.ts';
import { forwardOf, kindsWith, KINDS } from './kinds.ts';
import type { Kill } from './schedule.ts';
import type { Talk, Traffic } from './traffic.ts';

/** What a person's click takes before anything is asked of the server. */
const CLICK_MS = 300;

export interface Work {
  /** From here the moment of the kill is counted. */
  begun: Promise<void>;
  run: () => Promise<void>;
  stop: () => void;
  usualMs: number;
}

/** Who talks where, and who keeps the record. */
export interface Around {
  /** The group, and the chats with Bob and Carol. */
  talks: readonly [group: Talk, bob: Talk, carol: Talk];
  traffic: Traffic;
  inspection: Inspection;
  random: () => number;
}

/** Everybody writes in all three conversations, until the end. */
export function sending(around: Around, kill: Kill, chat: ChatPage, usualMs: number): Work {
  const [group, bob, carol] = around.talks;
  const { traffic } = around;
  const ended = new AbortController();
  const begun = Promise.withResolvers<void>();
  const until = async (step: () => Promise<unknown>): Promise<void> => {
    while (!ended.signal.aborted) await step();
  };
  return {
    begun: begun.promise,
    usualMs,
    stop: () => ended.abort(),
    run: () =>
      allSettledThenThrow([
        until(() =>
          kill.throughWindow ? traffic.sendByHand(chat, group) : traffic.sendByCalls(chat.page, group, 4),
        ),
        until(async () => {
          await traffic.sendByCalls(chat.page, bob, 6);
          begun.resolve();
        }),
        until(async () => {
          await traffic.sendByCalls(chat.page, carol, 2);
          await traffic.setDraft(chat.page, carol);
        }),
        until(async () => {
          await traffic.peerSays(group, 3);
          await traffic.peerSays(carol, 1);
          await delay(20);
        }),
      ]),
  };
}

/** Own messages and those of a peer are recalled at the same time, some of them before they can have left. */
export async function recalling(around: Around, kill: Kill, chat: ChatPage, usualMs: number): Promise<Work> {
  const [group, bob, carol] = around.talks;
  const { traffic, inspection } = around;
  const marker = inspection.newMarker(kill.no, around.random);
  const mine = await traffic.sendByCalls(chat.page, bob, 16, marker);
  const shown = kill.throughWindow ? await traffic.sendByHand(chat, group, marker) : null;
  const theirs = await traffic.peerSays(group, KINDS, marker, await kindsWith(group, marker));
  const copied = theirs[0];
  if (copied?.messageId != null) {
    const { peer, peerChannelId, channelType } = carol;
    await peer.send(peerChannelId, channelType, forwardOf(copied.messageId, copied.text));
  }
  await inspection.untilQuiet(chat.page);
  const byPeer = async (): Promise<void> => {
    for (const one of theirs) await traffic.peerRecalls(group, one);
  };
  const byUser = async (): Promise<void> => {
    if (shown) await traffic.recallByHand(chat, shown);
    await traffic.recallByCall(chat.page, bob, mine);
    const late = await traffic.sendByCalls(chat.page, carol, 3, marker);
    for (const one of late) one.withdrawn = true;
    await traffic.recallByCall(chat.page, carol, late);
  };
  return {
    begun: Promise.resolve(),
    usualMs: usualMs + (shown ? CLICK_MS : 0),
    stop: () => undefined,
    run: () => allSettledThenThrow([byPeer(), byUser()]),
  };
}

/** Nothing may go on behind the harness's back: waits for all, then rejects with the first failure. */
export async function allSettledThenThrow(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

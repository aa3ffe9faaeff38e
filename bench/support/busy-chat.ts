/**
 * A group chat open in the real window with many messages in it, and an author who can recall them as fast as wanted.
 */
import { join } from 'node:path';
import { Peer, type SentMessage } from '../../e2e/fixtures/people/peer.ts';
import { createWorld, PASSWORD } from '../../e2e/fixtures/people/world.ts';
import type { MessageView } from '../../shared/domain.ts';
import type { MessagePage } from '../../shared/ipc/contract/messages.ts';
import { type PageTasks, traceTasks } from './page-tasks.ts';
import { ratioRow, type Row, valueRow } from './report.ts';
import { sendMany, until } from './senders.ts';
import { startBenchServers } from './servers.ts';
import { openWindow, type Window } from './window.ts';

const PAGE = 200;

export interface BusyChat {
  window: Window;
  /** In order of message_seq. */
  messages: readonly SentMessage[];
  /** What the page did while the messages came, and how long that took, ms. */
  arrival: PageWork & { ms: number };
  /** Writes the recall records of these messages, as the server does for requests, in one transaction. */
  record(messages: readonly SentMessage[]): void;
  /** The CMD of one recall, to everybody in the group. */
  announce(message: SentMessage): Promise<void>;
  /** Starts counting what the page does. */
  watch(): Promise<() => Promise<PageWork>>;
  /** Messages of the chat that are not shown as recalled, from the core, newest first. */
  notRecalled(atMost?: number): Promise<MessageView[]>;
  close(): Promise<void>;
}

export interface PageWork extends PageTasks {
  frames: number;
  /** Batches of deltas: each is one store update. */
  updates: number;
  /** Most of them between two frames. */
  mostPerFrame: number;
}

const WATCH = `(() => {
  const seen = { frames: 0, updates: 0, mostPerFrame: 0 };
  let inFrame = 0;
  const unsubscribe = window.wukong.on('core.deltas', () => {
    seen.updates += 1;
    inFrame += 1;
    seen.mostPerFrame = Math.max(seen.mostPerFrame, inFrame);
  });
  let running = true;
  const frame = () => {
    seen.frames += 1;
    inFrame = 0;
    if (running) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  window.benchWatched = () => {
    running = false;
    unsubscribe();
    return seen;
  };
})()`;

export async function openBusyChat(count: number): Promise<BusyChat> {
  const servers = await startBenchServers({ webhook: true, revokeSecond: -1 });
  let window: Window | null = null;
  let alice: Peer | null = null;
  const close = async (): Promise<void> => {
    alice?.close();
    await window?.app.close();
    await servers.close();
  };
  try {
    const world = await createWorld(servers.api);
    const { channelId, channelType, name } = world.group;
    const author = await Peer.signIn(servers.api, world.alice.username, PASSWORD);
    alice = author;
    await author.connect();
    const opened = await openWindow({
      userDataDir: join(servers.dir, 'profile'),
      server: servers.api,
      username: world.bob.username,
      password: PASSWORD,
    });
    window = opened;
    await opened.openChat(name);
    const { page } = opened;
    const watch = async (): Promise<() => Promise<PageWork>> => {
      await page.evaluate(WATCH);
      const tasks = await traceTasks(opened.session);
      return async () => ({
        ...(await page.evaluate<Omit<PageWork, keyof PageTasks>>('benchWatched()')),
        ...(await tasks()),
      });
    };
    const ended = await watch();
    const startedAt = performance.now();
    const messages = await sendMany(
      author,
      world.group,
      count,
      (n) => `联调通过，今晚 20:00 灰度 5%，第 ${n} 条`,
    );
    await until('all messages in the cache', async () => {
      const { cachedMessages } = await opened.invoke<{ cachedMessages: number }>(
        'diagnostics.get',
        undefined,
      );
      return cachedMessages >= count;
    });
    const arrival = { ...(await ended()), ms: performance.now() - startedAt };
    const { extras, commands } = servers.business.context;
    return {
      window: opened,
      messages,
      arrival,
      watch,
      close,
      record: (list) =>
        void extras.recall(
          list.map((message) => ({
            messageId: message.messageId,
            channelId,
            channelType,
            messageSeq: message.messageSeq,
            fromUid: author.uid,
            clientMsgNo: message.clientMsgNo,
            payloadType: 1,
          })),
          author.uid,
          () => undefined,
        ),
      announce: (message) =>
        commands.onlineToChannel({ channelId, channelType }, author.uid, 'messageRevoke', {
          message_id: message.messageId,
          client_msg_no: message.clientMsgNo,
          channel_id: channelId,
          channel_type: channelType,
        }),
      async notRecalled(atMost = Number.POSITIVE_INFINITY) {
        const mine = new Set(messages.map(({ messageId }) => messageId));
        const left: MessageView[] = [];
        let anchor: unknown = { at: 'latest' };
        for (let seen = 0; seen < atMost; seen += PAGE) {
          const part = await opened.invoke<MessagePage>('messages.page', {
            channel: { channelId, channelType },
            anchor,
            limit: Math.min(PAGE, atMost),
          });
          left.push(
            ...part.messages.filter((m) => mine.has(m.messageId ?? '') && m.content.kind !== 'recalled'),
          );
          const oldest = part.messages[0];
          if (!part.hasOlder || !oldest) break;
          anchor = { at: 'before', order: oldest.order };
        }
        return left;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The page's longest tasks while it was recalled, beside those while the messages arrived. */
export function taskRows(work: PageWork, arrival: PageWork): Row[] {
  return [
    ratioRow(
      'longest task of the page, against when the messages came',
      work.longestTask,
      'ms',
      arrival.longestTask,
      null,
    ),
    valueRow('most CPU time of a task of the page', work.busiestTask, 'ms', '<= 50'),
  ];
}

/**
 * The app in its real window on a scripted IM server, which writes what it wants as fast as it wants, and a real
 * business server with many people; and a record of what was written, to compare with what is shown in the end.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ScriptedServer } from '../../electron/core/connection/testing/scripted-server.ts';
import { callApi, registerUser } from '../../e2e/fixtures/people/peer.ts';
import { channelKey, ChannelType, type ChannelRef } from '../../shared/domain.ts';
import type { Bootstrap } from '../../shared/ipc/contract/session.ts';
import { residentMiB } from './processes.ts';
import { PASSWORD, registerPeople, startBenchServers } from './servers.ts';
import { openWindow, type Window } from './window.ts';

const ADDED_AT_ONCE = 500;
const LATE_MS = 240_000;
/** Packets of one such time are written at once. */
const SLICE_MS = 20;
const FIRST_ID = 2_124_791_608_111_960_064n;

export interface LoadSize {
  rate: number;
  seconds: number;
  chats: number;
  members: number;
}

/** A conversation as the server knows it. */
export interface RecordedChat {
  channel: ChannelRef;
  key: string;
  /** message_seq before the first text: what the business server knows of it already. */
  seqBefore: number;
  /** In order of message_seq, without holes. */
  texts: string[];
  /** Of the newest message, seconds. */
  timestamp: number;
}

export interface LoadWorld {
  window: Window;
  /** Everybody's chats, and the large group last. */
  chats: readonly RecordedChat[];
  people: readonly string[];
  group: RecordedChat;
  /** Bytes of one message, which is then in the record. */
  message: (chat: RecordedChat, from: string) => Uint8Array;
  /** Bytes of the news that somebody is typing. */
  typing: (uid: string) => Uint8Array;
  write: (frames: readonly Uint8Array[]) => void;
  /** Writes `rate` frames a second; resolves once all were acknowledged. Times in ms since the start. */
  offer: (options: {
    rate: number;
    seconds: number;
    frame: (n: number) => Uint8Array;
    unacknowledged?: number;
  }) => Promise<{ wrote: number; acknowledged: number; total: number }>;
  /** Resolves once as many RECVACKs came as messages were written. */
  settled: () => Promise<void>;
  /** Resident memory of the main process with the account's worker, MiB. */
  residentMiB: () => number;
  close: () => Promise<void>;
}

export async function openLoadWorld(size: LoadSize): Promise<LoadWorld> {
  const scripted = await ScriptedServer.start();
  const servers = await startBenchServers({ announce: () => ({ tcp: scripted.tcp }) });
  let window: Window | null = null;
  const close = async (): Promise<void> => {
    await window?.app.close();
    await servers.close();
    await scripted.stop();
  };
  try {
    const me = await registerUser(servers.api, 'bench-me-load', PASSWORD, '我');
    const people = await registerPeople(servers.api, Math.max(size.chats, size.members));
    const groupNo = await createGroup(servers.api, [me, ...people.slice(1, size.members - 1)]);
    const opened = await openWindow({
      userDataDir: join(servers.dir, 'profile'),
      server: servers.api,
      username: 'bench-me-load',
      password: PASSWORD,
    });
    window = opened;
    const { page, app } = opened;
    const { peer } = scripted;
    const chats = people
      .slice(0, size.chats)
      .map((channelId) => recorded({ channelId, channelType: ChannelType.person }));
    const group = recorded({ channelId: groupNo, channelType: ChannelType.group });
    let written = 0;
    const acknowledged = (): number => peer.of('recvack').length;
    const settled = async (): Promise<void> => {
      const startedAt = performance.now();
      while (acknowledged() < written) {
        if (performance.now() - startedAt > LATE_MS)
          throw new Error(`${acknowledged()} of ${written} messages acknowledged`);
        await delay(50);
      }
    };
    await page.locator(`[role="listbox"] [data-key="${group.key}"]`).waitFor();
    const { conversations } = await opened.invoke<Bootstrap>('core.bootstrap', undefined);
    group.seqBefore =
      conversations.find(({ channel }) => channelKey(channel) === group.key)?.lastMessageSeq ?? 0;
    const pid = app.process().pid ?? 0;
    return {
      window: opened,
      chats,
      people,
      group,
      close,
      settled,
      message(chat, from) {
        written += 1;
        const text = `第 ${chat.texts.length + 1} 条：今晚 20:00 灰度 5%，有问题群里说。`;
        chat.texts.push(text);
        chat.timestamp = Math.floor(Date.now() / 1_000);
        return peer.recv({
          fromUid: from,
          ...chat.channel,
          messageId: FIRST_ID + BigInt(written) * 4_096n,
          messageSeq: chat.seqBefore + chat.texts.length,
          clientMsgNo: randomUUID().replaceAll('-', ''),
          timestamp: chat.timestamp,
          payload: { type: 1, content: text },
        });
      },
      typing(uid) {
        const param = { channel_id: uid, channel_type: 1, from_uid: uid, from_name: uid };
        return peer.recv({
          fromUid: uid,
          channelId: uid,
          channelType: 1,
          messageId: FIRST_ID + BigInt((written += 1)) * 4_096n,
          messageSeq: 0,
          clientMsgNo: randomUUID().replaceAll('-', ''),
          flags: { noPersist: true, redDot: false, syncOnce: true, dup: false },
          payload: { type: 99, cmd: 'typing', param },
        });
      },
      write: (frames) => peer.write(...frames),
      async offer({ rate, seconds, frame }) {
        const total = rate * seconds;
        const start = performance.now();
        for (let sent = 0; sent < total;) {
          const due = Math.min(total, Math.floor(((performance.now() - start) / 1_000) * rate));
          const frames: Uint8Array[] = [];
          for (; sent < due && frames.length < rate / 10; sent += 1) frames.push(frame(sent));
          if (frames.length > 0) peer.write(...frames);
          await delay(SLICE_MS);
        }
        const wrote = performance.now() - start;
        await settled();
        return { wrote, acknowledged: performance.now() - start, total };
      },
      residentMiB: () => residentMiB(pid),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const recorded = (channel: ChannelRef): RecordedChat => ({
  channel,
  key: channelKey(channel),
  seqBefore: 0,
  texts: [],
  timestamp: 0,
});

/** A group of the first person with all these in it. Answers its number. */
async function createGroup(api: string, members: readonly string[]): Promise<string> {
  const { token } = await callApi<{ token: string }>(api, null, 'POST', 'user/login', {
    username: 'bench-person-0',
    password: PASSWORD,
    flag: 2,
    device: { device_id: randomUUID(), device_name: 'bench', device_model: 'bench' },
  });
  const { group_no: groupNo } = await callApi<{ group_no: string }>(api, token, 'POST', 'group/create', {
    members: members.slice(0, 1),
    name: '万人群',
  });
  for (let at = 1; at < members.length; at += ADDED_AT_ONCE)
    await callApi(api, token, 'POST', `groups/${groupNo}/members`, {
      members: members.slice(at, at + ADDED_AT_ONCE),
    });
  return groupNo;
}

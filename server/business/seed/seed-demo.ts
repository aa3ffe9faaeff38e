/**
 * Demo data: four people, two groups, person chats. Everything goes through the server's own services and the IM
 * server's HTTP API, so the result is what real use would have left behind; message times are therefore the time of
 * seeding.
 */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { BusinessServer } from '../business-server.ts';
import { type Channel, ChannelType } from '../im-client/channel-address.ts';
import { DEMO_CHATS, type DemoChat } from './demo-chats.ts';
import { CHART_SIZE, chartPng, reportPdf } from './demo-files.ts';

export const DEMO_PASSWORD = 'wukong123';

type Speaker = 'x' | 'l' | 'c' | 's';
/** The phone numbers (zone 0086) are for TSDD's own clients, which sign in by phone. */
export const DEMO_ACCOUNTS: Record<Speaker, { username: string; name: string; zone: string; phone: string }> =
  {
    x: { username: 'xuyinuo1', name: '许一诺', zone: '0086', phone: '13800000001' },
    l: { username: 'linzhixia', name: '林知夏', zone: '0086', phone: '13800000002' },
    c: { username: 'chenyu01', name: '陈屿', zone: '0086', phone: '13800000003' },
    s: { username: 'suhang01', name: '苏航', zone: '0086', phone: '13800000004' },
  };
const SPEAKERS: readonly Speaker[] = ['x', 'l', 'c', 's'];
const EVERYONE = '@所有人';

export interface DemoLine {
  speaker: Speaker;
  /** Lines up to the quoted message; 0 = no quote. */
  quoteUp: number;
  recalledBy: Speaker | null;
  text: string;
}

/** Reads the script of one chat; throws on a line it does not understand. */
export function parseChat(chat: DemoChat): DemoLine[] {
  return chat.lines
    .trim()
    .split('\n')
    .map((line) => {
      const match = /^([xlcs]) (?:\^(\d+) )?(?:!([xlcs]) )?(.+)$/.exec(line);
      if (!match?.[4]) throw new Error(`demo chat ${chat.key}: cannot read "${line}"`);
      return {
        speaker: match[1] as Speaker,
        quoteUp: Number(match[2] ?? 0),
        recalledBy: (match[3] as Speaker | undefined) ?? null,
        text: match[4],
      };
    });
}

interface Sent {
  messageId: string;
  payload: Record<string, unknown>;
}

/** Fills an empty database; false (and nothing done) when it has accounts already. */
export async function seedDemo(server: BusinessServer): Promise<boolean> {
  const { accounts, friends, groups, jobs } = server.context;
  if (!accounts.isEmpty()) return false;

  const uids = {} as Record<Speaker, string>;
  // Everybody knows the password: one hash for all of them gives nothing away and spares the start three.
  const hash = await accounts.hashOf(DEMO_PASSWORD);
  for (const speaker of SPEAKERS) {
    const user = await accounts.register({ ...DEMO_ACCOUNTS[speaker], password: { hash } });
    uids[speaker] = user.uid;
  }
  for (const [index, a] of SPEAKERS.entries()) {
    for (const b of SPEAKERS.slice(index + 1)) friends.befriend(uids[a], uids[b]);
  }
  await jobs.flush();

  const desktop = await groups.create(uids.c, [uids.l, uids.x, uids.s], '悟空桌面端研发');
  groups.setManagers(desktop.group_no, uids.c, [uids.l], true);
  groups.changeInfo(
    desktop.group_no,
    uids.c,
    'notice',
    '撤回窗口 2 分钟；发错的客户信息请立即撤回，并告知管理员。',
  );
  const release = await groups.create(uids.x, [uids.l, uids.c, uids.s], '发布值班');
  groups.setManagers(release.group_no, uids.x, [uids.s], true);
  await jobs.flush();

  const channels: Record<DemoChat['key'], (speaker: Speaker) => { channelId: string; channelType: number }> =
    {
      desktop: () => ({ channelId: desktop.group_no, channelType: ChannelType.group }),
      release: () => ({ channelId: release.group_no, channelType: ChannelType.group }),
      'x-l': peer('x', 'l'),
      'x-c': peer('x', 'c'),
      'x-s': peer('x', 's'),
      'l-c': peer('l', 'c'),
    };
  function peer(a: Speaker, b: Speaker) {
    return (speaker: Speaker) => ({
      channelId: uids[speaker === a ? b : a],
      channelType: ChannelType.person,
    });
  }

  await Promise.all(DEMO_CHATS.map((chat) => play(chat)));
  return true;

  async function play(chat: DemoChat): Promise<void> {
    const sent: Sent[] = [];
    const lines = parseChat(chat);
    for (const [index, line] of lines.entries()) {
      const channel = channels[chat.key](line.speaker);
      const quotedLine = line.quoteUp > 0 ? lines[index - line.quoteUp] : undefined;
      const quoted = line.quoteUp > 0 ? sent[index - line.quoteUp] : undefined;
      const payload: Record<string, unknown> = {
        ...(await contentOf(line, channel)),
        ...mentionOf(line),
        ...(quoted && quotedLine
          ? { reply: await quoteOf(quoted, quotedLine.speaker, channel, uids[line.speaker]) }
          : {}),
      };
      const clientMsgNo = randomUUID().replaceAll('-', '');
      const answer = await server.context.im.send({
        redDot: true,
        clientMsgNo,
        fromUid: uids[line.speaker],
        ...channel,
        payload,
      });
      if (!answer) throw new Error('the IM server did not say which id a demo message got');
      sent.push({ messageId: answer.messageId, payload });
      if (line.recalledBy) {
        await server.recall.recall(uids[line.recalledBy], {
          channel: channels[chat.key](line.recalledBy),
          messageId: answer.messageId,
          clientMsgNo,
        });
      }
    }
  }

  /** `#chart` is the picture, `#file NAME` the document, anything else a text (tsdd-api.md 6.2). */
  async function contentOf(line: DemoLine, channel: Channel): Promise<Record<string, unknown>> {
    const upload = async (bytes: Buffer, extension: string): Promise<string> => {
      const path = `/${channel.channelType}/${channel.channelId}/${randomUUID().replaceAll('-', '')}.${extension}`;
      return `file/preview/${await server.context.files.save('chat', path, uids[line.speaker], Readable.from([bytes]))}`;
    };
    if (line.text === '#chart') return { type: 2, url: await upload(chartPng(), 'png'), ...CHART_SIZE };
    const name = /^#file (.+)$/.exec(line.text)?.[1];
    if (name === undefined) return { type: 1, content: line.text };
    const bytes = reportPdf();
    return { type: 8, url: await upload(bytes, 'pdf'), name, size: bytes.length };
  }

  function mentionOf(line: DemoLine): Record<string, unknown> {
    if (line.text.includes(EVERYONE)) return { mention: { all: 1 } };
    const mentioned = SPEAKERS.filter((speaker) => line.text.includes(`@${DEMO_ACCOUNTS[speaker].name}`)).map(
      (speaker) => uids[speaker],
    );
    return mentioned.length > 0 ? { mention: { uids: mentioned } } : {};
  }

  async function quoteOf(
    quoted: Sent,
    speaker: Speaker,
    channel: Channel,
    reader: string,
  ): Promise<Record<string, unknown>> {
    const { reply: _nested, ...payload } = quoted.payload;
    const [row] = await server.context.im.lookup(reader, channel.channelId, channel.channelType, {
      messageIds: [quoted.messageId],
    });
    return {
      message_id: quoted.messageId,
      message_seq: row?.message_seq ?? 0,
      from_uid: uids[speaker],
      from_name: DEMO_ACCOUNTS[speaker].name,
      payload,
    };
  }
}

/**
 * A 100-row page of `POST /v1/message/channel/sync` with 0, 50 and 100 recalled rows against the same page without the
 * merge: the same request to the same servers with the look-up of recall state switched off, alternating request by
 * request. "Over HTTP" is the whole request (business server, its call of the IM server's messagesync, JSON); "page
 * alone" is only the building of the rows in memory.
 */
import { Peer, registerUser } from '../e2e/fixtures/people/peer.ts';
import type { BusinessServer } from '../server/business/business-server.ts';
import { messagePage } from '../server/business/messages/message-dto.ts';
import type { PageExtras } from '../server/business/messages/message-extras.ts';
import { median, ratioRow, type Row } from './support/report.ts';
import { PASSWORD, startBenchServers } from './support/servers.ts';

const ROWS = 100;
const REQUESTS = 200;
const PAGES = 1_000;
const WARM_UP = 40;
const GOAL = '<= 1.1';
const NOTHING: PageExtras = { byId: () => null, recalledCopy: () => null };

export async function benchmark(): Promise<Row[]> {
  const servers = await startBenchServers({ webhook: true, revokeSecond: -1 });
  try {
    return await measure(servers.business);
  } finally {
    await servers.close();
  }
}

/** Switches the look-up of recall state; the handler stays the same. */
function mergeSwitch(business: BusinessServer): (on: boolean) => void {
  const { extras } = business.context;
  const look = extras.forPage.bind(extras);
  let merge = true;
  extras.forPage = (rows, quoted) => (merge ? look(rows, quoted) : NOTHING);
  return (on) => {
    merge = on;
  };
}

async function measure(business: BusinessServer): Promise<Row[]> {
  const [author, reader] = await twoPeople(business.api);
  const group = await author.call<{ group_no: string }>('POST', 'group/create', {
    members: [reader.uid],
    name: '历史',
  });
  const sent: { messageId: string; clientMsgNo: string }[] = [];
  for (let i = 0; i < ROWS; i += 1)
    sent.push(await author.sendText(group.group_no, 2, `第 ${i} 条：联调通过，今晚 20:00 灰度 5%。`));
  author.close();
  const setMerge = mergeSwitch(business);
  const body = JSON.stringify({
    channel_id: group.group_no,
    channel_type: 2,
    start_message_seq: 0,
    end_message_seq: 0,
    limit: ROWS,
    pull_mode: 0,
  });
  const page = async (): Promise<string> => {
    const response = await fetch(`${business.api}/v1/message/channel/sync`, {
      method: 'POST',
      headers: { token: reader.token, 'content-type': 'application/json' },
      body,
    });
    return response.text();
  };

  const rows: Row[] = [];
  for (const recalled of [0, ROWS / 2, ROWS]) {
    for (const message of sent.slice(Math.max(0, recalled - ROWS / 2), recalled))
      await author.revoke(group.group_no, 2, message);
    setMerge(true);
    const answer = JSON.parse(await page()) as { messages: { revoke?: number }[] };
    const blanked = answer.messages.filter((message) => message.revoke === 1).length;
    if (answer.messages.length !== ROWS || blanked !== recalled)
      throw new Error(`a page of ${answer.messages.length} rows with ${blanked} recalled`);

    const timed = async (on: boolean): Promise<number> => {
      setMerge(on);
      const startedAt = performance.now();
      await page();
      return performance.now() - startedAt;
    };
    const [withMerge, without] = await pairs(REQUESTS, timed);
    rows.push(ratioRow(`over HTTP, ${recalled} of ${ROWS} recalled`, withMerge, 'ms', without, GOAL));

    const build = await pageBuilder(business, reader.uid, group.group_no);
    const [built, bare] = await pairs(PAGES, (on) => {
      setMerge(on);
      const startedAt = performance.now();
      build();
      return performance.now() - startedAt;
    });
    rows.push(ratioRow(`page alone, ${recalled} of ${ROWS} recalled`, built, 'ms', bare, null));
  }
  return rows;
}

/** Medians of `count` runs each with and without the merge, taking turns at who is first. */
async function pairs(
  count: number,
  timed: (merge: boolean) => number | Promise<number>,
): Promise<[number, number]> {
  const on: number[] = [];
  const off: number[] = [];
  for (let i = -WARM_UP; i < count; i += 1) {
    const first = i % 2 === 0;
    const a = await timed(first);
    const b = await timed(!first);
    if (i < 0) continue;
    on.push(first ? a : b);
    off.push(first ? b : a);
  }
  return [median(on), median(off)];
}

async function pageBuilder(business: BusinessServer, viewer: string, groupNo: string): Promise<() => void> {
  const { im, accounts, extras, now, reactions } = business.context;
  const history = await im.history(viewer, groupNo, 2, { startSeq: 0, endSeq: 0, limit: ROWS, pullMode: 0 });
  const pageRows = history.map((row) => ({ row, storedChannelId: groupNo }));
  const context = { viewer, nowMs: now(), extras, reactions, nameOf: accounts.name.bind(accounts) };
  return () => void messagePage({ ...context, onCopy: () => undefined }, pageRows);
}

async function twoPeople(api: string): Promise<[Peer, Peer]> {
  const peers: Peer[] = [];
  for (const name of ['bench-author', 'bench-reader']) {
    await registerUser(api, name, PASSWORD, name);
    peers.push(await Peer.signIn(api, name, PASSWORD));
  }
  const [author, reader] = peers as [Peer, Peer];
  await author.connect();
  return [author, reader];
}

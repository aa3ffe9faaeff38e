/**
 * What really happened, kept outside the app: what a person or a peer said and what became of it. `judge` compares it
 * with what the server and the cache show. Pure, so that its own test can show that it finds a loss and a double.
 */

export interface Said {
  /** Occurs in this message's text and nowhere else. */
  token: string;
  /** As `Rows.channel`. */
  channel: string;
  text: string;
  by: 'user' | 'peer';
  /**
   * `accepted`: the app has shown it (or answered the call), or the server has acknowledged it (peer): it must be there
   * once. `unknown`: the app died before it answered: it may be there once.
   */
  state: 'accepted' | 'unknown';
  clientMsgNo: string | null;
  /** Once it was seen on the server, or acknowledged. */
  messageId: string | null;
  messageSeq: number;
  /** `done`: accepted by the app or answered with 200: must be recalled everywhere. `unknown`: may be. */
  recall: 'no' | 'unknown' | 'done';
  /** Recalled while it may not have left yet: it need not be on the server at all. */
  withdrawn: boolean;
  /** A recording: nothing that it says names it, only its client_msg_no. It is meant to be recalled. */
  wordless: boolean;
}

export interface ServerRow {
  channel: string;
  messageId: string;
  messageSeq: number;
  clientMsgNo: string;
  fromUid: string;
  /** Text of the payload; '' when it was blanked. */
  text: string;
  recalled: boolean;
}

export interface CacheRow {
  channel: string;
  messageId: string;
  messageSeq: number;
  clientMsgNo: string;
  fromUid: string;
  /** null = erased. */
  text: string | null;
  recalled: boolean;
  /** A line of the conversation: neither deleted nor hidden nor a copy of another row. */
  shown: boolean;
}

export interface Finding {
  kind: 'lost' | 'doubled' | 'wrong';
  /** Names the message by its token. */
  what: string;
}

/** Completes the record with the ids of what is on the server now. */
export function learn(said: readonly Said[], rows: readonly ServerRow[]): void {
  const byToken = new Map(said.map((one) => [one.token, one]));
  for (const row of rows) {
    const token = tokenOf(row.text);
    const one = token === null ? undefined : byToken.get(token);
    if (one && one.messageId === null) {
      Object.assign(one, {
        messageId: row.messageId,
        messageSeq: row.messageSeq,
        clientMsgNo: row.clientMsgNo,
      });
    }
  }
}

export const tokenOf = (text: string): string | null => /soak\d{5}n\d{4}/.exec(text)?.[0] ?? null;

function group<T>(items: readonly T[], key: (item: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    if (name === null) continue;
    const found = groups.get(name);
    if (found) found.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}

const copiesKey = (row: { channel: string; fromUid: string; clientMsgNo: string }): string | null =>
  row.clientMsgNo === '' ? null : `${row.channel} ${row.fromUid} ${row.clientMsgNo}`;

/** The recording that a job without words is of: one at a time is made. */
export function recordingOf(said: readonly Said[], clientMsgNo: string): Said | undefined {
  const recordings = said.filter(({ wordless }) => wordless);
  return (
    recordings.find((one) => one.clientMsgNo === clientMsgNo) ??
    recordings.find((one) => one.clientMsgNo === null)
  );
}

/** Rows of the server for each message of the record, whether its words are still there or not. */
export function findOnServer(said: readonly Said[], rows: readonly ServerRow[]): Map<Said, ServerRow[]> {
  const byToken = group(rows, (row) => tokenOf(row.text));
  const byNo = group(rows, (row) => row.clientMsgNo || null);
  return new Map(
    said.map((one) => {
      const found = [...(byToken.get(one.token) ?? []), ...(byNo.get(one.clientMsgNo ?? '') ?? [])];
      return [one, [...new Set(found)].filter((row) => row.channel === one.channel)];
    }),
  );
}

/** Everything that is not as it must be once the app is in sync and its outbox empty. */
export function judge(
  said: readonly Said[],
  server: readonly ServerRow[],
  cache: readonly CacheRow[],
): Finding[] {
  const findings: Finding[] = [];
  const add = (kind: Finding['kind'], what: string): void => void findings.push({ kind, what });
  const cached = new Map(cache.map((row) => [row.messageId, row]));
  for (const [one, rows] of findOnServer(said, server)) {
    const [row] = rows;
    if (rows.length > 1) add('doubled', `${one.token}: ${rows.length} times on the server`);
    if (!row) {
      if (one.state === 'accepted' && !one.withdrawn)
        add('lost', `${one.token} (${one.by}): not on the server`);
      continue;
    }
    if (one.recall === 'done' && rows.some((each) => !each.recalled)) {
      add('wrong', `${one.token}: recalled, but not on the server`);
    }
    if (one.by === 'peer' && one.messageSeq !== row.messageSeq) {
      add('wrong', `${one.token}: acknowledged with seq ${one.messageSeq}, stored with ${row.messageSeq}`);
    }
    const copy = cached.get(row.messageId);
    if (!copy) add('lost', `${one.token} (${one.by}): on the server, not in the cache`);
    else checkCopy(one, row, copy, add);
  }
  for (const [key, rows] of group(cache, copiesKey)) {
    const lines = rows.filter((row) => row.shown);
    if (lines.length > 1)
      add('doubled', `${tokenOf(lines[0]?.text ?? '') ?? key}: ${lines.length} lines in the cache`);
  }
  return [...findings, ...outOfOrder(said)];
}

function checkCopy(
  one: Said,
  row: ServerRow,
  copy: CacheRow,
  add: (kind: Finding['kind'], what: string) => void,
): void {
  if (copy.messageSeq !== row.messageSeq) {
    add('wrong', `${one.token}: seq ${copy.messageSeq} in the cache, ${row.messageSeq} on the server`);
  }
  if (copy.recalled !== row.recalled) {
    add('wrong', `${one.token}: ${row.recalled ? 'a recall is missing in' : 'recalled only in'} the cache`);
  } else if (copy.recalled) {
    if (copy.text !== null) add('wrong', `${one.token}: recalled, but its words are in the cache`);
  } else if (copy.text !== one.text) {
    add('wrong', `${one.token}: other words in the cache`);
  }
  if (!copy.shown) add('lost', `${one.token}: in the cache, but not shown`);
}

/** A person's messages of one channel have to arrive in the order in which they were accepted. */
function outOfOrder(said: readonly Said[]): Finding[] {
  const findings: Finding[] = [];
  const mine = said.filter((one) => one.by === 'user' && one.state === 'accepted' && one.messageSeq > 0);
  for (const [channel, ones] of group(mine, (one) => one.channel)) {
    ones.forEach((one, index) => {
      const before = ones[index - 1];
      if (before && before.messageSeq >= one.messageSeq) {
        findings.push({ kind: 'wrong', what: `${one.token}: before ${before.token} in ${channel}` });
      }
    });
  }
  return findings;
}

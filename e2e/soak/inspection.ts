/** Compares profile and server with the record: at once after a kill, and again when the app is back and quiet. */
import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import { messageKey, type MessageView } from '../../shared/domain.ts';
import type { MessagePage, PageAnchor } from '../../shared/ipc/contract/messages.ts';
import type { Result } from '../../shared/ipc/result.ts';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { FILLER_ROWS, fillerRows, NEWEST_SCHEMA } from './older-cache.ts';
import { accountFolder, readCache, readDeadProfile, readOutbox, strayFiles } from './profile-reader.ts';
import {
  type CacheRow,
  type Finding,
  findOnServer,
  judge,
  learn,
  recordingOf,
  type Said,
  type ServerRow,
} from './record.ts';
import type { Phase } from './schedule.ts';
import { readServer, type WatchedChannel } from './server-view.ts';
import type { Talk, Traffic } from './traffic.ts';

/** recall.md says 5 s; the rest is the margin of a machine that is busy with the app, the browser and the servers. */
const ERASED_MS = 15_000;
/** After this long without a change what is wrong stays wrong. */
const SETTLED_MS = 20_000;
const PAGE_ROWS = 200;

export class Inspection {
  readonly #profile: string;
  /** Where exports of chats are written. */
  readonly exportsFolder: string;
  readonly #me: string;
  readonly #talks: readonly Talk[];
  readonly #watched: WatchedChannel[];
  readonly #traffic: Traffic;
  /** What was right before and needs no second look until the end: below these seqs. */
  #settled = new Map<string, number>();
  /** Index into the record from which on nothing has been checked with the app open. */
  #unchecked = 0;
  readonly #again = new Set<Said>();
  #markers: string[] = [];
  #fillerExpected = false;
  slowestErasureMs = 0;

  /** `me`: uid of the app's user. */
  constructor(
    { profile, exports }: { profile: string; exports: string },
    me: string,
    talks: readonly Talk[],
    traffic: Traffic,
  ) {
    this.#profile = profile;
    this.exportsFolder = exports;
    this.#me = me;
    this.#talks = talks;
    this.#traffic = traffic;
    this.#watched = talks.map((talk) => ({
      channel: talk.channel,
      peer: talk.peer,
      channelId: talk.peerChannelId,
      channelType: talk.channelType,
    }));
  }

  /** A word that all messages of one recall share and nothing else says. */
  newMarker(kill: number, random: () => number): string {
    const marker = `geheim${kill}x${Math.floor(random() * 1e9).toString(36)}q`;
    this.#markers.push(marker);
    return marker;
  }

  cacheRemoved(): void {
    this.#fillerExpected = false;
  }

  cacheFilled(): void {
    this.#fillerExpected = true;
  }

  /** Messages of the peer that the app has had for a while. */
  recallable(talk: Talk, count: number): Said[] {
    const found = this.#traffic.said
      .slice(0, this.#unchecked)
      .filter((one) => one.by === 'peer' && one.channel === talk.channel && one.recall === 'no')
      .slice(-count);
    for (const one of found) {
      this.#again.add(one);
      this.#markers.push(one.token);
    }
    return found;
  }

  // ---- at once after a kill ----------------------------------------------------------------------------------

  /** Looks at the dead profile and the server. What is in the outbox counts as accepted from here on. */
  async afterKill(): Promise<{ findings: Finding[]; met: Set<Phase> }> {
    const findings: Finding[] = [];
    const wrong = (what: string): void => void findings.push({ kind: 'wrong', what });
    const dead = readDeadProfile(this.#profile);
    for (const check of dead.checks) if (check !== 'ok') wrong(`quick_check: ${check}`);
    const said = this.#open();
    const byToken = new Map(said.map((one) => [one.token, one]));
    for (const job of dead.sends) {
      const one = job.token === null ? recordingOf(said, job.clientMsgNo) : byToken.get(job.token);
      if (!one) wrong(`the outbox holds ${job.token ?? 'a message'} that nobody wrote`);
      else Object.assign(one, { state: 'accepted', clientMsgNo: job.clientMsgNo });
    }
    const rows = await this.#serverRows();
    const waiting = new Set(
      dead.sends.map(
        (job) => byToken.get(job.token ?? '')?.token ?? recordingOf(said, job.clientMsgNo)?.token,
      ),
    );
    const recalling = new Set(dead.recalls);
    let recallMissing = false;
    for (const [one, [row]] of findOnServer(said, rows)) {
      const isThere = row !== undefined || waiting.has(one.token) || one.withdrawn;
      if (one.state === 'accepted' && !isThere) {
        findings.push({
          kind: 'lost',
          what: `${one.token} (${one.by}): neither on the server nor in the outbox`,
        });
      }
      if (!row || one.recall === 'no') continue;
      const asked = recalling.has(row.messageId);
      if (asked) one.recall = 'done';
      // A message that was recalled under way gets its recall job together with its acknowledgement.
      if (one.recall === 'done' && !row.recalled && !asked && !waiting.has(one.token)) {
        wrong(`${one.token}: the recall is neither on the server nor in the outbox`);
      }
      if (row.recalled && !dead.recalledInCache.has(row.messageId)) recallMissing = true;
    }
    for (const [channel, { accepted, tried }] of this.#traffic.drafts) {
      const kept = dead.drafts.get(channel) ?? '';
      if (kept !== accepted && kept !== tried) wrong(`the draft is "${kept}", not "${accepted}"`);
      this.#traffic.drafts.set(channel, { accepted: kept, tried: kept });
    }
    const met = new Set<Phase>();
    if (dead.sends.some((job) => job.mayHaveLeft)) met.add('send');
    if (recalling.size > 0 || recallMissing) met.add('recall');
    if (dead.schemaVersion > 0 && dead.schemaVersion < NEWEST_SCHEMA) met.add('migration');
    return { findings, met };
  }

  /** The server has it: a recall of it is one. */
  async untilSent({ clientMsgNo }: Said): Promise<void> {
    const deadline = performance.now() + SETTLED_MS;
    while (readOutbox(this.#profile).sends.some((job) => job.clientMsgNo === clientMsgNo)) {
      if (performance.now() > deadline) throw new Error('a recording was not sent');
      await delay(20);
    }
  }

  // ---- when the app is back ----------------------------------------------------------------------------------

  /** Nothing waits in the outbox and everything the peers said is in the cache. */
  async untilQuiet(page: Page): Promise<void> {
    const deadline = performance.now() + SETTLED_MS;
    for (;;) {
      const { sends, recalls } = readOutbox(this.#profile);
      if (sends.length === 0 && recalls.length === 0) {
        const { lost } = this.#compare(await this.#serverRows());
        if (lost.length === 0) return;
      }
      if (performance.now() > deadline) throw new Error('the outbox did not empty');
      await page.waitForTimeout(30);
    }
  }

  /**
   * In sync and with an empty outbox, everything has to be as the record says. `everything`: also what was right
   * before.
   */
  async whenOpen(page: Page, everything: boolean): Promise<Finding[]> {
    if (everything) {
      this.#settled = new Map();
      this.#unchecked = 0;
    }
    await this.#serverRows();
    await this.#repeatRecalls(page);
    const rows = await this.#untilDelivered();
    const findings = await this.#untilRight(page, rows);
    const filler = fillerRows(join(accountFolder(this.#profile) ?? '', 'cache.db'));
    if (filler !== (this.#fillerExpected ? FILLER_ROWS : 0)) {
      findings.push({ kind: 'lost', what: `${filler} of ${FILLER_ROWS} messages survived the migration` });
      this.#fillerExpected = filler > 0;
    }
    await dropDraftFiles(page);
    findings.push(...(await this.#untilErased()), ...(await this.#untilNoStrays()));
    for (const row of rows) {
      this.#settled.set(row.channel, Math.max(this.#settled.get(row.channel) ?? 0, row.messageSeq + 1));
    }
    this.#unchecked = this.#traffic.said.length;
    this.#again.clear();
    return findings;
  }

  /** The record from the first unchecked message on, and what happened to earlier ones since. */
  #open(): Said[] {
    return [...this.#again, ...this.#traffic.said.slice(this.#unchecked)];
  }

  #from(): Map<string, number> {
    const from = new Map(this.#settled);
    for (const one of this.#again) {
      from.set(one.channel, Math.min(from.get(one.channel) ?? 0, one.messageSeq));
    }
    return from;
  }

  async #serverRows(): Promise<ServerRow[]> {
    const rows = await readServer(this.#watched, this.#from());
    learn(this.#open(), rows);
    return rows;
  }

  #compare(rows: readonly ServerRow[]): { findings: Finding[]; lost: Finding[]; cache: CacheRow[] } {
    const cache = readCache(this.#profile, this.#from());
    const findings = judge(this.#open(), rows, cache);
    return { findings, lost: findings.filter((finding) => finding.kind === 'lost'), cache };
  }

  /** What the app died over before it was asked, or before it answered: the user does it again. */
  async #repeatRecalls(page: Page): Promise<void> {
    const isMeant = (one: Said): boolean =>
      one.recall === 'unknown' ||
      (one.recall === 'no' && one.wordless) ||
      (one.recall === 'no' && this.#markers.some((marker) => one.text.includes(marker)));
    for (const one of this.#open().filter(isMeant)) {
      const talk = this.#talks.find((each) => each.channel === one.channel) as Talk;
      if (one.by === 'peer') {
        await this.#traffic.peerRecalls(talk, one);
        continue;
      }
      if (one.clientMsgNo !== null) {
        const args = {
          channel: { channelId: talk.channelId, channelType: talk.channelType },
          key: messageKey({ fromUid: this.#me, clientMsgNo: one.clientMsgNo, messageId: null }),
        };
        const answer = await page.evaluate((arg) => window.wukong.invoke('messages.recall', arg), args);
        if (!answer.ok && !(one.withdrawn && answer.code === 'notFound'))
          throw new Error(`messages.recall: ${answer.code} ${answer.message}`);
      }
      // Without a number it has never left the window.
      one.recall = 'done';
    }
  }

  async #untilDelivered(): Promise<ServerRow[]> {
    const deadline = performance.now() + SETTLED_MS * 2;
    for (;;) {
      const { sends, recalls } = readOutbox(this.#profile);
      if (sends.every((job) => job.state === 'failed') && recalls.length === 0) break;
      if (performance.now() > deadline) break;
      await delay(30);
    }
    return this.#serverRows();
  }

  async #untilRight(page: Page, rows: readonly ServerRow[]): Promise<Finding[]> {
    const deadline = performance.now() + SETTLED_MS;
    for (let round = 0; ; round += 1) {
      const { findings, lost } = this.#compare(rows);
      const { sends } = readOutbox(this.#profile);
      if (findings.length === 0 && sends.length === 0) return [];
      if (performance.now() > deadline) {
        const stuck = sends.map((job): Finding => ({
          kind: 'lost',
          what: `${job.token ?? '?'}: still ${job.state}`,
        }));
        return [...findings, ...stuck];
      }
      // Older history comes when somebody scrolls there.
      if (lost.length > 0 && round % 5 === 1) await this.#scrollBack(page);
      await delay(50);
    }
  }

  async #scrollBack(page: Page): Promise<void> {
    const from = this.#from();
    for (const { channel, channelId, channelType } of this.#talks) {
      await page.evaluate(
        async ({ ref, lowest, limit }) => {
          let before: number | null = null;
          for (;;) {
            const anchor: PageAnchor = before === null ? { at: 'latest' } : { at: 'before', order: before };
            const answer: Result<MessagePage> = await window.wukong.invoke('messages.page', {
              channel: ref,
              anchor,
              limit,
            });
            const first: MessageView | undefined = answer.ok ? answer.value.messages[0] : undefined;
            if (!answer.ok || !first || !answer.value.hasOlder || first.messageSeq <= lowest) return;
            before = first.order;
          }
        },
        { ref: { channelId, channelType }, lowest: from.get(channel) ?? 1, limit: PAGE_ROWS },
      );
    }
  }

  /** No file that nothing names, and nothing of an export that did not end. */
  async #untilNoStrays(): Promise<Finding[]> {
    const startedAt = performance.now();
    for (;;) {
      const strays = [...strayFiles(this.#profile), ...readdirSync(this.exportsFolder)];
      if (strays.length === 0) return [];
      if (performance.now() - startedAt > ERASED_MS)
        return strays.map((name) => ({ kind: 'wrong', what: `${name} belongs to nothing` }));
      await delay(100);
    }
  }

  /** No word of what was recalled is in any file of the profile. */
  async #untilErased(): Promise<Finding[]> {
    const markers = this.#markers;
    this.#markers = [];
    if (markers.length === 0) return [];
    const startedAt = performance.now();
    for (;;) {
      const residue = scanForResidue([this.#profile, this.exportsFolder], markers);
      const tookMs = performance.now() - startedAt;
      this.slowestErasureMs = Math.max(this.slowestErasureMs, tookMs);
      if (residue.length === 0) return [];
      if (tookMs > ERASED_MS) {
        // Later kills change or replace the file: this is the evidence.
        for (const path of new Set(residue.map((hit) => hit.path))) copyFileSync(path, `${path}.residue`);
        return residue.map((hit) => ({
          kind: 'wrong',
          what: `${markers[hit.secret] ?? ''} is still in ${hit.path} as ${hit.form} at ${hit.offset}`,
        }));
      }
      await delay(200);
    }
  }
}

/** What was picked and not sent is the user's own, and was never said. */
async function dropDraftFiles(page: Page): Promise<void> {
  const tray = page.getByRole('list', { name: '待发送的附件' }).getByRole('listitem');
  for (let left = await tray.count(); left > 0; left = await tray.count()) {
    await page
      .getByRole('button', { name: /^移除 / })
      .first()
      .click();
    await tray.nth(left - 1).waitFor({ state: 'detached' });
  }
}

/**
 * At which node of a WuKongIM cluster a person's connection belongs: the one that leads the slot of their uid
 * (wukongim.md C.6). TSDD names any. But v2.2.5, told by another node that a connection of that one has ended, forgets
 * its own connection of the same number, whoever's it is: that one stays open, and has neither SENDACK, PONG nor RECV
 * any more (docs/guard.md, "Which node people are sent to"). Nodes tell each other only of connections whose person
 * another one leads.
 */
import { crc32 } from 'node:zlib';
import type { z } from 'zod';
import { isObject } from '../../../shared/json.ts';
import { ImApi, ImError, type ImRoute } from '../../business/im-client/im-api.ts';
import { ApiError } from '../../business/http/errors.ts';
import type { GuardOptions } from '../command-line.ts';
import { firstOf, type ImNodes } from './im-nodes.ts';

/** Nobody waits longer for a better address than the one that TSDD has, ms. */
const PATIENCE_MS = 1_000;
/** Leaders change when a node goes, ms. */
const KNOWN_FOR_MS = 2_000;

type ImAddresses = z.infer<typeof ImRoute>;

/** Which of so many slots holds what is kept of a person (`GetSlotNum`). */
export const slotOf = (uid: string, slots: number): number => crc32(uid) % Math.max(1, slots);

/** A node whose id is known. */
export interface LeadingNode {
  id: number;
  origin: string;
  api: ImApi;
}

export class LeadingNodes {
  readonly #im: Pick<ImNodes, 'told' | 'silent'>;
  readonly #nodes: { origin: string; api: ImApi; id: number | null }[];
  readonly #wss: string | undefined;
  readonly #now: () => number;
  /** Ids of nodes, by slot. */
  #leaders: readonly number[] = [];
  #knownAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<boolean> | null = null;

  constructor(
    im: Pick<ImNodes, 'told' | 'silent'>,
    { imApi, imApiToken, imWss }: Pick<GuardOptions, 'imApi' | 'imApiToken' | 'imWss'>,
    now: () => number,
  ) {
    this.#im = im;
    this.#nodes = imApi.map((origin) => ({
      origin,
      api: new ImApi(origin, imApiToken, PATIENCE_MS),
      id: null,
    }));
    this.#wss = imWss;
    this.#now = now;
  }

  /** Asks. `leaders`: ids by slot, none when nobody told; `nodes`: those that are there. */
  async view(): Promise<{ leaders: readonly number[]; nodes: LeadingNode[] }> {
    const isTold = await this.#ask();
    return { leaders: isTold ? this.#leaders : [], nodes: this.#there() };
  }

  /**
   * Null: there is one node only, or it is not known in time, or the one that leads is silent. With an address for all
   * nodes of the operator's own (`--im-wss`) another node is named then, because what TSDD says is not for clients.
   * @throws ApiError 503 when none is known
   */
  async addressesFor(uid: string): Promise<ImAddresses | null> {
    if (this.#nodes.length < 2) return null;
    if (this.#now() - this.#knownAt >= KNOWN_FOR_MS) await firstOf([this.#ask()], PATIENCE_MS);
    const leader = this.#leaders[slotOf(uid, this.#leaders.length)];
    const there = this.#there();
    const node = there.find(({ id }) => id === leader);
    if (this.#wss !== undefined) {
      const id = (node ?? there[slotOf(uid, there.length)])?.id;
      if (id === undefined) throw new ApiError(503, '没有可用的消息服务器，请稍后再试');
      return { tcp_addr: '', ws_addr: '', wss_addr: this.#wss.replace('{node}', String(id)) };
    }
    if (node === undefined) return null;
    try {
      const addresses = await node.api.route(uid);
      return Object.values(addresses).some((each) => each !== '') ? addresses : null;
    } catch (error) {
      if (error instanceof ImError) return null;
      throw error;
    }
  }

  #there(): LeadingNode[] {
    const silent = new Set(this.#im.silent().map(({ node }) => node));
    return this.#nodes.flatMap(({ id, origin, api }) =>
      id === null || silent.has(origin) ? [] : [{ id, origin, api }],
    );
  }

  /** One question for all who ask meanwhile. What was known stays where nobody tells. */
  #ask(): Promise<boolean> {
    this.#asking ??= this.#learn().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #learn(): Promise<boolean> {
    try {
      await Promise.all(
        this.#nodes.map(async (node) => {
          if (node.id !== null) return;
          const own = await node.api.call('GET', '/cluster/node').catch(() => null);
          if (isObject(own) && typeof own['id'] === 'number') node.id = own['id'];
        }),
      );
      const leaders = leadersIn(await this.#im.told('/cluster/allslot'));
      if (leaders === null) return false;
      [this.#leaders, this.#knownAt] = [leaders, this.#now()];
      return true;
    } catch (error) {
      if (error instanceof ImError) return false;
      throw error;
    }
  }
}

/** Null: not an answer with a leader for each slot. */
function leadersIn(answer: unknown): number[] | null {
  const rows = isObject(answer) && Array.isArray(answer['data']) ? answer['data'] : [];
  const leaders = new Map<number, number>();
  for (const row of rows) {
    if (!isObject(row) || typeof row['id'] !== 'number' || typeof row['leader_id'] !== 'number') return null;
    leaders.set(row['id'], row['leader_id']);
  }
  const inOrder = Array.from({ length: leaders.size }, (_, slot) => leaders.get(slot) ?? 0);
  return inOrder.length > 0 && inOrder.every((id) => id > 0) ? inOrder : null;
}

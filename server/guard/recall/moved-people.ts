/**
 * People who are told nothing any more, for whom nothing seems wrong: which connections a person has only the node
 * knows that leads the slot of their uid, from their CONNECT alone (wukongim.md H). When another one comes to lead it,
 * a connection elsewhere answers PINGs, takes SENDs, and hears neither messages nor recalls. Once leaders have stopped
 * changing, their nodes are told to remove such connections (`/conn/remove`): v2.2.5 forgets them and closes no socket,
 * so that PONGs end, which every client notices and comes anew, to the node that leads it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf } from '../../../shared/errors.ts';
import { isObject } from '../../../shared/json.ts';
import { ImError } from '../../business/im-client/im-api.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { type LeadingNode, type LeadingNodes, slotOf } from './leading-nodes.ts';

const LOOK_MS = 5_000;
/** Slots come to rest some seconds after a node has gone or come. */
const SETTLED_MS = 15_000;
/** Rows of one answer of a node, which sorts all of its connections for each. */
const PAGE_ROWS = 2_000;
/** Whoever is ended comes anew: not all in one moment. */
const PAUSE_MS = 10;

export interface MovedPeopleDeps {
  nodes: Pick<LeadingNodes, 'view'>;
  log: Log;
  metrics: Metrics;
  /** ms; moves on by itself. */
  now?: () => number;
  /** Between two endings, ms. */
  pauseMs?: number;
}

interface Connection {
  uid: string;
  id: number;
}

export class MovedPeople {
  readonly #deps: Required<MovedPeopleDeps>;
  /** Ids of nodes by slot, as they were last told; empty: never. */
  #leaders: readonly number[] = [];
  /** When slots got another leader. */
  readonly #moved = new Map<number, number>();
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(deps: MovedPeopleDeps) {
    this.#deps = { now: () => performance.now(), pauseMs: PAUSE_MS, ...deps };
  }

  /** Looks again and again, until `close`. */
  watch(): void {
    const again = (): void => {
      if (this.#isClosed) return;
      this.#timer = setTimeout(() => void round(), LOOK_MS);
      this.#timer.unref();
    };
    const round = async (): Promise<void> => {
      try {
        await this.look();
      } catch (error) {
        this.#deps.log.warn('moved_people_failed', { reason: reasonOf(error) });
      }
      again();
    };
    again();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  /** One round; answers how many connections were ended. Nodes that do not answer are left out. */
  async look(): Promise<number> {
    const { leaders, nodes } = await this.#deps.nodes.view();
    if (leaders.length === 0 || nodes.length < 2) return 0;
    const now = this.#deps.now();
    for (const [slot, leader] of leaders.entries()) {
      const before = this.#leaders[slot];
      if (before !== undefined && before !== leader) this.#moved.set(slot, now);
    }
    this.#leaders = leaders;
    if (this.#moved.size === 0 || [...this.#moved.values()].some((at) => now - at < SETTLED_MS)) return 0;
    const slots = new Set(this.#moved.keys());
    this.#moved.clear();
    let ended = 0;
    for (const node of nodes) {
      const isLeft = ({ uid }: Connection): boolean => {
        const slot = slotOf(uid, leaders.length);
        return slots.has(slot) && leaders[slot] !== node.id;
      };
      ended += await this.#end(node, isLeft);
    }
    return ended;
  }

  async #end(node: LeadingNode, isLeft: (connection: Connection) => boolean): Promise<number> {
    const { log, metrics, pauseMs } = this.#deps;
    let ended = 0;
    try {
      // All first: what is ended would be missing from the pages after it.
      for (const { uid, id } of (await connectionsOf(node)).filter(isLeft)) {
        if (this.#isClosed) break;
        const connection = { uid, conn_id: id, node_id: node.id, op_node_id: node.id };
        await node.api.call('POST', '/conn/remove', connection);
        ended += 1;
        metrics.movedPeople.inc();
        await delay(pauseMs);
      }
    } catch (error) {
      if (!(error instanceof ImError)) throw error;
      log.warn('moved_people_failed', { node: node.origin, reason: error.message });
    }
    if (ended > 0) log.info('moved_people_ended', { node: node.origin, connections: ended });
    return ended;
  }
}

/** A node's own connections. @throws ImError */
async function connectionsOf({ api, id: nodeId }: LeadingNode): Promise<Connection[]> {
  const found: Connection[] = [];
  for (let offset = 0; ; offset += PAGE_ROWS) {
    const answer = await api.call('GET', `/connz?offset=${offset}&limit=${PAGE_ROWS}`);
    const rows = isObject(answer) && Array.isArray(answer['connections']) ? answer['connections'] : [];
    for (const row of rows) {
      if (!isObject(row) || row['node_id'] !== nodeId) continue;
      const { uid, id } = row;
      if (typeof uid === 'string' && typeof id === 'number') found.push({ uid, id });
    }
    if (rows.length < PAGE_ROWS) return found;
  }
}

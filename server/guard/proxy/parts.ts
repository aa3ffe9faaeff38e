/** What the guard's routes work with; put together in guard.ts. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GuardOptions } from '../command-line.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Foresight } from '../recall/foresight.ts';
import type { Identities } from '../recall/identity.ts';
import type { LeadingNodes } from '../recall/leading-nodes.ts';
import type { ImNodes } from '../recall/im-nodes.ts';
import type { LateCopies } from '../recall/late-copies.ts';
import type { RecallLimits } from '../recall/limits.ts';
import type { RecallGuard } from '../recall/recall-guard.ts';
import type { Coherence } from '../store/coherence.ts';
import type { GuardStore } from '../store/guard-store.ts';
import type { SamePages } from '../masking/same-pages.ts';
import type { RecallStates } from '../store/recall-states.ts';
import type { Upstreams } from './upstreams.ts';

export interface GuardParts {
  options: Pick<GuardOptions, 'window' | 'fail' | 'trustProxy'>;
  log: Log;
  metrics: Metrics;
  upstreams: Upstreams;
  im: ImNodes;
  leadingNodes: LeadingNodes;
  store: GuardStore;
  states: RecallStates;
  samePages: SamePages;
  foresight: Foresight;
  coherence: Coherence;
  identities: Identities;
  recalls: RecallGuard;
  late: LateCopies;
  limits: RecallLimits;
  /** Null while clients may be sent here, otherwise why not. */
  notReady(): string | null;
  /** What whoever runs it should know although clients may be sent here, a sentence each. */
  remarks(): string[];
  /** Seconds; -1 = for ever. */
  window(): Promise<number>;
  /** WuKongIM nodes with a plug-in that said so through Redis; null when that is not known. */
  plugins(): number | null;
  /** Whether any recall is recorded here only; may be a second old. */
  anyGuardOnly(): Promise<boolean>;
}

/** As TSDD says it with every answer: browsers of other origins read them. */
export const OTHER_ORIGINS = {
  'access-control-allow-origin': '*',
  'access-control-allow-credentials': 'true',
};

/** The upstream of a request, and when it began (ms). */
export interface Passage {
  upstream: string;
  startedAt: number;
  /** As TSDD's router will see it. */
  path: string;
}

/** What each file of routes is given. */
export interface Routes {
  app: FastifyInstance;
  parts: GuardParts;
  passage: (request: FastifyRequest) => Passage;
}

/** What `reply.from` is given beside the rest. */
export type MoreOptions = NonNullable<Parameters<FastifyReply['from']>[1]>;

/** A call that passes to TSDD by `from` after something was done with it; its body is a stream. */
export type Passing = (
  request: FastifyRequest,
  reply: FastifyReply,
  from: (more: MoreOptions) => FastifyReply,
) => Promise<FastifyReply>;

export const tokenOf = (request: FastifyRequest): string => {
  const token = request.headers['token'];
  return typeof token === 'string' ? token : '';
};

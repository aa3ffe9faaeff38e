/**
 * Connections to TSDD's nodes for pages, in place of Node's HTTP client: a page is one small request and one answer
 * that is read whole, and what that client makes of each (streams, events, a timer) is a third of what a guard costs.
 * Sockets are kept and asked again; one timer looks for what is silent.
 */
import type { Socket } from 'node:net';
import { AnswerReader, OddAnswer, type RawAnswer } from './answer-reader.ts';
import { connectToNode } from './node-socket.ts';

const SWEEP_MS = 5_000;
/** Of an answer's memory, for the next; bytes. */
const MOST_KEPT = 256 * 1024;
/** Nothing came for so long: there is no answer, ms. */
export const SILENCE_MS = 30_000;
/** A connection that is not asked is given up after this, ms: before most servers and balancers do. */
const IDLE_MS = 30_000;
/** A host that is off says nothing: so long is waited for the connection itself, ms. */
const CONNECT_MS = 10_000;
/** After so many odd answers, and no other between, the node is taken for one that writes so. */
const ODD_IN_TURN = 3;
/** It is asked by Node's client only for so long, ms: each page would be asked for twice. */
const ODD_MS = 60_000;
/** Servers and balancers say so on a connection on which nothing was asked for a while. */
const REQUEST_TIMEOUT = 408;

/** TSDD is there, and did not answer in time. */
export class Late extends Error {
  constructor() {
    super('no answer in time');
  }
}

/** The connection ended before anything of an answer came. */
class Ended extends Error {}

export interface PageConnectionsOptions {
  /** Connections to one node. */
  most: number;
  /** Bytes of an answer's body. */
  mostBytes: number;
}

/** One request that is under way. */
export interface PageCall {
  /** Rejects with OddAnswer, TooLarge, or why there is none. */
  answer: Promise<RawAnswer>;
  /** Nobody waits for it any more. */
  abort(reason?: Error): void;
}

/** Each is called at most once; `whole` or `failed` is the last. */
export interface AnswerListener {
  /** A body that may be all of it, a moment before that is known: see AnswerReader. */
  maybeWhole?: (body: Buffer) => void;
  /** Answers whether its body is needed no more: the next may be put in its place. */
  whole(answer: RawAnswer): boolean;
  /** OddAnswer, TooLarge, or why there is none. */
  failed(reason: Error): void;
}

interface Question {
  bytes: Buffer;
  /** ms */
  askedAt: number;
  /** By which it is asked; null while it waits. */
  by: Connection | null;
  /** It met the end of a kept connection: a fresh one is opened for it, if one may be. */
  isAgain: boolean;
  isOver: boolean;
  listener: AnswerListener;
}

export class PageConnections {
  readonly #options: PageConnectionsOptions;
  readonly #nodes = new Map<string, NodePool>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: PageConnectionsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => {
      for (const node of this.#nodes.values()) node.sweep();
    }, SWEEP_MS);
    this.#timer.unref();
  }

  /** Sends a whole request to a node (`http:` or `https:` with host and port). It must be one that may be repeated. */
  ask(origin: string, bytes: Buffer): PageCall {
    const { promise, resolve, reject: failed } = Promise.withResolvers<RawAnswer>();
    const whole = (answer: RawAnswer): boolean => {
      resolve(answer);
      return false;
    };
    return { answer: promise, abort: this.askFor(origin, bytes, { whole, failed }) };
  }

  /** The same, and the answer is handed over in the moment it is whole. Answers what a `PageCall` has as `abort`. */
  askFor(origin: string, bytes: Buffer, listener: AnswerListener): PageCall['abort'] {
    let node = this.#nodes.get(origin);
    if (node === undefined) this.#nodes.set(origin, (node = new NodePool(new URL(origin), this.#options)));
    return node.ask(bytes, listener);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const node of this.#nodes.values()) node.close();
  }
}

class NodePool {
  readonly #url: URL;
  readonly #options: PageConnectionsOptions;
  readonly #all = new Set<Connection>();
  /** The one that was used last is asked first. */
  readonly #idle: Connection[] = [];
  #waiting: Question[] = [];
  #odd = 0;
  #oddUntil = Number.NEGATIVE_INFINITY;

  constructor(url: URL, options: PageConnectionsOptions) {
    this.#url = url;
    this.#options = options;
  }

  ask(bytes: Buffer, listener: AnswerListener): PageCall['abort'] {
    const askedAt = performance.now();
    if (askedAt < this.#oddUntil) {
      listener.failed(new OddAnswer('its answers were odd'));
      return () => undefined;
    }
    const question: Question = { bytes, askedAt, by: null, isAgain: false, isOver: false, listener };
    this.#send(question);
    return (reason = new Error('nobody waits for it')) => {
      if (question.isOver) return;
      question.isOver = true;
      question.by?.destroy();
      listener.failed(reason);
    };
  }

  sweep(): void {
    const now = performance.now();
    for (const each of this.#all) {
      const patience = each.isOpen ? SILENCE_MS : CONNECT_MS;
      if (each.question !== null && now - each.at > patience) each.fail(new Late());
      else if (each.question === null && now - each.at > IDLE_MS) each.destroy();
    }
    const isLate = ({ askedAt }: Question): boolean => now - askedAt > SILENCE_MS;
    const late = this.#waiting.filter(isLate);
    if (late.length === 0) return;
    this.#waiting = this.#waiting.filter((question) => !isLate(question));
    for (const question of late) {
      question.isOver = true;
      question.listener.failed(new Late());
    }
  }

  close(): void {
    for (const each of this.#all) each.fail(new Error('the guard ends'));
  }

  #send(question: Question): void {
    const kept = question.isAgain ? undefined : this.#idle.pop();
    if (kept !== undefined) kept.send(question);
    else if (this.#all.size < this.#options.most) this.#open().send(question);
    else this.#waiting.push(question);
  }

  #open(): Connection {
    const connection = new Connection(this.#url, this.#options.mostBytes, {
      free: (mine) => {
        const next = this.#nextWaiting();
        if (next !== undefined) mine.send(next);
        else this.#idle.push(mine);
      },
      gone: (mine) => {
        this.#all.delete(mine);
        const at = this.#idle.indexOf(mine);
        if (at >= 0) this.#idle.splice(at, 1);
        const next = this.#nextWaiting();
        if (next !== undefined) this.#send(next);
      },
      again: (question) => this.#send(question),
      read: (isOdd) => {
        this.#odd = isOdd ? this.#odd + 1 : 0;
        if (this.#odd < ODD_IN_TURN) return;
        this.#odd = 0;
        this.#oddUntil = performance.now() + ODD_MS;
      },
    });
    this.#all.add(connection);
    return connection;
  }

  #nextWaiting(): Question | undefined {
    let next = this.#waiting.shift();
    while (next?.isOver === true) next = this.#waiting.shift();
    return next;
  }
}

interface Keeper {
  free(connection: Connection): void;
  gone(connection: Connection): void;
  again(question: Question): void;
  /** An answer was read, or was none that can be read here. */
  read(isOdd: boolean): void;
}

class Connection {
  question: Question | null = null;
  /** When something was sent or came, ms. */
  at = performance.now();
  isOpen = false;
  readonly #socket: Socket;
  readonly #mostBytes: number;
  readonly #keeper: Keeper;
  #reader: AnswerReader | null = null;
  /** For the next body, where the one before is needed no more. */
  #room: Buffer | undefined;
  #answered = 0;
  #hasBegun = false;
  #isGone = false;

  constructor(url: URL, mostBytes: number, keeper: Keeper) {
    const { socket, opened } = connectToNode(url, (piece) => this.#read(piece));
    this.#socket = socket;
    this.#mostBytes = mostBytes;
    this.#keeper = keeper;
    let why = new Ended('it ended early');
    socket.once(opened, () => {
      this.isOpen = true;
      this.at = performance.now();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      why = error.code === 'ECONNRESET' || error.code === 'EPIPE' ? new Ended(error.message) : error;
    });
    socket.on('end', () => this.#lost(why));
    socket.on('close', () => this.#lost(why));
  }

  send(question: Question): void {
    question.by = this;
    this.question = question;
    this.#reader = new AnswerReader(this.#mostBytes, this.#room);
    this.#room = undefined;
    this.#hasBegun = false;
    this.at = performance.now();
    this.#socket.write(question.bytes);
  }

  fail(reason: Error): void {
    const { question } = this;
    this.question = null;
    this.destroy();
    if (question === null || question.isOver) return;
    question.isOver = true;
    question.listener.failed(reason);
  }

  destroy(): void {
    this.#socket.destroy();
    this.#leave();
  }

  #leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#keeper.gone(this);
  }

  #read(chunk: Buffer): void {
    if (this.#isGone) return;
    const { question } = this;
    // Nobody asked: whose answer that would be is not known.
    if (question === null || this.#reader === null) {
      this.destroy();
      return;
    }
    this.at = performance.now();
    this.#hasBegun = true;
    let answer: RawAnswer | null;
    try {
      answer = this.#reader.push(chunk);
    } catch (error) {
      if (error instanceof OddAnswer) this.#keeper.read(true);
      this.fail(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (answer === null) {
      const body = this.#reader.maybeWhole();
      if (body !== null && !question.isOver) question.listener.maybeWhole?.(body);
      return;
    }
    this.#keeper.read(false);
    if (answer.status === REQUEST_TIMEOUT && this.#answered > 0 && !question.isOver) {
      this.#askAgain(question);
      return;
    }
    const { room } = this.#reader;
    this.question = null;
    this.#reader = null;
    this.#answered += 1;
    const isHeard = !question.isOver;
    question.isOver = true;
    // Who hears of it writes at once, and nothing of it is of the connection's concern.
    const isDone = isHeard ? question.listener.whole(answer) : false;
    if (isDone && room.length <= MOST_KEPT) this.#room = room;
    if (answer.isKept) this.#keeper.free(this);
    else this.destroy();
  }

  #lost(reason: Error): void {
    const { question } = this;
    // A connection that the server ended while it was idle: it has not seen this request, which changes nothing anyway.
    const isStale = reason instanceof Ended && this.#answered > 0 && !this.#hasBegun;
    if (question === null || question.isOver || !isStale) this.fail(reason);
    else this.#askAgain(question);
  }

  /** As often as that is met: each time another connection ends, and a fresh one has to answer. */
  #askAgain(question: Question): void {
    this.question = null;
    question.isAgain = true;
    question.by = null;
    this.destroy();
    this.#keeper.again(question);
  }
}

/**
 * What the person at the app and the peers do while it is running, starting or dead; every word goes into the record.
 */
import type { Page } from 'playwright';
import { messageKey } from '../../shared/domain.ts';
import type { ChatPage } from '../fixtures/people/chat-page.ts';
import type { Peer } from '../fixtures/people/peer.ts';
import type { MakePayload } from './kinds.ts';
import type { Said } from './record.ts';

const TEXT = 1;

/** A conversation of the app's user. */
export interface Talk {
  /** `type/id` as in the record. */
  channel: string;
  channelId: string;
  channelType: number;
  /** Who answers there, and where that is for them. */
  peer: Peer;
  peerChannelId: string;
}

export class Traffic {
  /** In the order of saying. */
  readonly said: Said[] = [];
  /** What was last accepted as a draft and what was last tried, by channel. */
  readonly drafts = new Map<string, { accepted: string; tried: string }>();
  readonly #me: string;
  #cycle = 0;
  #count = 0;

  /** `me`: uid of the app's user. */
  constructor(me: string) {
    this.#me = me;
  }

  /** Tokens of the next messages name this kill. */
  begin(cycle: number): void {
    this.#cycle = cycle;
    this.#count = 0;
  }

  /** `marker` is repeated by all messages that are going to be recalled together. */
  #compose(talk: Talk, by: Said['by'], marker: string, change: Partial<Said> = {}): Said {
    this.#count += 1;
    const token = `soak${String(this.#cycle).padStart(5, '0')}n${String(this.#count).padStart(4, '0')}`;
    const one: Said = {
      token,
      channel: talk.channel,
      text: `${token} ${marker}第 ${this.#count} 条`,
      by,
      state: 'unknown',
      clientMsgNo: null,
      messageId: null,
      messageSeq: 0,
      recall: 'no',
      withdrawn: false,
      wordless: false,
      ...change,
    };
    this.said.push(one);
    return one;
  }

  /** Over the IPC of the window, `count` at once, so that they queue up. Rejects when the app dies. */
  async sendByCalls(page: Page, talk: Talk, count: number, marker = ''): Promise<Said[]> {
    const ones = Array.from({ length: count }, () => this.#compose(talk, 'user', marker));
    const answers = await page.evaluate(
      ({ channel, texts }) =>
        Promise.all(
          texts.map((text) =>
            window.wukong.invoke('messages.send', {
              channel,
              text,
              mention: { all: false, uids: [] },
              replyToMessageId: null,
            }),
          ),
        ),
      {
        channel: { channelId: talk.channelId, channelType: talk.channelType },
        texts: ones.map((one) => one.text),
      },
    );
    for (const [index, answer] of answers.entries()) {
      const one = ones[index] as Said;
      if (!answer.ok) throw new Error(`messages.send: ${answer.code} ${answer.message}`);
      one.state = 'accepted';
      one.clientMsgNo = answer.value.clientMsgNo;
    }
    return ones;
  }

  /** Typed into the open conversation. Accepted once it is on the screen. */
  async sendByHand(chat: ChatPage, talk: Talk, marker = ''): Promise<Said> {
    const one = this.#compose(talk, 'user', marker);
    await chat.send(one.text);
    one.state = 'accepted';
    return one;
  }

  /** A recording of noise, as the window hands it over. */
  async sendRecording(page: Page, talk: Talk, seconds: number): Promise<Said> {
    const one = this.#compose(talk, 'user', '', { text: '', wordless: true, withdrawn: true });
    const answer = await page.evaluate(
      ({ channel, samples }) => {
        const pcm = Int16Array.from({ length: samples }, () => (Math.random() - 0.5) * 20_000);
        return window.wukong.invoke('voice.send', {
          channel,
          pcm: new Uint8Array(pcm.buffer),
          replyToMessageId: null,
        });
      },
      {
        channel: { channelId: talk.channelId, channelType: talk.channelType },
        samples: seconds * 8_000,
      },
    );
    if (!answer.ok) throw new Error(`voice.send: ${answer.code} ${answer.message}`);
    one.state = 'accepted';
    one.clientMsgNo = answer.value.clientMsgNo;
    return one;
  }

  /** Picked and sent in the open conversation. Whether they were accepted is not said: they may be there once. */
  async sendFiles(
    { page }: ChatPage,
    talk: Talk,
    marker: string,
    files: readonly { ending: string; mimeType: string; buffer: Buffer }[],
  ): Promise<void> {
    const tray = page.getByRole('list', { name: '待发送的附件' }).getByRole('listitem');
    const picked = files.map(({ ending, ...file }) => {
      const one = this.#compose(talk, 'user', marker);
      one.text = `${one.token} ${marker}.${ending}`;
      return { ...file, name: one.text };
    });
    await page.getByTestId('pick-image').setInputFiles(picked);
    await tray.nth(picked.length - 1).waitFor();
    await page.getByTestId('send').click();
    await tray.first().waitFor({ state: 'detached' });
  }

  /** Resolves when all are acknowledged. `kinds`: what each of them is, in turn; words without. */
  async peerSays(talk: Talk, count: number, marker = '', kinds: MakePayload[] = []): Promise<Said[]> {
    const ones = Array.from({ length: count }, () => this.#compose(talk, 'peer', marker));
    await Promise.all(
      ones.map(async (one, at) => {
        const content = kinds[at % kinds.length]?.(one.text) ?? { type: TEXT, content: one.text };
        const ack = await talk.peer.send(talk.peerChannelId, talk.channelType, content);
        if (ack.reasonCode !== 1) throw new Error(`a peer's message was refused with ${ack.reasonCode}`);
        Object.assign(one, {
          state: 'accepted',
          clientMsgNo: ack.clientMsgNo,
          messageId: ack.messageId,
          messageSeq: ack.messageSeq,
        });
      }),
    );
    return ones;
  }

  async peerRecalls(talk: Talk, one: Said): Promise<void> {
    one.recall = 'unknown';
    await talk.peer.revoke(talk.peerChannelId, talk.channelType, {
      messageId: one.messageId ?? '',
      clientMsgNo: one.clientMsgNo ?? '',
    });
    one.recall = 'done';
  }

  /** One call for all. */
  async recallByCall(page: Page, talk: Talk, ones: readonly Said[]): Promise<void> {
    for (const one of ones) one.recall = 'unknown';
    const answer = await page.evaluate((args) => window.wukong.invoke('messages.recallMany', args), {
      channel: { channelId: talk.channelId, channelType: talk.channelType },
      keys: ones.map((one) =>
        messageKey({ fromUid: this.#me, clientMsgNo: one.clientMsgNo ?? '', messageId: null }),
      ),
    });
    if (!answer.ok) throw new Error(`messages.recallMany: ${answer.code} ${answer.message}`);
    for (const one of ones) one.recall = 'done';
  }

  /** From the menu of the message. Accepted once its words are gone from the screen. */
  async recallByHand(chat: ChatPage, one: Said): Promise<void> {
    one.recall = 'unknown';
    await chat.recall(one.text);
    await chat.bubble(one.text).waitFor({ state: 'detached' });
    one.recall = 'done';
  }

  async setDraft(page: Page, talk: Talk): Promise<void> {
    const text = `草稿 ${this.#cycle}-${this.#count}`;
    const before = this.drafts.get(talk.channel)?.accepted ?? '';
    this.drafts.set(talk.channel, { accepted: before, tried: text });
    const answer = await page.evaluate((args) => window.wukong.invoke('drafts.set', args), {
      channel: { channelId: talk.channelId, channelType: talk.channelType },
      draft: { text, mention: { all: false, uids: [] }, mentionNames: {}, replyToMessageId: null },
    });
    if (!answer.ok) throw new Error(`drafts.set: ${answer.code} ${answer.message}`);
    this.drafts.set(talk.channel, { accepted: text, tried: text });
  }
}

/** What a peer says that is going to be recalled: one of each kind, with the marker in words, names and bytes. */
import { chartPng } from '../../server/business/seed/demo-files.ts';
import type { Peer } from '../fixtures/people/peer.ts';
import { amrSaying, uploadAs } from '../fixtures/people/peer-files.ts';

/** Who says it, and where. */
export interface Place {
  channelType: number;
  peer: Peer;
  peerChannelId: string;
}

/** The payload that says `text`; its `content` is what the record knows it by, whatever its kind. */
export type MakePayload = (text: string) => Record<string, unknown>;

export const KINDS = 6;

/** In their order: words, a place with its map, a sticker, a voice message, a video with its cover, a card. */
export async function kindsWith(talk: Place, marker: string): Promise<MakePayload[]> {
  const upload = (ending: string, bytes: Buffer): Promise<string> =>
    uploadAs(talk.peer, { channelId: talk.peerChannelId, channelType: talk.channelType }, ending, bytes);
  const picture = (): Promise<string> => upload('png', Buffer.concat([chartPng(), Buffer.from(marker)]));
  const [map, sticker, cover, sound] = await Promise.all([
    picture(),
    picture(),
    picture(),
    upload('amr', amrSaying(marker, 3)),
  ]);
  return [
    (content) => ({ type: 1, content }),
    (content) => ({ type: 6, content, title: content, address: content, lat: 31, lng: 121, img: map }),
    (content) => ({ type: 13, content, url: sticker, placeholder: `[${marker}]`, format: 'png' }),
    (content) => ({ type: 4, content, url: sound, timeTrad: 3, waveform: marker }),
    (content) => ({ type: 5, content, url: cover, cover, second: 3, size: 9, name: `${marker}.webm` }),
    (content) => ({ type: 7, content, uid: 'u-card', name: marker, vercode: marker }),
  ];
}

/** A merged forward with a copy of what was said, three levels deep; it says nothing that the record knows. */
export function forwardOf(messageId: string, words: string): Record<string, unknown> {
  const copy = { message_id: messageId, timestamp: 1, payload: { type: 1, content: words } };
  const inner = { type: 11, users: [{ uid: 'u-1', name: 'A' }], msgs: [copy] };
  return {
    type: 11,
    users: [],
    msgs: [copy, { timestamp: 1, payload: { ...inner, msgs: [{ timestamp: 1, payload: inner }] } }],
  };
}

/**
 * What the person at the app hears, watches, reads, edits, exports, records and sends when a peer recalls it and the
 * app is killed: each of these holds something outside of rows (docs/soak.md).
 */
import { join } from 'node:path';
import { expect as playwrightExpect } from 'playwright/test';
import { turningDrawing } from '../../shared/testing/turning-drawing.ts';
import { film } from '../fixtures/people/film.ts';
import { answerDialogs, images, menuOf, picture } from '../fixtures/people/media.ts';
import { amrSaying, uploadAs } from '../fixtures/people/peer-files.ts';
import type { MakePayload } from './kinds.ts';
import type { OpenApp } from './open-app.ts';
import type { Kill } from './schedule.ts';
import type { Talk } from './traffic.ts';
import { allSettledThenThrow, type Around, type Work } from './work.ts';

const expect = playwrightExpect.configure({ timeout: 30_000 });

const SECONDS = 20;
const FILM_BYTES = 1_500_000;

/** What a peer has said and the app's user has before them; `meanwhile`: what that person does while it is recalled. */
interface Scene {
  said: MakePayload[];
  /** Test id of what is drawn of the last of them. */
  last: string;
  begin: (said: readonly { text: string; messageId: string | null }[]) => Promise<void>;
  meanwhile: () => Promise<unknown>[];
}

/** In turn: everything that needs no dialog, the player of films, and the two dialogs that hold a copy. */
export const SCENES = [listening, watching, reading, editing] as const;

export async function usingMedia(around: Around, kill: Kill, open: OpenApp, usualMs: number): Promise<Work> {
  const { inspection, random, talks, traffic } = around;
  const [group] = talks;
  const marker = inspection.newMarker(kill.no, random);
  const scene = await (SCENES[kill.scene % SCENES.length] ?? listening)(around, open, marker);
  const theirs = await traffic.peerSays(group, scene.said.length, marker, scene.said);
  await inspection.untilQuiet(open.chat.page);
  // Somebody who comes back reads on from where the new messages begin.
  const { flow, page } = open.chat;
  const latest = page.getByRole('button', { name: /回到最新消息|条新消息/ });
  const isShown = async (): Promise<boolean> => {
    if (await latest.isVisible()) await latest.click();
    return flow.getByTestId(scene.last).last().isVisible();
  };
  await expect.poll(isShown).toBe(true);
  await scene.begin(theirs);
  const byPeer = async (): Promise<void> => {
    for (const one of theirs) await traffic.peerRecalls(group, one);
  };
  return {
    begun: Promise.resolve(),
    usualMs,
    stop: () => undefined,
    run: () => allSettledThenThrow([byPeer(), ...scene.meanwhile()]),
  };
}

const uploader =
  ({ channelType, peer, peerChannelId }: Talk) =>
  (ending: string, bytes: Uint8Array): Promise<string> =>
    uploadAs(peer, { channelId: peerChannelId, channelType }, ending, bytes);

/** A recording that sounds, a drawing that moves; an export runs, a recording and files are made and sent. */
async function listening(around: Around, open: OpenApp, marker: string): Promise<Scene> {
  const { inspection, random, talks, traffic } = around;
  const [group, bob] = talks;
  const { chat } = open;
  const upload = uploader(group);
  const sound = await upload('amr', amrSaying(marker, SECONDS));
  const drawing = await upload('lim', Buffer.from(turningDrawing(marker)));
  const image = await upload('png', picture('x.png', marker).buffer);
  const target = join(inspection.exportsFolder, `chat-${marker}.html`);
  return {
    last: 'image',
    said: [
      (content) => ({ type: 4, content, url: sound, timeTrad: SECONDS, waveform: marker }),
      (content) => ({ type: 12, content, url: drawing, placeholder: `[${marker}]`, format: 'lim' }),
      (content) => ({ type: 2, content, url: image, width: 600, height: 252, name: `${marker}.png` }),
    ],
    async begin() {
      const voice = chat.flow.getByTestId('voice').last();
      await voice.getByRole('button', { name: '播放' }).click();
      await expect(voice).toHaveAttribute('data-state', 'playing');
      await expect(chat.flow.getByTestId('drawing').last()).toBeVisible();
      await expect(images(chat).last().locator('img')).toBeVisible();
      await answerDialogs(open.app, target);
    },
    meanwhile: () => [
      // It ends with the app, or is written; either is right.
      chat.page.evaluate(
        (channel) =>
          window.wukong.invoke('shell.exportChat', {
            channel,
            since: null,
            until: null,
            format: 'html',
            media: true,
            name: 'chat',
          }),
        { channelId: group.channelId, channelType: group.channelType },
      ),
      (async () => {
        const one = await traffic.sendRecording(chat.page, bob, SECONDS);
        // Every other one while it is uploaded.
        if (random() < 0.5) await inspection.untilSent(one);
        await traffic.recallByCall(chat.page, bob, [one]);
      })(),
      traffic.sendFiles(chat, group, marker, [
        { ending: 'webm', mimeType: 'video/webm', buffer: film(3, { mark: marker, bytes: FILM_BYTES }) },
        { ending: 'png', mimeType: 'image/png', buffer: picture('x.png', marker).buffer },
      ]),
    ],
  };
}

async function watching(around: Around, { chat }: OpenApp, marker: string): Promise<Scene> {
  const [group] = around.talks;
  const upload = uploader(group);
  const cover = await upload('png', picture('x.png', marker).buffer);
  const url = await upload('webm', film(SECONDS, { mark: marker, bytes: FILM_BYTES }));
  const name = `${marker}.webm`;
  const about = { cover, size: FILM_BYTES, second: SECONDS, width: 320, height: 180, name };
  return {
    last: 'video',
    said: [(content) => ({ type: 5, content, url, ...about })],
    async begin() {
      await chat.flow.getByTestId('video').last().getByRole('button').first().click();
      const player = chat.page.getByTestId('film-viewer');
      await expect(player).toHaveAttribute('data-state', 'ready');
      await expect(
        chat.page.frameLocator('[data-testid="player-frame"]').getByTestId('film'),
      ).toHaveJSProperty('paused', false);
    },
    meanwhile: () => [],
  };
}

/** A merged forward with words, a recording and a picture. */
async function reading(around: Around, { chat }: OpenApp, marker: string): Promise<Scene> {
  const [group] = around.talks;
  const upload = uploader(group);
  const url = await upload('amr', amrSaying(marker, SECONDS));
  const image = await upload('png', picture('x.png', marker).buffer);
  const said: MakePayload[] = [
    (content) => ({ type: 1, content }),
    (content) => ({ type: 4, content, url, timeTrad: SECONDS, waveform: marker }),
    (content) => ({ type: 2, content, url: image, width: 600, height: 252 }),
  ];
  return {
    last: 'image',
    said,
    async begin(ones) {
      const msgs = ones.map(({ messageId, text }, at) => ({
        message_id: messageId,
        from_uid: group.peer.uid,
        timestamp: 1,
        payload: said[at]?.(text),
      }));
      const payload = { type: 11, channel_type: 2, users: [{ uid: group.peer.uid, name: 'A' }], msgs };
      await group.peer.send(group.peerChannelId, group.channelType, payload);
      const card = chat.flow.getByTestId('history-card').last();
      await expect(card).toContainText(marker);
      await card.getByRole('button').click();
      const entries = chat.page.getByRole('dialog').getByTestId('history-entry');
      await expect(entries).toHaveCount(3);
      await expect(entries.last().locator('img')).toBeVisible();
    },
    meanwhile: () => [],
  };
}

/** A picture with marks on it, and one of it that was made before and waits. */
async function editing(around: Around, { chat }: OpenApp, marker: string): Promise<Scene> {
  const [group] = around.talks;
  const url = await uploader(group)('png', picture('x.png', marker).buffer);
  const stage = chat.page.getByTestId('image-stage');
  const edit = async (): Promise<void> => {
    await (await menuOf(chat, images(chat).last())).getByRole('menuitem', { name: '编辑图片' }).click();
    await expect(stage).toBeFocused();
    const box = await stage.boundingBox();
    if (!box) throw new Error('no stage');
    await chat.page.mouse.move(box.x + box.width / 2 - 40, box.y + box.height / 2);
    await chat.page.mouse.down();
    await chat.page.mouse.move(box.x + box.width / 2 + 40, box.y + box.height / 2 + 10);
    await chat.page.mouse.up();
    await expect(stage).toHaveAttribute('data-marks', '1');
  };
  return {
    last: 'image',
    said: [(content) => ({ type: 2, content, url, width: 600, height: 252, name: `${marker}.png` })],
    async begin() {
      await expect(images(chat).last().locator('img')).toBeVisible();
      await edit();
      await chat.page.keyboard.press('Control+Enter');
      await expect(stage).toHaveCount(0);
      await edit();
    },
    meanwhile: () => [],
  };
}

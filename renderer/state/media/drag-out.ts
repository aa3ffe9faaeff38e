/** The file of a message is dragged to the desktop or another program. What is not here yet is loaded first. */
import type { DragEvent } from 'react';
import type { MessageView } from '../../../shared/domain.ts';
import { t } from '../../i18n/i18n.ts';
import { showToast } from '../../ui/toast.tsx';
import { call, codeOf } from '../bridge.ts';
import { burns } from '../messages/flames.ts';
import { loadMedia, useMediaStore } from './media-store.ts';
import { mediaKey } from './transfer-store.ts';
import { isUploading } from './transfers.ts';

/** Something that is there at once needs no words. */
const SAID_AFTER_MS = 300;

let out = false;
/** What is over the window was dragged out of it: it is no file to be sent. */
export const isOwnDrag = (): boolean => out;

const canDrag = (message: MessageView): boolean =>
  (message.content.kind === 'image' || message.content.kind === 'file' || message.content.kind === 'video') &&
  !burns(message);

/** For the element that is taken hold of. What burns after reading goes nowhere. */
export function dragOut(message: MessageView): {
  draggable?: true;
  onDragStart?: (event: DragEvent) => void;
} {
  if (!canDrag(message)) return {};
  const { channel, key } = message;
  // What is awaited knows the message by key only.
  const target = { channel, key };
  const sending = isUploading(message);
  return {
    draggable: true,
    onDragStart: (event) => {
      // The system's drag takes the place of the page's.
      event.preventDefault();
      swallowClick();
      if (sending) showToast({ text: t('media.dragSending') });
      else void start(target);
    },
  };
}

function swallow(event: MouseEvent): void {
  event.preventDefault();
  event.stopPropagation();
}

/** Where the button is let go over what was pulled, the browser makes a click of it. */
function swallowClick(): void {
  window.addEventListener('click', swallow, { capture: true, once: true });
  const next = (): void => window.removeEventListener('click', swallow, { capture: true });
  window.addEventListener('pointerdown', next, { capture: true, once: true });
}

async function start(target: Pick<MessageView, 'channel' | 'key'>): Promise<void> {
  const { channel, key } = target;
  let held = true;
  const release = (): void => {
    held = false;
    void call('shell.dragEnded', undefined);
  };
  const events = ['pointerup', 'pointercancel', 'blur'] as const;
  for (const name of events) window.addEventListener(name, release, { once: true });
  const slow = window.setTimeout(() => showToast({ text: t('media.dragLoading') }), SAID_AFTER_MS);
  try {
    const state = useMediaStore.getState().loaded.get(mediaKey(channel, key))?.state;
    const here = state === 'ready' || state === 'hidden' || (await loadMedia(channel, key, { asked: true }));
    window.clearTimeout(slow);
    // It failed, and its place says why; or it is on its way for somebody else.
    if (!here) return;
    if (!held) {
      showToast({ text: t('media.dragReady') });
      return;
    }
    out = true;
    const { started } = await call('shell.dragMedia', target);
    if (!started) showToast({ text: t('media.dragReady') });
  } catch (error) {
    // Recalled meanwhile: there is nothing to complain about.
    if (codeOf(error) !== 'invalidState') showToast({ tone: 'error', text: t('media.dragRefused') });
  } finally {
    window.clearTimeout(slow);
    for (const name of events) window.removeEventListener(name, release);
    over();
  }
}

/**
 * The drag is over once the pointer moves without a button, or somebody takes to another program: from there the next
 * thing may be dragged in before the pointer was here again.
 */
function over(): void {
  const end = (): void => {
    out = false;
    window.removeEventListener('pointermove', look);
    window.removeEventListener('blur', end);
  };
  const look = (event: PointerEvent): void => {
    if (event.buttons === 0) end();
  };
  window.addEventListener('pointermove', look);
  window.addEventListener('blur', end);
}

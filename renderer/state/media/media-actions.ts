/** What can be done with the image or file of a message. */
import { entryOfKey } from '../../../shared/content/history-content.ts';
import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import { t } from '../../i18n/i18n.ts';
import { call, codeOf } from '../bridge.ts';
import { attempt } from '../errors.ts';
import { showToast } from '../../ui/toast.tsx';
import { loadMedia, markSaved, useMediaStore } from './media-store.ts';
import { useHistoryReader } from '../messages/history-reader.ts';
import { burns } from '../messages/flames.ts';
import { isUploading } from './transfers.ts';
import { mediaKey } from './transfer-store.ts';
import { openViewer } from './viewer-store.ts';

type Target = Pick<MessageView, 'channel' | 'key'>;
const args = ({ channel, key }: Target): { channel: ChannelRef; key: string } => ({ channel, key });

/** Click or Enter on a message: shows its image; downloads its file, and opens (or saves) it once it is here. */
export function openMedia(message: MessageView): void {
  if (message.content.kind === 'image') openPicture(message);
  else if (message.content.kind === 'video') openViewer(message, amongOf(message));
  else if (message.content.kind === 'file' && !isUploading(message)) void openFile(message);
}

/** Shows what is shown; loads what waits to be asked for; what cannot be shown is saved. */
function openPicture(message: MessageView): void {
  const known = useMediaStore.getState().loaded.get(mediaKey(message.channel, message.key));
  if (known?.state === 'foreign' || known?.state === 'held')
    void loadMedia(message.channel, message.key, { asked: true });
  else if (known?.state === 'hidden') void saveMedia(message);
  else openViewer(message, amongOf(message));
}

/** An entry is one of the forward that is read, else a picture in a text of the flow. */
const amongOf = ({ key }: Target): 'history' | 'flow' =>
  entryOfKey(key) && useHistoryReader.getState().reading ? 'history' : 'flow';

async function openFile(message: MessageView): Promise<void> {
  const state = () => useMediaStore.getState().loaded.get(mediaKey(message.channel, message.key));
  let known = state();
  if (known?.state !== 'ready') {
    await loadMedia(message.channel, message.key, { asked: true });
    // What was sent from here is here: there was nothing to wait for.
    if (!message.own) return;
    known = state();
    if (known?.state !== 'ready') return;
  }
  if (known.onlySaved && !burns(message)) {
    await saveMedia(message);
    return;
  }
  try {
    await call('shell.openMedia', args(message));
  } catch (error) {
    complain(codeOf(error), t('media.openRefused'));
  }
}

/** Shown by another program, as far as that is done from here. */
export async function openOutside(message: Target): Promise<void> {
  try {
    await call('shell.openMedia', args(message));
  } catch (error) {
    complain(codeOf(error), t('media.openRefused'));
  }
}

/** 另存为: the system asks where to. */
export async function saveMedia(message: Target): Promise<void> {
  try {
    const target = args(message);
    const { saved } = await call('shell.saveMedia', target);
    if (!saved) return;
    markSaved(target.channel, target.key);
    showToast({
      text: t('media.saved'),
      tone: 'success',
      action: { label: t('media.show'), onSelect: () => void showSaved(target) },
    });
  } catch (error) {
    complain(codeOf(error), t('media.loadRefused'));
  }
}

/** Shows the saved copy in its folder. */
export async function showSaved(message: Target): Promise<void> {
  try {
    await call('shell.showMedia', args(message));
  } catch (error) {
    complain(codeOf(error), t('error.generic'));
  }
}

/** Ends a running upload or download. */
export function cancelTransfer(message: Target): void {
  // What is tried again later knows the message by key only.
  const target = args(message);
  void attempt(() => call('media.cancel', target));
}

/** `refused`: what to say when the shell will not do it. */
function complain(code: ReturnType<typeof codeOf>, refused: string): void {
  // Recalled or cancelled meanwhile: there is nothing to complain about.
  if (code === 'invalidState') return;
  const text =
    code === 'refused'
      ? refused
      : code === 'notFound'
        ? t('media.missing')
        : code === 'network'
          ? t('error.network')
          : t('error.generic');
  showToast({ tone: 'error', text });
}

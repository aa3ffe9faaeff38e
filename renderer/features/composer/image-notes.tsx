import { TriangleAlert } from 'lucide-react';
import { useId } from 'react';
import { isolated, shownFileName } from '../../../shared/display-name.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { byteSize } from '../../i18n/time-format.ts';
import { sendOriginals } from '../../state/composer/attachment-store.ts';
import { isPictureName, MAX_PICKED_PIXELS } from '../../state/composer/image-size.ts';
import { originalOf, sentBytes, type Tray } from '../../state/composer/tray-store.ts';
import { Icon } from '../../ui/icon.tsx';
import { Switch } from '../../ui/switch.tsx';
import css from './image-notes.module.css';

/**
 * Under the tray: the switch that sends images as they were picked (more.md 12), with both sizes, and what goes as it
 * is because nothing here can read it.
 */
export function ImageNotes({ channel, tray }: { channel: ChannelRef; tray: Tray }) {
  const t = useT();
  const [nameId, sizesId] = [useId(), useId()];
  const images = tray.items.filter((item) => item.kind !== 'file' || originalOf(item) !== null);
  const hasOriginal = images.some((item) => originalOf(item) !== null);
  const bytes = (original: boolean): string =>
    byteSize(images.reduce((sum, item) => sum + sentBytes(item, original), 0));
  const without = images.filter(
    ({ kind, source, stored }) => kind === 'image' && source === null && stored,
  ).length;
  return (
    <>
      {hasOriginal && (
        <div className={css['original']} data-testid="send-original">
          <div className={css['words']}>
            <div id={nameId}>{t('image.original')}</div>
            <div id={sizesId} className={css['sizes']}>
              {t('image.sizes', { off: bytes(false), on: bytes(true) })}
              {tray.original && without > 0 && <div>{t('image.noOriginal', { n: without })}</div>}
            </div>
          </div>
          <Switch
            checked={tray.original}
            locked={tray.busy}
            labelledBy={nameId}
            describedBy={sizesId}
            onToggle={() => sendOriginals(channel, !tray.original)}
          />
        </div>
      )}
      <div role="status">
        {hasOriginal && tray.original && <Warning text={t('image.camera')} />}
        <AsItIs tray={tray} />
      </div>
    </>
  );
}

function AsItIs({ tray }: { tray: Tray }) {
  const t = useT();
  const unread = tray.items.filter(
    ({ asItIs, kind, name }) => kind === 'file' && (asItIs !== null || isPictureName(name)),
  );
  const [only] = unread;
  if (!only) return null;
  const name = isolated(shownFileName(only.name));
  const text =
    unread.length > 1
      ? t('image.asIsMany', { n: unread.length })
      : only.asItIs === 'tooManyPixels'
        ? t('image.tooManyPixels', { name, max: MAX_PICKED_PIXELS / 1_000_000 })
        : t(only.asItIs === 'movingAvif' ? 'image.movingAvif' : 'image.asIs', { name });
  return <Warning text={text} />;
}

const Warning = ({ text }: { text: string }) => (
  <div className={css['warning']}>
    <Icon of={TriangleAlert} size={14} />
    <span>{text}</span>
  </div>
);

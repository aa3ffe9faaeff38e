import { isolated, shownFileName } from '../../../shared/display-name.ts';
import { Pencil, X } from 'lucide-react';
import { useRef } from 'react';
import type { ChannelRef } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { byteSize, playTime } from '../../i18n/time-format.ts';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { detach } from '../../state/composer/attachment-store.ts';
import { type Attachment, sentBytes, type Tray } from '../../state/composer/tray-store.ts';
import { canEditWaiting, editWaiting } from '../../state/image-editor/editor-store.ts';
import { FileTile } from '../../ui/file-tile.tsx';
import { latinKey } from '../../ui/latin-key.ts';
import { StillImage } from '../../ui/still-image.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import css from './attachment-tray.module.css';

/** Px of a picture of 64, on screens that draw up to three for one. */
const THUMB_SIDE = 192;
/** What is copied in a moment shows no progress. */
const LONG_COPY_BYTES = 32 * 1024 * 1024;

/** What will be sent with the words below: thumbs of 64 px, each with its remove button. */
export function AttachmentTray({
  channel,
  tray,
  onEmpty,
}: {
  channel: ChannelRef;
  tray: Tray;
  /** The last one was removed: where the focus goes on. */
  onEmpty: () => void;
}) {
  const t = useT();
  const list = useRef<HTMLUListElement>(null);
  const remove = (index: number, item: Attachment): void => {
    detach(channel, item.id);
    const buttons = list.current?.querySelectorAll<HTMLElement>('[data-remove]') ?? [];
    const next = buttons[index + 1] ?? buttons[index - 1];
    if (next) next.focus();
    else onEmpty();
  };
  return (
    <ul
      ref={list}
      className={cx(css['tray'], tray.busy && css['busy'])}
      aria-label={t('attach.tray')}
      aria-busy={tray.busy}
      data-testid="attachments"
    >
      {tray.items.map((item, index) => (
        <li
          key={item.id}
          className={css['item']}
          title={`${isolated(shownFileName(item.name))} ${byteSize(sentBytes(item, tray.original))}`}
          data-stored={item.stored}
          data-kind={item.kind}
        >
          {item.preview === null ? (
            <span className={css['fileThumb']}>
              {item.kind !== 'file' && !item.stored ? <Spinner size={20} /> : <FileTile name={item.name} />}
            </span>
          ) : (
            <StillImage
              className={css['thumb']}
              src={item.preview}
              most={THUMB_SIDE}
              alt={shownFileName(item.name)}
            />
          )}
          {item.kind === 'video' && item.seconds > 0 && (
            <span className={css['length']}>{playTime(item.seconds)}</span>
          )}
          {!item.stored && item.size >= LONG_COPY_BYTES && (
            <progress
              className={css['copied']}
              value={item.copied}
              max={item.size}
              aria-label={t('attach.copying', { name: shownFileName(item.name) })}
            />
          )}
          {item.edited && <span className={css['edited']}>{t('image.edited')}</span>}
          {item.preview === null && (
            <bdi className={cx('ellipsis', css['name'])}>{shownFileName(item.name)}</bdi>
          )}
          {!tray.busy && canEditWaiting(item) && (
            <button
              type="button"
              className={css['edit']}
              aria-label={t('imageEditor.open', { name: shownFileName(item.name) })}
              aria-keyshortcuts="E"
              onClick={() => editWaiting(channel, item.id)}
              onKeyDown={(event) => {
                if (event.ctrlKey || event.metaKey || event.altKey || latinKey(event) !== 'e') return;
                event.preventDefault();
                editWaiting(channel, item.id);
              }}
            >
              <Icon of={Pencil} size={16} />
            </button>
          )}
          {!tray.busy && (
            <button
              type="button"
              data-remove
              className={css['remove']}
              aria-label={t('attach.remove', { name: shownFileName(item.name) })}
              onClick={() => remove(index, item)}
            >
              <Icon of={X} size={14} />
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

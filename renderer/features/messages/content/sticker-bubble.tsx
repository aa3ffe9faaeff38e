import { Sticker } from 'lucide-react';
import { useT } from '../../../i18n/i18n.ts';
import { Icon } from '../../../ui/icon.tsx';
import type { MediaBubbleProps } from './media-bubble-props.ts';
import { MessagePicture } from './message-picture.tsx';
import css from './sticker-bubble.module.css';

/**
 * A sticker (more.md 3), without a bubble. One that is a drawing shows the outline that came with it, or its name,
 * until it plays, and for good where it is none that is played.
 */
export function StickerBubble({ message, tabIndex, meta }: MediaBubbleProps) {
  const t = useT();
  const { content } = message;
  if (content.kind !== 'named' || content.what !== 'sticker') return null;
  const { detail, outline } = content;
  return (
    <div className={css['sticker']} data-testid="sticker">
      <div className={css['art']}>
        <MessagePicture
          message={message}
          tabIndex={tabIndex}
          fit="contain"
          askLabel={t('sticker.move')}
          empty={
            outline === undefined ? (
              <span className={css['name']}>
                <Icon of={Sticker} size={32} />
                {detail !== '' && <span>{detail}</span>}
              </span>
            ) : (
              <svg viewBox="0 0 512 512" className={css['outline']} aria-hidden="true">
                <path d={outline} />
              </svg>
            )
          }
        />
      </div>
      {meta}
    </div>
  );
}

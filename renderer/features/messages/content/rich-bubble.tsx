import { Image } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { pictureAt } from '../../../../shared/content/rich-pictures.ts';
import type { MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { Icon } from '../../../ui/icon.tsx';
import type { Names } from '../names/use-names.ts';
import { ImageBubble } from './image-bubble.tsx';
import { MessageOfText, TextBody } from './text-body.tsx';
import css from './named-bubbles.module.css';

const NOBODY = { all: false, uids: [] };

/** Words and pictures of one message, in its order. A picture without an address of the own server is named. */
export function RichBubble({
  message,
  names,
  query,
  meta,
  tabIndex,
}: {
  message: MessageView;
  names: Names;
  query: string;
  meta: ReactNode;
  tabIndex: 0 | -1;
}) {
  const t = useT();
  const { channel, content, key } = message;
  const place = useMemo(() => ({ channel, key }), [channel, key]);
  if (content.kind !== 'named' || !content.rich) return null;
  return (
    <div className={css['rich']} data-testid="rich-text">
      {content.rich.map((piece, index) =>
        // The pieces of one message never move.
        piece === null ? (
          <span key={index} className={css['picture']}>
            <Icon of={Image} size={16} />
            {t('rich.picture')}
          </span>
        ) : typeof piece === 'object' ? (
          <div key={index} className={css['shown']}>
            <ImageBubble message={pictureAt(message, index) ?? message} tabIndex={tabIndex} meta={null} />
          </div>
        ) : (
          <div key={index} className={css['words']}>
            <MessageOfText value={place}>
              <TextBody
                content={{ kind: 'text', text: piece, mention: NOBODY }}
                names={names}
                query={query}
                tabIndex={tabIndex}
              />
            </MessageOfText>
          </div>
        ),
      )}
      {meta}
    </div>
  );
}

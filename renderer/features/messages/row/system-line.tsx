import type { MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { Line } from './line.tsx';

/** What the server says about the group, with the names in it. */
export function SystemLine({ message }: { message: MessageView }) {
  const t = useT();
  if (message.content.kind !== 'system') return null;
  return (
    <Line data-testid="system-line">
      <span>
        {message.content.parts.map((part, index) =>
          // The parts of one line never move: their position is their identity.
          part.uid === null ? (
            <span key={index}>{part.more ? t('msg.moreNames', { n: part.more }) : part.text}</span>
          ) : (
            <b key={index}>
              <bdi>{part.text}</bdi>
            </b>
          ),
        )}
      </span>
    </Line>
  );
}

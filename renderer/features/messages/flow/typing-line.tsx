import { useT } from '../../../i18n/i18n.ts';
import { useTyping } from '../../../state/session/session-store.ts';
import { IsolatedText } from '../../../ui/bdi.tsx';
import css from './typing-line.module.css';

/** Who is typing, above the composer. */
export function TypingLine({ channelKey }: { channelKey: string }) {
  const t = useT();
  const typing = useTyping(channelKey);
  const first = typing[0];
  if (!first) return null;
  return (
    <div className={css['typing']} data-testid="typing">
      <div>
        <span className={css['dots']} aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
        <span>
          {typing.length === 1 ? (
            <IsolatedText of={{ key: 'typing', params: { X: first.name } }} />
          ) : (
            t('typing.many', { n: typing.length })
          )}
        </span>
      </div>
    </div>
  );
}

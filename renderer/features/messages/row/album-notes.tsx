import type { MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { call } from '../../../state/bridge.ts';
import { attempt } from '../../../state/errors.ts';
import { albumKinds } from '../../../text/album-words.ts';
import { failureText } from '../../../text/send-failure.ts';
import { TextButton } from '../../../ui/text-button.tsx';
import { SendNote } from './send-note.tsx';
import { UnderNote } from './under-note.tsx';
import { useDenied } from './use-denied.ts';

/** Under an own album: what is going on with the tiles that are not sent, all of them together. */
export function AlbumSendNote({
  messages,
  tabIndex,
}: {
  messages: readonly MessageView[];
  tabIndex: 0 | -1;
}) {
  const t = useT();
  const failed = messages.filter(({ send }) => send.state === 'failed');
  const [first] = failed;
  const waiting = messages.filter(({ send }) => send.state === 'queued' || send.state === 'sending');
  const [next] = waiting;
  const all = (channel: 'messages.retry' | 'messages.discard') => (): void => {
    for (const message of failed)
      void attempt(() => call(channel, { channel: message.channel, key: message.key }));
  };
  if (first?.send.state === 'failed') {
    const why = failureText(first.send, t);
    return (
      <UnderNote error data-testid="send-failed">
        <span>
          {failed.length === 1
            ? why
            : t('album.failed', { what: t(`album.${albumKinds(failed)}`, { n: failed.length }), why })}
        </span>
        <TextButton tabIndex={tabIndex} onClick={all('messages.retry')}>
          {t('send.retry')}
        </TextButton>
        <TextButton tabIndex={tabIndex} onClick={all('messages.discard')}>
          {t('send.delete')}
        </TextButton>
      </UnderNote>
    );
  }
  // One line for all that wait: each can be taken back by its own menu.
  return next ? <SendNote message={next} tabIndex={tabIndex} quiet={waiting.length > 1} /> : null;
}

/** Why the recall of a tile was refused. */
export function DeniedNote({ message }: { message: MessageView }) {
  const { line } = useDenied(message);
  return line === null ? null : (
    <UnderNote error role="alert" data-testid="recall-denied">
      {line}
    </UnderNote>
  );
}

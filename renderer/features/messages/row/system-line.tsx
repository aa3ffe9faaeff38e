import { noticeKind } from '../../../../shared/content/system-lines.ts';
import type { MessageView } from '../../../../shared/domain.ts';
import { noticeText, pinnedBy, wordedDigest } from '../../../../shared/strings/digest.ts';
import { wordedSystemLine } from '../../../../shared/strings/worded-system-line.ts';
import { useLanguage, useT } from '../../../i18n/i18n.ts';
import { useSelf } from '../../../state/session/session-store.ts';
import { IsolatedText } from '../../../ui/bdi.tsx';
import { InvitationLink } from './invitation-link.tsx';
import { Line } from './line.tsx';

/** What the server says about the group, with the names in it. */
export function SystemLine({ message, tabIndex }: { message: MessageView; tabIndex: 0 | -1 }) {
  const t = useT();
  const language = useLanguage();
  const self = useSelf();
  const { content } = message;
  if (content.kind !== 'system') return null;
  return (
    <Line data-testid="system-line">
      <span>
        {content.parts.length === 0 && noticeText(language, noticeKind(content.type))}
        {content.tip === 'pin' ? (
          <PinLine by={pinnedBy(language, content.parts, self)} quote={message.quote} />
        ) : (
          wordedSystemLine(language, content.parts, self).map((part, index) =>
            // The parts of one line never move: their position is their identity.
            part.uid === null ? (
              <bdi key={index}>{part.more ? t('msg.moreNames', { n: part.more }) : part.text}</bdi>
            ) : (
              <b key={index}>
                <bdi>{part.text}</bdi>
              </b>
            ),
          )
        )}
        {content.inviteNo && (
          <InvitationLink channel={message.channel} inviteNo={content.inviteNo} tabIndex={tabIndex} />
        )}
      </span>
    </Line>
  );
}

/** With the words of the pinned message as they are now; without them once it is recalled, deleted or unknown. */
function PinLine({ by, quote }: { by: string; quote: MessageView['quote'] }) {
  const language = useLanguage();
  if (quote?.state !== 'ok')
    return <IsolatedText of={{ key: 'msg.pinned', params: { X: by } }} strong={['X']} />;
  const words = wordedDigest(language, { ...quote, text: quote.preview });
  return <IsolatedText of={{ key: 'msg.pinnedWords', params: { X: by, Y: words } }} strong={['X']} />;
}

import { AppWindow, BellOff, Check, CheckCheck, CircleAlert, Clock, Pin } from 'lucide-react';
import { memo } from 'react';
import type { ConversationView } from '../../../shared/domain.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { listTime } from '../../i18n/time-format.ts';
import { useForgetting } from '../../state/forget.ts';
import { nameOf } from '../../state/session/names.ts';
import { useSelf, useSession, useTyping } from '../../state/session/session-store.ts';
import { useSettings } from '../../state/session/settings.ts';
import { useIsElsewhere } from '../../state/window/own-window.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Badge } from '../../ui/badge.tsx';
import { IsolatedText } from '../../ui/bdi.tsx';
import { GoneTag } from '../../ui/gone-tag.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ListRow } from '../../ui/list-row.tsx';
import { ToldApartName } from '../../ui/told-apart-name.tsx';
import { type PreviewWords, type RowPreview, rowPreview } from './preview.ts';
import css from './conversation-row.module.css';

interface ConversationRowProps {
  /** The row reads its conversation itself: nobody else holds the words of its preview. */
  channelKey: string;
  selected: boolean;
  /** Files are being dragged over it. */
  dropTarget: boolean;
  tabStop: boolean;
  compact: boolean;
  /** What tells it from another chat of its name. */
  detail: string | undefined;
  nowMs: number;
  position: number;
  total: number;
}

/** One row of the list. Its accessible name is its text; marks that are only drawn are said in words. */
export const ConversationRow = memo(function ConversationRow(props: ConversationRowProps) {
  const row = useSession((state) => state.conversations.get(props.channelKey));
  useForgetting();
  return row ? <ShownRow {...props} row={row} /> : null;
});

function ShownRow({
  channelKey: key,
  row,
  selected,
  dropTarget,
  tabStop,
  compact,
  detail,
  nowMs,
  position,
  total,
}: ConversationRowProps & { row: ConversationView }) {
  const t = useT();
  const language = useLanguage();
  const typing = useTyping(key);
  const self = useSelf();
  const revokerUid = row.preview.recall?.state === 'done' ? row.preview.recall.revokerUid : null;
  const revokerName = useSession((state) => (revokerUid === null ? null : nameOf(state, key, revokerUid)));
  const words: PreviewWords = {
    language,
    self,
    nameOf: () => revokerName,
    showKind: useSettings().showRecalledKind,
    roleName: (role) => t(role === 1 ? 'role.owner' : 'role.manager'),
  };
  const elsewhere = useIsElsewhere(key);
  const preview = rowPreview(row, typing, words, selected);
  const time = row.timestamp > 0 ? listTime(language, row.timestamp * 1000, nowMs, t('flow.yesterday')) : '';
  return (
    <ListRow
      aria-posinset={position}
      aria-setsize={total}
      data-key={key}
      data-region-entry={tabStop ? '' : undefined}
      className={dropTarget ? css['dropTarget'] : undefined}
      selected={selected}
      tabStop={tabStop}
      compact={compact}
      leading={
        <Avatar
          id={row.channel.channelId}
          name={row.name}
          channelType={row.channel.channelType}
          size={compact ? 32 : 40}
          online={row.online && !row.destroyed}
          gone={row.destroyed ?? false}
        />
      }
      title={
        <>
          <ToldApartName
            name={row.name}
            detail={detail}
            end={
              row.destroyed && (
                <>
                  {' '}
                  <GoneTag />
                </>
              )
            }
          />
          {row.online && <span className="visually-hidden"> {t('chat.personOnline')}</span>}
        </>
      }
      line={<PreviewText preview={preview} />}
      lineClass={preview.tone === 'normal' ? undefined : css[preview.tone]}
      time={time}
      status={
        <>
          {elsewhere && <Mark icon={AppWindow} text={t('window.elsewhere')} />}
          {row.pinned && <Mark icon={Pin} text={t('conv.pinned')} />}
          {row.muted && <Mark icon={BellOff} text={t('conv.muted')} />}
          {preview.showState && <OwnState row={row} />}
          <Badge count={row.unread} muted={row.muted} dot={row.markedUnread === true} />
          {row.unread > 0 && <span className="visually-hidden"> {t('nav.unread', { n: row.unread })}</span>}
          {row.unread === 0 && row.markedUnread && (
            <span className="visually-hidden"> {t('conv.markedUnread')}</span>
          )}
        </>
      }
    />
  );
}

function PreviewText({ preview }: { preview: RowPreview }) {
  const t = useT();
  return (
    <>
      {preview.tag && (
        <span className={css['tag']}>
          {t(preview.tag === 'mention' ? 'preview.mention' : 'preview.draft')}{' '}
        </span>
      )}
      {preview.files?.map((kind) => `${t(`preview.${kind}`)} `)}
      {'key' in preview.text ? <IsolatedText of={preview.text} /> : <bdi>{preview.text.plain}</bdi>}
    </>
  );
}

function Mark({ icon, text, className }: { icon: typeof Pin; text: string; className?: string | undefined }) {
  return (
    <>
      <Icon of={icon} size={14} className={className} />
      <span className="visually-hidden"> {text}</span>
    </>
  );
}

/** clock sending → tick sent → double tick read → red ! failed. */
function OwnState({ row }: { row: ConversationView }) {
  const t = useT();
  const { send, readCount } = row.preview;
  switch (send?.state) {
    case 'queued':
    case 'sending':
      return <Mark icon={Clock} text={t('send.sending')} />;
    case 'failed':
      return <Mark icon={CircleAlert} text={t('send.failed')} className={css['failed']} />;
    case 'sent':
      return (readCount ?? 0) > 0 ? (
        <Mark icon={CheckCheck} text={t('send.read')} />
      ) : (
        <Mark icon={Check} text={t('send.sent')} />
      );
    default:
      return null;
  }
}

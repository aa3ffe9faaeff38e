import { type ChannelInfoView, channelKey } from '../../../shared/domain.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { listTime } from '../../i18n/time-format.ts';
import { useConversation } from '../../state/session/session-store.ts';
import { serverNow } from '../../state/session/server-clock.ts';
import { openProfile } from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Card, ValueRow } from '../../ui/card.tsx';
import { useContacts } from '../../state/session/use-contacts.ts';
import { ChatSwitches } from './chat-switches.tsx';
import { ChatTools } from './chat-tools.tsx';
import css from './group-info.module.css';

export function PersonInfo({ info }: { info: ChannelInfoView }) {
  const t = useT();
  const language = useLanguage();
  const row = useConversation(channelKey(info.channel));
  const { contacts } = useContacts();
  const contact = contacts?.find((entry) => entry.uid === info.channel.channelId);
  const name = info.remark || info.name || row?.name || '';
  return (
    <>
      <div className={css['top']}>
        <button
          type="button"
          className={css['face']}
          aria-label={t('prof.open', { name })}
          onClick={(event) => openProfile(event.currentTarget, { uid: info.channel.channelId })}
        >
          <Avatar
            id={info.channel.channelId}
            name={name}
            size={52}
            online={info.online && !info.destroyed}
            gone={info.destroyed ?? false}
          />
        </button>
        <div className={css['words']}>
          <div className={css['name']}>
            <bdi className={css['wholeName']}>{name}</bdi>
          </div>
          <div className={css['meta']}>
            {info.destroyed
              ? t('person.goneLine')
              : info.online
                ? t(info.device ? `seen.${info.device}` : 'chat.personOnline')
                : info.lastOffline > 0
                  ? t('chat.lastSeen', {
                      t: listTime(language, info.lastOffline * 1000, serverNow(), t('flow.yesterday')),
                    })
                  : t('chat.offline')}
          </div>
        </div>
      </div>
      {(contact?.username || info.remark) && (
        <Card dense>
          {info.remark && <ValueRow label={t('login.reg.name')} value={<bdi>{info.name}</bdi>} />}
          {contact?.username && (
            <ValueRow label={t('contacts.username')} value={<bdi>{contact.username}</bdi>} />
          )}
        </Card>
      )}
      <ChatTools channel={info.channel} />
      <ChatSwitches info={info} />
    </>
  );
}

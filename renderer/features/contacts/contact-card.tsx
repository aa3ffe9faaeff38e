import { MessageSquare } from 'lucide-react';
import { ChannelType, type ContactView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { openChannel, openProfile } from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Card, ValueRow } from '../../ui/card.tsx';
import css from './contact-card.module.css';

export function ContactCard({ contact }: { contact: ContactView }) {
  const t = useT();
  const name = contact.remark || contact.name;
  return (
    <section className={css['card']} aria-label={name}>
      <button
        type="button"
        className={css['face']}
        aria-label={t('prof.open', { name })}
        onClick={(event) => openProfile(event.currentTarget, { uid: contact.uid })}
      >
        <Avatar id={contact.uid} name={name} size={72} gone={contact.destroyed ?? false} />
      </button>
      <h2 className={css['name']}>
        <bdi>{name}</bdi>
      </h2>
      <p className={css['state']}>
        {t(contact.destroyed ? 'person.goneLine' : contact.online ? 'chat.personOnline' : 'chat.offline')}
      </p>
      <div className={css['facts']}>
        <Card>
          {contact.remark && <ValueRow label={t('login.reg.name')} value={<bdi>{contact.name}</bdi>} />}
          {contact.username && (
            <ValueRow label={t('contacts.username')} value={<bdi>{contact.username}</bdi>} />
          )}
          {contact.shortNo && <ValueRow label={t('prof.no')} value={<bdi>{contact.shortNo}</bdi>} />}
        </Card>
      </div>
      <Button
        variant="primary"
        icon={MessageSquare}
        onClick={() =>
          openChannel({ channelId: contact.uid, channelType: ChannelType.person }, { focusComposer: true })
        }
      >
        {t('contacts.message')}
      </Button>
    </section>
  );
}

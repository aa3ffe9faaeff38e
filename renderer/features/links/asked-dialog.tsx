import { useEffect } from 'react';
import { type ChannelRef, channelKey, ChannelType } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { useContacts } from '../../state/session/use-contacts.ts';
import { useSession } from '../../state/session/session-store.ts';
import { endAsked, useAsked } from '../../state/window/asked.ts';
import { requestSignInAt } from '../../state/window/sign-in-request.ts';
import { focusSearch, openChannel, openDialog, openSettings } from '../../state/window/ui-store.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import css from './asked-dialog.module.css';

/**
 * What a link asks for. A link does nothing by itself: whoever opened it says so first, and the focus starts on 取消.
 */
export function AskedDialog({ signedIn }: { signedIn: boolean }) {
  const t = useT();
  const asked = useAsked((state) => state.asked);
  switch (asked?.kind) {
    case 'bad':
      return <Sentence text={t(`link.bad.${asked.why}`)} />;
    case 'server':
      return <ServerQuestion server={asked.server} />;
    case 'place':
      // Without an account the sign-in form is all there is.
      return signedIn ? <Place to={asked.to} /> : null;
    case 'chat':
      return signedIn ? <ChatQuestion channel={asked.channel} /> : <Sentence text={t('link.signInFirst')} />;
    case 'friend':
      return signedIn ? (
        <FriendQuestion keyword={asked.keyword} />
      ) : (
        <Sentence text={t('link.signInFirst')} />
      );
    default:
      asked satisfies undefined | null;
      return null;
  }
}

function Sentence({ text }: { text: string }) {
  const t = useT();
  return (
    <Dialog
      title={t('link.title')}
      onClose={endAsked}
      footer={
        <Button data-autofocus variant="primary" onClick={endAsked}>
          {t('action.ok')}
        </Button>
      }
    >
      {text}
    </Dialog>
  );
}

function ServerQuestion({ server }: { server: string }) {
  const t = useT();
  const locked = useSession(({ shell }) => shell !== null && shell.managed.server !== null);
  // The form would show a server that nobody may sign in to.
  if (locked) return <Sentence text={t('pol.server')} />;
  return (
    <ConfirmDialog
      title={t('link.server.title')}
      confirmLabel={t('link.server.confirm')}
      onCancel={endAsked}
      onConfirm={() => {
        requestSignInAt(server, useSession.getState().shell?.account !== null);
        endAsked();
      }}
    >
      <p className={css['words']}>{t('link.server.body')}</p>
      <bdi className={css['address']} data-testid="asked-server">
        {server}
      </bdi>
    </ConfirmDialog>
  );
}

function ChatQuestion({ channel }: { channel: ChannelRef }) {
  const t = useT();
  const row = useSession((state) => state.conversations.get(channelKey(channel))?.name);
  const { contacts, failed } = useContacts();
  const isPerson = channel.channelType === ChannelType.person;
  const friend = isPerson ? contacts?.find(({ uid }) => uid === channel.channelId) : undefined;
  const name = row ?? friend?.name;
  if (name === undefined) {
    const looking = isPerson && contacts === null && !failed;
    return looking ? null : <Sentence text={t('link.chat.unknown')} />;
  }
  return (
    <ConfirmDialog
      title={t('link.chat.title')}
      confirmLabel={t('link.chat.confirm')}
      onCancel={endAsked}
      onConfirm={() => {
        endAsked();
        openChannel(channel, { focusComposer: true });
      }}
    >
      {t('link.chat.body', { name })}
    </ConfirmDialog>
  );
}

function FriendQuestion({ keyword }: { keyword: string }) {
  const t = useT();
  return (
    <ConfirmDialog
      title={t('link.friend.title')}
      confirmLabel={t('link.friend.confirm')}
      onCancel={endAsked}
      onConfirm={() => {
        endAsked();
        openDialog({ kind: 'addFriend', keyword });
      }}
    >
      {t('link.friend.body', { name: keyword })}
    </ConfirmDialog>
  );
}

/** The app's own list of tasks: no question. */
function Place({ to }: { to: 'newGroup' | 'search' | 'settings' }) {
  useEffect(() => {
    endAsked();
    if (to === 'newGroup') openDialog({ kind: 'newGroup' });
    else if (to === 'search') focusSearch();
    else openSettings();
  }, [to]);
  return null;
}

import { Forward, Info, MessageSquareText } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useShallow } from 'zustand/shallow';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { MAX_FORWARD_TARGETS, MAX_TEXT_LENGTH } from '../../../shared/ipc/contract/limits.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useForgetting } from '../../state/forget.ts';
import { useMessageStore } from '../../state/messages/message-store.ts';
import { useConversations } from '../../state/session/session-store.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { overBy } from '../../ui/over-by.ts';
import { PickList } from '../../ui/pick-list.tsx';
import { SegmentedChoice } from '../../ui/segmented-choice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { useContacts } from '../../state/session/use-contacts.ts';
import { personFacts } from '../../text/person-facts.ts';
import { contentLine } from '../../text/message-text.ts';
import { useClosedChats, withReasons } from '../../state/composer/closed-chats.ts';
import { endSelection } from '../../state/messages/selection-store.ts';
import { endForward, mergeForward, useForward } from '../../state/messages/forward-store.ts';
import { type ForwardTarget, forwardTargets } from './forward-targets.ts';
import css from './forward-dialog.module.css';

/** Picks the chats to forward to. What is recalled meanwhile leaves; when nothing is left the dialog is gone. */
export function ForwardDialog() {
  const forwarding = useForward((state) => state.forwarding);
  return forwarding ? <OpenDialog {...forwarding} /> : null;
}

function OpenDialog({
  channel,
  keys,
  recalled,
  merged: wanted,
}: {
  channel: ChannelRef;
  keys: readonly string[];
  recalled: number;
  merged: boolean;
}) {
  const t = useT();
  const conversations = useConversations();
  const { contacts } = useContacts();
  const [chosen, setPicked] = useState<ForwardTarget[]>([]);
  const [filter, setFilter] = useState('');
  const [note, setNote] = useState('');
  const found = useMemo(
    () => forwardTargets(filter, conversations, contacts ?? [], (contact) => personFacts(t, contact)),
    [filter, conversations, contacts, t],
  );
  const closed = useClosedChats(found);
  const rows = withReasons(found, closed);
  // One that closes while the dialog is open is picked no more.
  const picked = chosen.filter(({ id }) => !closed.has(id));
  // One message is sent on as it is.
  const merged = wanted && keys.length > 1;
  const over = overBy(note, MAX_TEXT_LENGTH);
  const forward = async (): Promise<void> => {
    const to = picked.map((entry) => entry.channel);
    const { sent, skipped, tooMuch } = await call('messages.forward', {
      channel,
      keys: [...keys],
      to,
      merged,
      note,
    });
    if (tooMuch) throw new CodedError('refused', t('fwd.tooMuch'));
    // What was written for it stays in sight.
    if (sent === 0 && note.trim() !== '') throw new CodedError('refused', t('forward.gone'));
    endForward();
    endSelection();
    if (sent === 0) showToast({ text: t('forward.gone'), icon: Forward });
    else if (skipped > 0) showToast({ text: t('fwd.skipped', { n: skipped }), icon: Info });
    else showToast({ text: t('forward.done', { n: to.length }), icon: Forward, tone: 'success' });
  };
  return (
    <ActionDialog
      title={keys.length === 1 ? t('forward.title') : t('forward.many', { n: keys.length })}
      closeButton
      note={
        <span className={css['count']}>
          {picked.length >= MAX_FORWARD_TARGETS
            ? t('forward.limit', { n: MAX_FORWARD_TARGETS })
            : picked.length > 0 && t('forward.picked', { n: picked.length })}
        </span>
      }
      actionLabel={t('forward.send')}
      actionIcon={Forward}
      why={picked.length === 0 ? t('why.pick') : over > 0 ? t('fwd.noteLong', { n: over }) : null}
      ctrlEnter
      onAction={forward}
      onClose={endForward}
    >
      {keys.length > 1 && (
        <div className={css['how']}>
          <SegmentedChoice
            label={t('fwd.how')}
            options={[
              { id: 'each', label: t('fwd.each') },
              { id: 'merged', label: t('fwd.merged') },
            ]}
            selected={merged ? 'merged' : 'each'}
            onSelect={(how) => mergeForward(how === 'merged')}
          />
        </div>
      )}
      <ForwardedMessages channel={channel} keys={keys} />
      <output className={css['status']}>
        {recalled > 0 && (
          <span className={css['note']} data-testid="forward-note">
            <Icon of={Info} size={14} />
            {t('forward.some', { n: recalled })}
          </span>
        )}
      </output>
      <PickList
        rows={rows}
        picked={picked}
        onChange={setPicked}
        filter={filter}
        onFilter={setFilter}
        max={MAX_FORWARD_TARGETS}
        labels={{
          filter: t('forward.filter'),
          list: t('forward.list'),
          picked: (n) => t('forward.picked', { n }),
          remove: (name) => t('forward.removePick', { name }),
          empty: t('empty.hits', { q: filter.trim() }),
        }}
      />
      <TextField
        className={css['own']}
        label={t('fwd.note')}
        hideLabel
        size="small"
        icon={MessageSquareText}
        placeholder={t('fwd.note')}
        value={note}
        onChange={(event) => setNote(event.target.value)}
        help={note.trim() !== '' && t('fwd.noteHelp')}
        noteLines={1}
      />
    </ActionDialog>
  );
}

/** The messages in one line each, read live: what is recalled is not here a frame longer than in the flow. */
function ForwardedMessages({ channel, keys }: { channel: ChannelRef; keys: readonly string[] }) {
  const t = useT();
  const language = useLanguage();
  useForgetting();
  const messages = useMessageStore(
    useShallow((state) => {
      const loaded = state.channels[channelKey(channel)]?.window.byKey;
      return keys.map((key) => loaded?.get(key)).filter((message) => message !== undefined);
    }),
  );
  return (
    <ul className={css['messages']} aria-label={t('forward.messages')} data-testid="forward-messages">
      {messages.map((message) => (
        <li key={message.key} className="ellipsis">
          <b>
            <bdi>{message.fromName}</bdi>
          </b>{' '}
          {contentLine(message.content, language)}
        </li>
      ))}
    </ul>
  );
}

import { useEffect } from 'react';
import { channelKey, type ChannelRef, type MessageView } from '../../../../shared/domain.ts';
import type { ReeditContent } from '../../../../shared/ipc/contract/messages.ts';
import { useLanguage, useT } from '../../../i18n/i18n.ts';
import { call } from '../../../state/bridge.ts';
import { fillFromReedit } from '../../../state/composer/composer-store.ts';
import { useForgetting } from '../../../state/forget.ts';
import { useMessageStore } from '../../../state/messages/message-store.ts';
import { useInForwards } from '../../../state/recall/in-forwards.ts';
import { recallMessage } from '../../../state/recall/recall-message.ts';
import { focusComposer } from '../../../state/window/ui-store.ts';
import { contentLine } from '../../../text/message-text.ts';
import { IsolatedText } from '../../../ui/bdi.tsx';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { OutOfReach } from '../../../ui/out-of-reach.tsx';
import css from './message-questions.module.css';

/** What is asked before something is done with a message. */
export type MessageQuestion =
  // By key, not by value: what is asked about is read live, so a recall takes it out of the dialog.
  | { kind: 'recall'; key: string; own: boolean; show: boolean }
  | { kind: 'remove'; key: string }
  | { kind: 'reedit'; key: string; content: ReeditContent };

export function MessageQuestions({
  channel,
  question,
  onClose,
}: {
  channel: ChannelRef;
  question: MessageQuestion;
  onClose: () => void;
}) {
  switch (question.kind) {
    case 'recall':
      return <RecallDialog key={question.key} channel={channel} question={question} onClose={onClose} />;
    case 'remove':
      return <RemoveDialog channel={channel} messageKey={question.key} onClose={onClose} />;
    case 'reedit':
      return <ReeditDialog channel={channel} content={question.content} onClose={onClose} />;
    default:
      return question satisfies never;
  }
}

function useLiveMessage(channel: ChannelRef, key: string): MessageView | undefined {
  return useMessageStore((state) => state.channels[channelKey(channel)]?.window.byKey.get(key));
}

function RecallDialog({
  channel,
  question,
  onClose,
}: {
  channel: ChannelRef;
  question: Extract<MessageQuestion, { kind: 'recall' }>;
  onClose: () => void;
}) {
  const t = useT();
  const language = useLanguage();
  const message = useLiveMessage(channel, question.key);
  const copies = useInForwards(channel, [question.key]);
  useForgetting();
  // Recalled meanwhile (another device, a manager): there is nothing left to ask.
  if (!message || message.content.kind === 'recalled') return <CloseNow onClose={onClose} />;
  return (
    <ConfirmDialog
      title={
        question.own ? (
          t('recall.confirm.title')
        ) : (
          <IsolatedText of={{ key: 'recall.other.title', params: { Y: message.fromName } }} />
        )
      }
      confirmLabel={t('recall.menu')}
      danger
      onCancel={onClose}
      onConfirm={() => {
        onClose();
        recallMessage(channel, question.key);
      }}
    >
      {t(question.own ? 'recall.confirm.body' : 'recall.other.body')}
      {question.show && <div className={css['shown']}>{contentLine(message.content, language)}</div>}
      <OutOfReach copies={copies} />
    </ConfirmDialog>
  );
}

function RemoveDialog({
  channel,
  messageKey,
  onClose,
}: {
  channel: ChannelRef;
  messageKey: string;
  onClose: () => void;
}) {
  const t = useT();
  return (
    <ConfirmDialog
      title={t('delete.title')}
      confirmLabel={t('action.delete')}
      danger
      onCancel={onClose}
      onConfirm={async (isOpen) => {
        await call('messages.deleteForMe', { channel, keys: [messageKey] });
        if (isOpen()) onClose();
      }}
    >
      {t('delete.body')}
    </ConfirmDialog>
  );
}

function ReeditDialog({
  channel,
  content,
  onClose,
}: {
  channel: ChannelRef;
  content: ReeditContent;
  onClose: () => void;
}) {
  const t = useT();
  const fill = (how: 'replace' | 'append'): void => {
    onClose();
    fillFromReedit(channel, content, how);
    focusComposer();
  };
  return (
    <Dialog
      role="alertdialog"
      title={t('reedit.conflict')}
      onClose={onClose}
      footer={
        <>
          <Button data-autofocus onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button onClick={() => fill('replace')}>{t('reedit.replace')}</Button>
          <Button variant="primary" onClick={() => fill('append')}>
            {t('reedit.append')}
          </Button>
        </>
      }
    >
      {t('reedit.conflictBody')}
    </Dialog>
  );
}

function CloseNow({ onClose }: { onClose: () => void }) {
  useEffect(onClose, [onClose]);
  return null;
}

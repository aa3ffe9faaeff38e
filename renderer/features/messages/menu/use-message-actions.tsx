import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { channelKey, type ChannelRef, type MessageView } from '../../../../shared/domain.ts';
import type { ReeditContent } from '../../../../shared/ipc/contract.ts';
import { t, useLanguage, useT } from '../../../i18n/i18n.ts';
import { call, codeOf } from '../../../state/bridge.ts';
import { attempt } from '../../../state/errors.ts';
import { useForgetting } from '../../../state/forget.ts';
import { loadedMessage, useMessageStore } from '../../../state/messages/message-store.ts';
import { serverNow } from '../../../state/session/server-clock.ts';
import { useSession } from '../../../state/session/session-store.ts';
import { focusComposer } from '../../../state/window/ui-store.ts';
import { IsolatedText } from '../../../ui/bdi.tsx';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { showToast } from '../../../ui/toast.tsx';
import { fillFromReedit, hasDraft, startEdit, startReply } from '../../../state/composer/composer-store.ts';
import { startForward } from '../../../state/messages/forward-store.ts';
import { permissionFor } from '../../../state/recall/recall-permission.ts';
import css from './message-questions.module.css';
import { toggleSelected } from '../../../state/messages/selection-store.ts';
import { contentText } from '../../../text/message-text.ts';
import type { Names } from '../row/use-names.ts';

export interface MessageActions {
  reply: (message: MessageView) => void;
  copy: (message: MessageView) => void;
  edit: (message: MessageView) => void;
  retry: (message: MessageView) => void;
  forward: (message: MessageView) => void;
  /** Begins a selection with it. */
  select: (message: MessageView) => void;
  /** Asks first where the setting or the rules want it. `ask`: always, showing the message (keyboard). */
  recall: (message: MessageView, ask?: boolean) => void;
  /** 仅为我删除, after asking; an unsent message is dropped. */
  remove: (message: MessageView) => void;
  reedit: (message: MessageView) => void;
}

type Question =
  // By key, not by value: what is asked about is read live, so a recall takes it out of the dialog.
  | { kind: 'recall'; key: string; own: boolean; show: boolean }
  | { kind: 'remove'; key: string }
  | { kind: 'reedit'; key: string; content: ReeditContent };

/** What can be done with a message, and the dialogs that ask before. */
export function useMessageActions(
  channel: ChannelRef,
  names: Names,
): { actions: MessageActions; dialogs: ReactNode } {
  const [question, setQuestion] = useState<Question | null>(null);
  const key = channelKey(channel);
  const actions = useMemo<MessageActions>(() => {
    // What is tried again later (the toast of a failure offers it) knows the message by key only.
    const target = (message: MessageView) => ({ channel: message.channel, key: message.key });
    const discard = (at: ReturnType<typeof target>): void => void attempt(() => call('messages.discard', at));
    const retry = (at: ReturnType<typeof target>): void => void attempt(() => call('messages.retry', at));
    return {
      reply(message) {
        startReply(channel, message);
        focusComposer();
      },
      copy(message) {
        if (message.content.kind === 'text') {
          const { text } = message.content;
          void attempt(() => call('shell.copyText', { text }));
        }
      },
      edit(message) {
        startEdit(
          channel,
          message,
          Object.fromEntries(names.mentionNames.map(({ uid, name }) => [uid, name])),
        );
        focusComposer();
      },
      forward(message) {
        startForward(channel, [message]);
      },
      select(message) {
        toggleSelected(channel, message.key);
      },
      retry(message) {
        retry(target(message));
      },
      recall(message, ask = false) {
        const { me, infos, rules, shell } = useSession.getState();
        const permission = permissionFor(message, {
          meUid: me?.uid ?? '',
          info: infos.get(key),
          rules,
          nowMs: serverNow(),
        });
        if (!permission.ok) return;
        const own = permission.kind !== 'member';
        if (!own || ask || (permission.kind === 'own' && shell?.settings.confirmRecall)) {
          setQuestion({ kind: 'recall', key: message.key, own, show: ask });
        } else recallLoaded(channel, message.key);
      },
      remove(message) {
        if (message.messageId === null) discard(target(message));
        else setQuestion({ kind: 'remove', key: message.key });
      },
      reedit(message) {
        void (async () => {
          let content: ReeditContent;
          try {
            content = await call('messages.reedit', target(message));
          } catch (error) {
            const gone = codeOf(error) === 'invalidState' || codeOf(error) === 'notFound';
            showToast({ tone: 'error', text: t(gone ? 'reedit.gone' : 'error.generic') });
            return;
          }
          if (hasDraft(channel)) setQuestion({ kind: 'reedit', key: message.key, content });
          else {
            fillFromReedit(channel, content, 'replace');
            focusComposer();
          }
        })();
      },
    };
  }, [channel, key, names]);

  const close = (): void => setQuestion(null);
  let dialogs: ReactNode = null;
  if (question?.kind === 'recall')
    dialogs = <RecallDialog key={question.key} channel={channel} question={question} onClose={close} />;
  if (question?.kind === 'remove')
    dialogs = <RemoveDialog channel={channel} messageKey={question.key} onClose={close} />;
  if (question?.kind === 'reedit') {
    dialogs = <ReeditDialog channel={channel} content={question.content} onClose={close} />;
  }
  return { actions, dialogs };
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
  question: Extract<Question, { kind: 'recall' }>;
  onClose: () => void;
}) {
  const t = useT();
  const language = useLanguage();
  const message = useLiveMessage(channel, question.key);
  useForgetting();
  // Recalled meanwhile (another device, a manager): there is nothing left to ask.
  if (!message || message.content.kind === 'recalled') return <CloseNow onClose={onClose} />;
  return (
    <ConfirmDialog
      title={
        question.own ? (
          t('recall.confirm.title')
        ) : (
          <IsolatedText of="recall.other.title" params={{ Y: message.fromName }} />
        )
      }
      confirmLabel={t('recall.menu')}
      danger
      onCancel={onClose}
      onConfirm={() => {
        onClose();
        recallLoaded(channel, question.key);
      }}
    >
      {t(question.own ? 'recall.confirm.body' : 'recall.other.body')}
      {question.show && <div className={css['shown']}>{contentText(message.content, language)}</div>}
    </ConfirmDialog>
  );
}

/** Not written to the socket yet: it is dropped. In flight: the core recalls it as soon as it is acknowledged. */
function recallLoaded(channel: ChannelRef, key: string): void {
  const queued = loadedMessage(channelKey(channel), key)?.send.state === 'queued';
  if (queued) void attempt(() => call('messages.discard', { channel, key }));
  else
    useMessageStore
      .getState()
      .recallAsked(channel, key, () => attempt(() => call('messages.recall', { channel, key })));
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
      onConfirm={() => {
        onClose();
        void attempt(() => call('messages.deleteForMe', { channel, keys: [messageKey] }));
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

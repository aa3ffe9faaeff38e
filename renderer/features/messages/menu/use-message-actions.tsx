import { type ReactNode, useMemo, useState } from 'react';
import { channelKey, type ChannelRef, type MessageView } from '../../../../shared/domain.ts';
import type { ReeditContent } from '../../../../shared/ipc/contract/messages.ts';
import { t } from '../../../i18n/i18n.ts';
import { call, codeOf } from '../../../state/bridge.ts';
import { fillFromReedit, hasDraft, startEdit, startReply } from '../../../state/composer/composer-store.ts';
import { attempt } from '../../../state/errors.ts';
import { canCopyImage, copyImage } from '../../../state/media/copy-image.ts';
import { burns } from '../../../state/messages/flames.ts';
import { startForward } from '../../../state/messages/forward-store.ts';
import { toggleSelected } from '../../../state/messages/selection-store.ts';
import { recallMessage } from '../../../state/recall/recall-message.ts';
import { permissionFor } from '../../../state/recall/recall-permission.ts';
import { serverNow } from '../../../state/session/server-clock.ts';
import { useSession } from '../../../state/session/session-store.ts';
import { focusComposer } from '../../../state/window/ui-store.ts';
import { showToast } from '../../../ui/toast.tsx';
import type { Names } from '../names/use-names.ts';
import { type MessageQuestion, MessageQuestions } from './message-questions.tsx';

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

/** What of the words of a message is selected, if something is and all of it stands there. */
function selectedWords(key: string): string | null {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed) return null;
  const row = document.querySelector(`[data-message-key="${CSS.escape(key)}"]`);
  if (!row?.contains(selection.anchorNode) || !row.contains(selection.focusNode)) return null;
  return selection.toString() || null;
}

/** What can be done with a message, and the dialogs that ask before. */
export function useMessageActions(
  channel: ChannelRef,
  names: Names,
): { actions: MessageActions; dialogs: ReactNode } {
  const [question, setQuestion] = useState<MessageQuestion | null>(null);
  const key = channelKey(channel);
  const actions = useMemo<MessageActions>(() => {
    // What is tried again later (the toast of a failure offers it) knows the message by key only.
    const target = (message: MessageView) => ({ channel: message.channel, key: message.key });
    const discard = (at: ReturnType<typeof target>): void => void attempt(() => call('messages.discard', at));
    const retry = (at: ReturnType<typeof target>): void => void attempt(() => call('messages.retry', at));
    return {
      reply(message) {
        if (burns(message)) return;
        startReply(channel, message);
        focusComposer();
      },
      copy(message) {
        if (message.content.kind === 'text' && !burns(message)) {
          const text = selectedWords(message.key) ?? message.content.text;
          void attempt(() => call('shell.copyText', { text }));
        } else if (canCopyImage(message)) void copyImage(message);
      },
      edit(message) {
        if (burns(message)) return;
        startEdit(channel, message, names.mentionNames);
        focusComposer();
      },
      forward(message) {
        if (!burns(message)) startForward(channel, [message]);
      },
      select(message) {
        if (!burns(message)) toggleSelected(channel, message.key);
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
        } else recallMessage(channel, message.key);
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

  const dialogs = question && (
    <MessageQuestions channel={channel} question={question} onClose={() => setQuestion(null)} />
  );
  return { actions, dialogs };
}

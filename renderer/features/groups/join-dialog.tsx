import { Link2 } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import { ChannelType, type ChannelRef } from '../../../shared/domain.ts';
import type { ScannedCode } from '../../../shared/ipc/contract/joining.ts';
import { t as translate, useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { watchGone } from '../../state/messages/gone-messages.ts';
import { useOffline } from '../../state/session/offline.ts';
import { closeDialog, openChannel, openProfile } from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { overBy } from '../../ui/over-by.ts';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { useIsOpen } from '../../ui/use-is-open.ts';
import { useProblem } from '../../ui/use-problem.ts';
import css from './join-dialog.module.css';

/** As much as the call takes. */
const MAX_LINK = 2_000;

interface JoinDialogProps {
  /** What a link of a message or somebody's paste says; '' = to be pasted. */
  link: string;
  /** The message it stands in: the dialog goes with it. */
  message?: { channel: ChannelRef; key: string } | undefined;
}

/** Joins a group by what its code says: asked of the own server, whatever address it is written with. */
export function JoinDialog({ link, message }: JoinDialogProps) {
  const t = useT();
  const offline = useOffline();
  const isOpen = useIsOpen();
  const { problem, run, clear } = useProblem();
  const [text, setText] = useState(link);
  const [found, setFound] = useState<ScannedCode | null>(null);
  const [busy, setBusy] = useState(false);
  useGoneWith(message);

  const unusable = text.trim() === '' || overBy(text, MAX_LINK) > 0;
  const find = async (): Promise<void> => {
    if (unusable || busy) return;
    setBusy(true);
    await run(async () => arrived(await call('joining.scan', { text: text.trim() })));
    setBusy(false);
  };
  const arrived = (code: ScannedCode): void => {
    if (!isOpen()) return;
    if (code.kind === 'member') {
      closeDialog();
      openChannel(code.channel, { focusComposer: true });
    } else if (code.kind === 'person') {
      const at = document.activeElement ?? document.body;
      closeDialog();
      openProfile(at, { uid: code.uid, vercode: code.vercode });
    } else setFound(code);
  };
  useEffect(() => {
    // oxlint-disable-next-line react/set-state-in-effect -- it asks the server
    if (link !== '') void find();
    // Once, for the link the dialog was opened with.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  const join = async (group: Extract<ScannedCode, { kind: 'group' }>): Promise<void> => {
    setBusy(true);
    const { channel, authCode } = group;
    await run(async () => {
      const became = await call('joining.join', { channel, authCode });
      if (became === 'waiting')
        showToast({
          text: t('join.waiting'),
          tone: 'success',
          stays: true,
          action: { label: t('action.ok'), onSelect: () => undefined },
        });
      if (!isOpen()) return;
      closeDialog();
      if (became === 'joined') openChannel(channel, { focusComposer: true });
    });
    setBusy(false);
  };
  const group = found?.kind === 'group' ? found : null;
  return (
    <Dialog title={t('join.title')} closeButton problem={problem} onClose={closeDialog}>
      <form
        className={css['form']}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void find();
        }}
      >
        <TextField
          data-autofocus
          label={t('join.label')}
          size="small"
          icon={Link2}
          className={css['field']}
          value={text}
          maxLength={MAX_LINK}
          spellCheck={false}
          help={t('join.help')}
          error={found?.kind === 'unknown' ? t('join.unknown') : undefined}
          onChange={(event) => {
            setText(event.target.value);
            setFound(null);
            clear();
          }}
        />
        <Button
          type="submit"
          busy={busy && found === null}
          why={offline ? t('off.need') : unusable ? t('why.empty') : null}
          className={css['find']}
        >
          {t('join.find')}
        </Button>
      </form>
      {offline && <p className={css['note']}>{t('off.need')}</p>}
      {group && (
        <div className={css['found']} role="status">
          <Avatar id={group.channel.channelId} name={group.name} channelType={ChannelType.group} size={44} />
          <div className={css['words']}>
            <bdi className={css['name']}>{group.name}</bdi>
            <div className={css['note']}>
              {t('chat.members', { n: group.memberCount })}
              {group.approval && (
                <>
                  <i className="dot-separator" />
                  {t('join.approval')}
                </>
              )}
            </div>
          </div>
          <Button
            variant="primary"
            busy={busy}
            why={offline ? t('off.need') : null}
            onClick={() => void join(group)}
          >
            {t(group.approval ? 'join.ask' : 'join.join')}
          </Button>
        </div>
      )}
    </Dialog>
  );
}

/** The message that brought the link is recalled, deleted or over: so is this. */
function useGoneWith(message: JoinDialogProps['message']): void {
  useEffect(() => {
    if (!message) return undefined;
    const { channel, key } = message;
    return watchGone(
      () => ({ channel, keys: [key] }),
      ({ recalled }) => {
        closeDialog();
        if (recalled.length > 0) showToast({ text: translate('join.gone') });
      },
    );
  }, [message]);
}

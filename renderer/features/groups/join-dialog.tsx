import { Link2, ScanQrCode } from 'lucide-react';
import { type ClipboardEvent, type FormEvent, useEffect, useRef, useState } from 'react';
import { ChannelType, type ChannelRef } from '../../../shared/domain.ts';
import type { ScannedCode } from '../../../shared/ipc/contract/joining.ts';
import { t as translate, useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { codeInFile } from '../../state/codes/read-code.ts';
import { watchGone } from '../../state/messages/gone-messages.ts';
import { useOffline } from '../../state/session/offline.ts';
import { closeDialog, openChannel, openProfile } from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ImageInput } from '../../ui/image-input.tsx';
import { overBy } from '../../ui/over-by.ts';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { useIsOpen } from '../../ui/use-is-open.ts';
import { useProblem } from '../../ui/use-problem.ts';
import { useWrongField } from '../../ui/wrong-field.ts';
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
  const [found, setFound] = useState<ScannedCode | 'nothing' | null>(null);
  const files = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  /** Nobody wrote what was looked for: it was read from a picture, or stood in a message. */
  const [notTyped, setNotTyped] = useState(link !== '');
  const form = useRef<HTMLFormElement>(null);
  useWrongField(form, busy);
  useGoneWith(message);

  const why = text.trim() === '' ? t('why.empty') : overBy(text, MAX_LINK) > 0 ? t('why.tooLong') : null;
  const ask = (words: string): Promise<unknown> =>
    run(async () => arrived(await call('joining.scan', { text: words.trim() })));
  const find = async (): Promise<void> => {
    if (why !== null || busy) return;
    setBusy(true);
    await ask(text);
    setBusy(false);
  };
  /** What the code in a picture says goes into the field, where it can be read. */
  const findIn = async (picture: Blob): Promise<void> => {
    if (busy) return;
    setBusy(true);
    clear();
    const words = await codeInFile(picture, isOpen).catch(() => null);
    if (isOpen()) {
      setText(words ?? '');
      setNotTyped(true);
      setFound(words === null ? 'nothing' : null);
      if (words !== null && !offline && overBy(words, MAX_LINK) === 0) await ask(words);
    }
    setBusy(false);
  };
  const pasted = (event: ClipboardEvent): void => {
    const picture = [...event.clipboardData.files].find(({ type }) => type.startsWith('image/'));
    if (!picture) return;
    event.preventDefault();
    void findIn(picture);
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
      if (became === 'waiting') showToast({ text: t('join.waiting'), tone: 'success' });
      if (!isOpen()) return;
      closeDialog();
      if (became === 'joined') openChannel(channel, { focusComposer: true });
    });
    setBusy(false);
  };
  const answer = found === 'nothing' ? null : found;
  const group = answer?.kind === 'group' ? answer : null;
  return (
    <Dialog title={t('join.title')} closeButton problem={problem} onClose={closeDialog}>
      <form
        ref={form}
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
          error={
            found === 'nothing' ? t('code.none') : answer?.kind === 'unknown' ? t('join.unknown') : undefined
          }
          onPaste={pasted}
          onChange={(event) => {
            setText(event.target.value);
            setNotTyped(false);
            setFound(null);
            clear();
          }}
        />
        <Button
          type="submit"
          busy={busy && found === null}
          why={offline ? t('off.need') : why}
          className={css['find']}
        >
          {t('join.find')}
        </Button>
      </form>
      <Button
        icon={ScanQrCode}
        className={css['picture']}
        why={offline ? t('off.need') : null}
        onClick={() => files.current?.click()}
      >
        {t('join.picture')}
      </Button>
      <ImageInput ref={files} testId="pick-code" onPick={(file) => void (file && findIn(file))} />
      {offline && <p className={css['note']}>{t('off.need')}</p>}
      {group && (
        <FoundGroup
          key={group.channel.channelId}
          group={group}
          busy={busy}
          offline={offline}
          takesFocus={notTyped}
          onJoin={() => void join(group)}
        />
      )}
    </Dialog>
  );
}

function FoundGroup({
  group,
  busy,
  offline,
  takesFocus,
  onJoin,
}: {
  group: Extract<ScannedCode, { kind: 'group' }>;
  busy: boolean;
  offline: boolean;
  /** Enter joins: what is left to do. */
  takesFocus: boolean;
  onJoin: () => void;
}) {
  const t = useT();
  const joins = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (takesFocus) joins.current?.focus();
  }, [takesFocus]);
  return (
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
      <Button ref={joins} variant="primary" busy={busy} why={offline ? t('off.need') : null} onClick={onJoin}>
        {t(group.approval ? 'join.ask' : 'join.join')}
      </Button>
    </div>
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

import { Search } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { ChannelType } from '../../../shared/domain.ts';
import type { Value } from '../../../shared/ipc/contract/contract.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useSession } from '../../state/session/session-store.ts';
import { closeDialog, openChannel } from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { overBy } from '../../ui/over-by.ts';
import { ServerWaitNote } from '../../ui/server-wait-note.tsx';
import { useServerWait } from '../../ui/server-wait.ts';
import { TextField } from '../../ui/text-field.tsx';
import { useIsOpen } from '../../ui/use-is-open.ts';
import { useProblem } from '../../ui/use-problem.ts';
import { useWrongField } from '../../ui/wrong-field.ts';
import { showToast } from '../../ui/toast.tsx';
import css from './add-friend-dialog.module.css';

/** As much as the calls take. */
const MAX_KEYWORD = 100;
const MAX_REMARK = 200;

type Found = Value<'contacts.find'>;

/** Finds one person by the exact user name or number and sends a request. */
export function AddFriendDialog({ keyword: filledIn }: { keyword: string }) {
  const t = useT();
  const meUid = useSession(({ me }) => me?.uid);
  const [keyword, setKeyword] = useState(filledIn);
  const [found, setFound] = useState<Found | 'nobody'>(null);
  const [remark, setRemark] = useState('');
  const [busy, setBusy] = useState(false);
  const waiting = useServerWait();
  const { problem, run, clear } = useProblem();
  const isOpen = useIsOpen();
  const form = useRef<HTMLFormElement>(null);
  useWrongField(form, busy);

  const why =
    keyword.trim() === '' ? t('why.empty') : overBy(keyword, MAX_KEYWORD) > 0 ? t('why.tooLong') : null;
  const find = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (why !== null || busy) return;
    setBusy(true);
    await run(async () => setFound((await call('contacts.find', { keyword: keyword.trim() })) ?? 'nobody'));
    setBusy(false);
  };
  const apply = async (uid: string, vercode: string): Promise<void> => {
    setBusy(true);
    if (await run(() => call('contacts.apply', { uid, vercode, remark: remark.trim() }))) {
      showToast({ text: t('contacts.applied'), tone: 'success' });
      if (isOpen()) closeDialog();
    } else setBusy(false);
  };

  const isMe = found !== null && found !== 'nobody' && found.uid === meUid;
  return (
    <Dialog title={t('contacts.add')} closeButton problem={problem} onClose={closeDialog}>
      <form ref={form} className={css['form']} onSubmit={(event) => void find(event)}>
        <TextField
          data-autofocus
          label={t('contacts.addLabel')}
          size="small"
          icon={Search}
          className={css['field']}
          value={keyword}
          maxLength={MAX_KEYWORD}
          spellCheck={false}
          onChange={(event) => {
            setKeyword(event.target.value);
            setFound(null);
            clear();
          }}
          error={found === 'nobody' ? t('contacts.notFound') : undefined}
        />
        <Button type="submit" busy={busy && found === null} why={why} className={css['find']}>
          {t('contacts.find')}
        </Button>
      </form>
      {found !== null && found !== 'nobody' && (
        <div className={css['found']} role="status">
          <Avatar id={found.uid} name={found.name} size={40} />
          <div className={css['words']}>
            <bdi className={css['name']}>{found.name}</bdi>
            {found.friend && <div>{t('contacts.isFriend')}</div>}
            {isMe && <div>{t('said.yourself')}</div>}
          </div>
          {found.friend && (
            <Button
              onClick={() => {
                closeDialog();
                openChannel(
                  { channelId: found.uid, channelType: ChannelType.person },
                  { focusComposer: true },
                );
              }}
            >
              {t('contacts.message')}
            </Button>
          )}
        </div>
      )}
      {found !== null && found !== 'nobody' && !found.friend && !isMe && (
        <>
          <TextField
            label={t('contacts.applyRemark')}
            size="small"
            value={remark}
            maxLength={MAX_REMARK}
            onChange={(event) => setRemark(event.target.value)}
          />
          <div className={css['apply']}>
            {busy && waiting && <ServerWaitNote />}
            <Button
              variant="primary"
              busy={busy}
              why={overBy(remark, MAX_REMARK) > 0 ? t('why.tooLong') : null}
              onClick={() => void apply(found.uid, found.vercode)}
            >
              {t('contacts.apply')}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

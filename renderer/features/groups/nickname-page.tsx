import { useRef, useState } from 'react';
import { cleanName } from '../../../shared/display-name.ts';
import { type ChannelInfoView, channelKey } from '../../../shared/domain.ts';
import { MAX_GROUP_NICKNAME } from '../../../shared/ipc/contract/groups.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useOffline } from '../../state/session/offline.ts';
import { useMe, useMembers } from '../../state/session/session-store.ts';
import { openInfoPage } from '../../state/window/ui-store.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { overBy } from '../../ui/over-by.ts';
import { TextField } from '../../ui/text-field.tsx';
import { useRefusal } from '../../ui/use-refusal.ts';
import { useWrongField } from '../../ui/wrong-field.ts';
import css from './pages.module.css';

/** What I am called in this group. */
export function NicknamePage({ info }: { info: ChannelInfoView }) {
  const me = useMe();
  const own = useMembers(channelKey(info.channel)).find((member) => member.uid === me?.uid);
  // Changed on another device: what is written here begins anew.
  return <Form key={own?.remark ?? ''} info={info} value={own?.remark ?? ''} name={me?.name ?? ''} />;
}

function Form({ info, value, name }: { info: ChannelInfoView; value: string; name: string }) {
  const t = useT();
  const offline = useOffline();
  const [text, setText] = useState(value);
  const [busy, setBusy] = useState(false);
  const { refusal, ask, clear } = useRefusal();
  const form = useRef<HTMLDivElement>(null);
  useWrongField(form, busy);
  const next = cleanName(text);
  const over = overBy(next, MAX_GROUP_NICKNAME) > 0;
  const save = async (): Promise<void> => {
    if (over || offline || busy) return;
    if (next === value) {
      openInfoPage('info');
      return;
    }
    setBusy(true);
    const setNickname = () => call('groups.setNickname', { channel: info.channel, name: next });
    let taken = false;
    await attempt(async () => {
      taken = await ask(setNickname);
    });
    setBusy(false);
    if (taken) openInfoPage('info');
  };
  return (
    <Card dense>
      <div ref={form} className={css['form']}>
        <TextField
          // The page was asked for to write here.
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          label={t('grp.nickname')}
          hideLabel
          size="small"
          value={text}
          placeholder={name}
          maxLength={MAX_GROUP_NICKNAME}
          spellCheck={false}
          trailing={
            <span className={css['count']} aria-hidden="true">
              {next.length} / {MAX_GROUP_NICKNAME}
            </span>
          }
          error={refusal}
          help={offline ? t('off.need') : t('grp.nicknameHint')}
          onChange={(event) => {
            setText(event.target.value);
            clear();
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            void save();
          }}
        />
        <div className={css['buttons']}>
          <Button size="small" onClick={() => openInfoPage('info')}>
            {t('action.cancel')}
          </Button>
          <Button
            size="small"
            variant="primary"
            busy={busy}
            why={offline ? t('off.need') : over ? t('why.tooLong') : null}
            onClick={() => void save()}
          >
            {t('action.save')}
          </Button>
        </div>
      </div>
    </Card>
  );
}

import { useState } from 'react';
import type { ChannelInfoView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { SwitchRow } from '../../ui/card.tsx';
import { NativeTextarea } from '../../ui/native-field.tsx';
import { overBy } from '../../ui/over-by.ts';
import css from './notice-dialog.module.css';

/** More than that nobody reads (more.md 8). */
const MOST_CHARACTERS = 500;

/** Writes the notice; publishing it may remind everybody with a message. Without words it is taken down. */
export function NoticeDialog({ info, onClose }: { info: ChannelInfoView; onClose: () => void }) {
  const t = useT();
  const { channel } = info;
  const [text, setText] = useState(info.notice);
  const [everyone, setEveryone] = useState(false);
  const notice = text.trim();
  const over = overBy(text, MOST_CHARACTERS);
  const publish = async (): Promise<void> => {
    await call('groups.update', { channel, notice });
    if (!everyone || notice === '') return;
    const words = `@${t('composer.mentionAll')} ${t('grp.noticeSay', { words: notice })}`;
    const mention = { all: true, uids: [] };
    await call('messages.send', { channel, text: words, mention, replyToMessageId: null });
  };
  return (
    <ActionDialog
      title={t('grp.noticeEdit')}
      actionLabel={t('action.save')}
      why={over > 0 ? t('why.tooLong') : notice === info.notice ? t('why.same') : null}
      onAction={async (isOpen) => {
        await publish();
        if (isOpen()) onClose();
      }}
      onClose={onClose}
    >
      <NativeTextarea
        data-autofocus
        autoComplete="off"
        dir="auto"
        aria-label={t('group.notice')}
        aria-invalid={over > 0 || undefined}
        className={css['area']}
        value={text}
        rows={6}
        onChange={(event) => setText(event.target.value)}
      />
      <div className={css['count']} aria-hidden="true">
        {notice.length} / {MOST_CHARACTERS}
      </div>
      {over > 0 && (
        <div className={css['over']} role="alert">
          {t('field.tooLong', { n: over, max: MOST_CHARACTERS })}
        </div>
      )}
      <div className={css['everyone']}>
        <SwitchRow
          label={t('grp.noticeAll')}
          detail={t('grp.noticeAllHint')}
          checked={everyone}
          why={notice === '' ? t('grp.noticeAllEmpty') : null}
          onChange={setEveryone}
        />
      </div>
    </ActionDialog>
  );
}

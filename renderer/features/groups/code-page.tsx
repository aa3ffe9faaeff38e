import { CircleAlert, Copy, Download, Info, Share2 } from 'lucide-react';
import { useCallback, useState } from 'react';
import { type ChannelInfoView } from '../../../shared/domain.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { monthDay } from '../../i18n/time-format.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { noteCodeHost } from '../../state/people/group-links.ts';
import { useLoaded } from '../../state/use-loaded.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { QrCode, qrPicture } from '../../ui/qr-code.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { showToast } from '../../ui/toast.tsx';
import { ShareGroupDialog } from './share-group-dialog.tsx';
import css from './pages.module.css';

/** The code by which others join: to save, to copy, to send as a card. */
export function CodePage({ info }: { info: ChannelInfoView }) {
  const t = useT();
  const language = useLanguage();
  const { channelId, channelType } = info.channel;
  const [asked, setAsked] = useState(0);
  const [sharing, setSharing] = useState(false);
  const load = useCallback(async () => {
    const code = await call('joining.code', { channel: { channelId, channelType } });
    if (code) noteCodeHost(code.text);
    return code;
  }, [channelId, channelType]);
  const { value: code, failed } = useLoaded(load, asked);
  if (code === null)
    return failed ? (
      <EmptyState
        icon={CircleAlert}
        text={t('grp.codeFailed')}
        action={<Button onClick={() => setAsked(asked + 1)}>{t('error.retry')}</Button>}
      />
    ) : (
      <SkeletonRows rows={5} />
    );
  const closed = info.inviteOnly && !code.scanApproval;
  const until = { t: monthDay(language, code.untilMs) };
  const save = (): void =>
    void attempt(async () => {
      const bytes = await qrPicture(code.text);
      const { saved } = await call('shell.savePicture', { name: info.name.slice(0, 60), bytes });
      if (saved) showToast({ text: t('grp.codeSaved'), tone: 'success' });
    });
  const copy = (): void =>
    void attempt(async () => {
      await call('shell.copyPicture', { text: code.text, bytes: await qrPicture(code.text) });
      showToast({ text: t('grp.codeCopied'), tone: 'success' });
    });
  return (
    <>
      <Card dense>
        <div className={css['code']}>
          <div className={css['codeHead']}>
            <Avatar id={channelId} name={info.name} channelType={channelType} size={36} />
            <bdi className={css['name']}>{info.name}</bdi>
          </div>
          <QrCode text={code.text} label={t('grp.code')} />
          <span className={css['note']}>
            {info.inviteOnly && code.scanApproval
              ? t('grp.codeValidApproval', until)
              : t('grp.codeValid', until)}
          </span>
        </div>
      </Card>
      <div className={css['pair']}>
        <Button icon={Download} onClick={save}>
          {t('grp.codeSave')}
        </Button>
        <Button icon={Copy} onClick={copy}>
          {t('grp.codeCopy')}
        </Button>
      </div>
      <Button icon={Share2} why={closed ? t('grp.codeClosed') : null} onClick={() => setSharing(true)}>
        {t('grp.codeShare')}
      </Button>
      {(closed || code.scanApproval) && (
        <p className={css['info']}>
          <Icon of={Info} size={14} />
          {t(closed ? 'grp.codeClosed' : 'grp.codeApproval')}
        </p>
      )}
      {sharing && <ShareGroupDialog info={info} link={code.text} onClose={() => setSharing(false)} />}
    </>
  );
}

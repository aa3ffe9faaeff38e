import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { type ChannelInfoView, type MemberView, Role } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useOffline } from '../../state/session/offline.ts';
import { openInfoPage } from '../../state/window/ui-store.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Icon } from '../../ui/icon.tsx';
import { showToast } from '../../ui/toast.tsx';
import { MemberChoice } from './member-choice.tsx';
import { memberName } from './member-order.ts';
import css from './pages.module.css';

/** Another owner: the button names who, and the old owner is an ordinary member afterwards. */
export function TransferPage({
  info,
  onGiving,
}: {
  info: ChannelInfoView;
  /** The right to be here goes by one's own will. */
  onGiving: (giving: boolean) => void;
}) {
  const t = useT();
  const offline = useOffline();
  const { channel } = info;
  const [to, setTo] = useState<MemberView | null>(null);
  const [busy, setBusy] = useState(false);
  const name = to && memberName(to);
  const transfer = async (): Promise<void> => {
    if (!to || name === null) return;
    setBusy(true);
    onGiving(true);
    const done = await attempt(() => call('groups.transfer', { channel, uid: to.uid }));
    setBusy(false);
    if (!done) {
      onGiving(false);
      return;
    }
    openInfoPage('info');
    showToast({ text: t('grp.transferDone', { name }), tone: 'success' });
  };
  return (
    <Card dense>
      <div className={css['form']}>
        <MemberChoice
          info={info}
          label={t('grp.transfer')}
          fits={(member) => member.role !== Role.owner && !member.destroyed}
          chosen={to}
          onChoose={setTo}
        />
        <p className={css['warning']}>
          <Icon of={TriangleAlert} size={14} />
          {t('grp.transferWarn')}
        </p>
        {offline && <p className={css['note']}>{t('off.need')}</p>}
        <div className={css['buttons']}>
          <Button size="small" onClick={() => openInfoPage('info')}>
            {t('action.cancel')}
          </Button>
          <Button
            size="small"
            variant="danger"
            busy={busy}
            why={offline ? t('off.need') : to === null ? t('why.pick') : null}
            className={css['named']}
            onClick={() => void transfer()}
          >
            <span className="ellipsis">
              {name === null ? t('grp.transferAction') : t('grp.transferTo', { name })}
            </span>
          </Button>
        </div>
      </div>
    </Card>
  );
}

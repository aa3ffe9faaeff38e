import { Camera, ChevronRight, QrCode } from 'lucide-react';
import { useRef, useState } from 'react';
import { isolated } from '../../../shared/display-name.ts';
import { MAX_OWN_NAME } from '../../../shared/ipc/contract/account.ts';
import type { Me } from '../../../shared/domain.ts';
import type { Sex } from '../../../shared/ipc/contract/people.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useLoaded } from '../../state/use-loaded.ts';
import { attempt } from '../../state/errors.ts';
import { ImageInput } from '../../ui/image-input.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Card, CardRow } from '../../ui/card.tsx';
import { Chip } from '../../ui/chip.tsx';
import { CropDialog } from '../../ui/crop-dialog.tsx';
import { isCroppable } from '../../ui/crop-picture.ts';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { SegmentedChoice } from '../../ui/segmented-choice.tsx';
import { showToast } from '../../ui/toast.tsx';
import { OneValueDialog } from './one-value-dialog.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { QrDialog } from './qr-dialog.tsx';
import css from './own-profile.module.css';

const SEXES: readonly Sex[] = ['male', 'female', 'unsaid'];

const loadProfile = () => call('account.profile', undefined);
const loadCode = () => call('account.qrCode', undefined);

/** What others see of oneself (more.md 7): each thing is changed at the server, and shown as it is there. */
export function OwnProfileCard({ me }: { me: Me }) {
  const t = useT();
  // Without a network the rows say what is known, and nothing can be changed.
  const { value: profile } = useLoaded(loadProfile, `${me.name}\n${me.shortNo}`);
  const { value: qr } = useLoaded(loadCode, me.uid);
  const [chosen, setChosen] = useState<Sex | null>(null);
  const [open, setOpen] = useState<'name' | 'number' | 'password' | 'qr' | null>(null);
  /** Address of what was picked. */
  const [picked, setPicked] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const close = (): void => setOpen(null);
  const pick = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    if (await isCroppable(file)) setPicked(URL.createObjectURL(file));
    else showToast({ text: t('crop.bad'), tone: 'error' });
  };
  const chooseSex = async (sex: Sex): Promise<void> => {
    setChosen(sex);
    if (!(await attempt(() => call('account.change', { sex })))) setChosen(null);
  };
  const shortNo = profile?.shortNo ?? me.shortNo;
  const choose = (): void => input.current?.click();
  return (
    <>
      <Card>
        <div className={css['top']}>
          <span className={css['face']}>
            <Avatar id={me.uid} name={me.name} size={64} />
            <IconButton
              icon={Camera}
              label={t('own.change')}
              size={28}
              iconSize={14}
              className={css['camera']}
              onClick={choose}
            />
          </span>
          <div className={css['words']}>
            <div className={css['name']}>
              <bdi>{me.name}</bdi>
            </div>
            <div className={css['hint']}>{t('own.changeHint')}</div>
          </div>
          <Button onClick={choose}>{t('own.change')}</Button>
          <ImageInput ref={input} testId="pick-avatar" onPick={(file) => void pick(file)} />
        </div>
        <CardRow label={t('set.account.name')}>
          <button
            type="button"
            className={css['value']}
            aria-label={t('words.of', { what: t('own.nameEdit'), whom: isolated(me.name) })}
            onClick={() => setOpen('name')}
          >
            <bdi>{me.name}</bdi>
            <Icon of={ChevronRight} size={16} />
          </button>
        </CardRow>
        {profile && (
          <CardRow label={t('own.sex')}>
            <SegmentedChoice
              label={t('own.sex')}
              options={SEXES.map((id) => ({ id, label: t(`prof.${id}`) }))}
              selected={chosen ?? profile.sex}
              onSelect={(sex) => void chooseSex(sex)}
            />
          </CardRow>
        )}
        {(shortNo !== '' || profile) && (
          <CardRow label={t('prof.no')}>
            {shortNo ? (
              <span className={css['fixed']}>
                {shortNo}
                <Chip>{t('own.noFixed')}</Chip>
              </span>
            ) : (
              <Button size="small" onClick={() => setOpen('number')}>
                {t('own.noSet')}
              </Button>
            )}
          </CardRow>
        )}
        {qr !== null && (
          <CardRow label={t('own.qr')}>
            <button
              type="button"
              className={css['value']}
              aria-label={t('own.qrShow')}
              onClick={() => setOpen('qr')}
            >
              <Icon of={QrCode} size={16} />
              <Icon of={ChevronRight} size={16} />
            </button>
          </CardRow>
        )}
        <CardRow label={t('own.password')}>
          <button type="button" className={css['value']} onClick={() => setOpen('password')}>
            {t('own.passwordEdit')}
            <Icon of={ChevronRight} size={16} />
          </button>
        </CardRow>
      </Card>
      {picked !== null && (
        <CropDialog
          title={t('crop.title')}
          url={picked}
          onUse={(bytes) => call('account.setAvatar', { bytes })}
          onClose={() => {
            URL.revokeObjectURL(picked);
            setPicked(null);
          }}
        />
      )}
      {open === 'name' && (
        <OneValueDialog
          title={t('own.nameEdit')}
          label={t('set.account.name')}
          value={me.name}
          maxLength={MAX_OWN_NAME}
          onSave={(name) => call('account.change', { name })}
          onClose={close}
        />
      )}
      {open === 'number' && (
        <OneValueDialog
          title={t('own.noSet')}
          label={t('prof.no')}
          help={t('own.noHelp')}
          value=""
          maxLength={40}
          onSave={(value) => call('account.change', { shortNo: value })}
          onClose={close}
        />
      )}
      {open === 'password' && <PasswordDialog onClose={close} />}
      {open === 'qr' && qr !== null && <QrDialog text={qr} me={me} onClose={close} />}
    </>
  );
}

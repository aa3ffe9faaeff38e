import { useT } from '../../i18n/i18n.ts';
import { useSession } from '../../state/session/session-store.ts';
import { modifierName } from '../../state/window/shortcuts.ts';
import { Kbd } from '../../ui/kbd.tsx';
import { Logo } from '../../ui/logo.tsx';
import css from './no-chat.module.css';

/** Nothing open: the mark, one sentence, three shortcuts. */
export function NoChat() {
  const t = useT();
  const mod = modifierName(useSession((state) => state.shell?.platform ?? ''));
  const rows = [
    { text: t('empty.pickSwitch'), keys: `${mod} K` },
    { text: t('empty.pickNew'), keys: `${mod} N` },
    { text: t('empty.pickSearch'), keys: `${mod} Shift F` },
  ];
  return (
    <div className={css['empty']}>
      <Logo size={96} className={css['mark']} />
      <p>{t('empty.pick')}</p>
      <dl className={css['keys']}>
        {rows.map((row) => (
          <div key={row.keys}>
            <dt>{row.text}</dt>
            <dd>
              <Kbd>{row.keys}</Kbd>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
